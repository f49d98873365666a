"""Move the installation's clock, where it may be moved: test and demo mode."""

from __future__ import annotations

from datetime import datetime

from app.errors import ForbiddenError
from app.services.unit_of_work import UnitOfWork
from app.storage.clock_setting import write_pinned_at


def set_clock(work: UnitOfWork, at: datetime | None) -> None:
    """Stand the clock at `at`, or with None let it run on real time; ForbiddenError in production.

    What falls due by it is found by the dispatchers' next sweep.
    """
    if not work.runtime.settings.clock_may_move:
        raise ForbiddenError("Expected test or demo mode to move the clock, but this is production")
    write_pinned_at(work.connection, at)
