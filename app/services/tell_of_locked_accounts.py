"""Tell security administrators of accounts that failed sign-ins have locked.

Done by the sweep and not by the sign-in, whose time would tell that there is such an account.
"""

from __future__ import annotations

from app.clock import SystemClock
from app.domain.access import scopes_of
from app.domain.lock_out import FORGOTTEN_AFTER
from app.services.leave_notices import NoticeRequest, leave_notices
from app.services.unit_of_work import UnitOfWork
from app.storage.people import list_places
from app.storage.sign_in_guards import forget_old_failures, take_untold


def tell_of_locked_accounts(work: UnitOfWork) -> int:
    """Leave a notice of each lock that nobody was told of; returns how many. Forgets failures of long ago."""
    now = SystemClock().now()
    forget_old_failures(work.connection, now - FORGOTTEN_AFTER)
    locked = take_untold(work.connection, now)
    if not locked:
        return 0
    accounts = [row for row in list_places(work.connection) if row.active and "security" in scopes_of(row.roles)]
    told = [f"user:{row.username}" for row in accounts]
    for row in locked:
        until = row.locked_until.astimezone(work.runtime.zone).strftime("%Y-%m-%d %H:%M")
        parameters = {"account": row.username, "failures": row.failures, "until": until}
        cause = f"locked {row.username} {row.locked_until.isoformat()}"
        leave_notices(work, NoticeRequest(cause, "account_locked", told, parameters))
    return len(locked)
