"""Growing pauses between the end of a process and its next start: what ends at once shall not start all the time."""

from __future__ import annotations

import time
from dataclasses import dataclass

LONGEST_SECONDS = 30.0


@dataclass
class Pauses:
    """The pauses of one process: one second, two, four, up to half a minute."""

    ends: int = 0
    until: float = 0.0

    def begin(self) -> float:
        """Begin the next one, and return its seconds."""
        seconds = min(2.0**self.ends, LONGEST_SECONDS)
        self.ends += 1
        self.until = time.monotonic() + seconds
        return seconds

    @property
    def is_over(self) -> bool:
        """Whether the process may start."""
        return time.monotonic() >= self.until
