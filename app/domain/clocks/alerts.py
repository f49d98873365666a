"""When somebody must be told about a clock: once before the deadline, once after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.clocks.ledger import Standing

JUST_AFTER = timedelta(microseconds=1)
"""The deadline is the last instant in time; late begins after it."""


class Alert(StrEnum):
    """What is told."""

    WARNING = "warning"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class NextAlert:
    """The alert that is due at an instant."""

    alert: Alert
    at: datetime


def next_alert(
    deadline: datetime, standing: Standing, warn_before: timedelta | None, told: Alert | None, now: datetime
) -> NextAlert | None:
    """Return the next alert of a clock, None where there is nothing more to tell or it does not run.

    `told` is the last alert about this very deadline. A warning that comes too late is left to the alert after it.
    """
    if standing not in (Standing.RUNNING, Standing.OVERDUE) or told is Alert.OVERDUE:
        return None
    if warn_before is not None and told is None and now <= deadline:
        return NextAlert(Alert.WARNING, deadline - warn_before)
    return NextAlert(Alert.OVERDUE, deadline + JUST_AFTER)
