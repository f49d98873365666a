"""Makes new days of a calendar a new version; open clocks are counted on it afterwards, ended ones never."""

from __future__ import annotations

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import ConflictError
from app.jobs import RECOMPUTE_CLOCKS
from app.services.preview_calendar import CALENDARS, CalendarChange, next_version
from app.services.record_audit import record_audit
from app.services.stored_calendars import store_calendar
from app.services.unit_of_work import UnitOfWork
from app.storage.calendars import find_calendar_key


def apply_calendar(work: UnitOfWork, actor: Actor, change: CalendarChange, base_version: int) -> int:
    """Store the version after `base_version`, the one that was previewed, and return its number.

    Raises ForbiddenError, NotFoundError, CalendarFileError, and ConflictError when the calendar has changed since.
    """
    require_scope(actor, CALENDARS)
    base, new = next_version(work, change)
    if base.version != base_version or not store_calendar(work, new, source=change.file, created_by=actor.username):
        raise ConflictError(
            f"Expected the calendar {change.name!r} still to be at version {base_version}, but it has changed since; "
            "look at the preview again"
        )
    key = find_calendar_key(work.connection, new.name, new.version)
    assert key is not None
    details = {"calendar": new.name, "version": new.version, "file": change.file}
    record_audit(work, actor, "CREATE", "RESOURCE", key, details=details)
    work.nudge(RECOMPUTE_CLOCKS)
    return new.version
