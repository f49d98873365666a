"""When a timer is due: ISO 8601 dates, durations and cycles, cron expressions, and the same as FEEL values.

Owns the arithmetic only; it knows no process, no row and no clock of its own (the caller says what time it is and which
zone the institution keeps).
"""

from app.engine.timers.due import Due, TimerKind, check_timer, first_due, moved, next_due
from app.engine.timers.reading import TimerError, read_instant

__all__ = ["Due", "TimerError", "TimerKind", "check_timer", "first_due", "moved", "next_due", "read_instant"]
