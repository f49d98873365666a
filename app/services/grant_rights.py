"""Say what somebody may do: roles, posts, and whether the account is open. Nobody does so for themselves."""

from __future__ import annotations

from collections.abc import Collection

from app.domain.access import DUTIES, ROLES, require_scope, scopes_of
from app.domain.actor import Actor
from app.errors import ForbiddenError, InvalidInputError, NotFoundError
from app.services.check_password import forget_failed_sign_ins
from app.services.record_audit import record_audit
from app.services.unit_of_work import UnitOfWork
from app.storage.accounts import find_any_account, groups_of, replace_groups, write_account
from app.storage.sessions import delete_sessions
from app.storage.units import list_posts


def grant_rights(
    work: UnitOfWork, actor: Actor, username: str, *, roles: Collection[str], groups: Collection[str]
) -> None:
    """Give an account these roles and posts and no others; needs the scope `security`.

    Raises ForbiddenError, also for one's own account and, in production, for two administrators' duties in one hand;
    NotFoundError; InvalidInputError for an unknown role or post.
    """
    before = _account(work, actor, username)
    unknown = sorted(set(roles) - set(ROLES))
    if unknown:
        raise InvalidInputError(f"Expected roles among {', '.join(sorted(ROLES))}, but got {', '.join(unknown)}")
    had = groups_of(work.connection, username)
    unknown = sorted(set(groups) - {row.id for row in list_posts(work.connection)} - set(had))
    if unknown:
        raise InvalidInputError(f"Expected posts that there are, but got {', '.join(unknown)}")
    check_duties(work, roles)
    write_account(work.connection, username, {"roles": sorted(set(roles))})
    replace_groups(work.connection, username, groups)
    details = {"account": username, "roles": [sorted(before), sorted(set(roles))], "posts": [had, sorted(set(groups))]}
    record_audit(work, actor, "UPDATE", "ROLE", 0, details=details)


def open_account(work: UnitOfWork, actor: Actor, username: str, *, is_open: bool) -> None:
    """Let an account be used, or close it, which ends its sessions; its tokens open nothing while it is closed.

    Needs the scope `security`. Raises ForbiddenError, NotFoundError.
    """
    _account(work, actor, username)
    write_account(work.connection, username, {"active": is_open})
    if not is_open:
        delete_sessions(work.connection, username)
    record_audit(work, actor, "UPDATE", "USER", 0, details={"account": username, "open": is_open})


def unlock_account(work: UnitOfWork, actor: Actor, username: str) -> None:
    """Forget an account's failed sign-ins, and the lock they led to; needs the scope `security`."""
    require_scope(actor, "security")
    forget_failed_sign_ins(work, username)
    record_audit(work, actor, "UPDATE", "USER", 0, details={"unlocked": username})


def check_duties(work: UnitOfWork, roles: Collection[str]) -> None:
    """Raise ForbiddenError where, in production, roles lay two administrators' duties in one hand."""
    duties = [duty for duty in DUTIES if duty in scopes_of(roles)]
    if len(duties) > 1 and work.runtime.settings.mode == "production":
        raise ForbiddenError(f"Expected the duties {', '.join(duties)} in different hands, but these roles join them")


def _account(work: UnitOfWork, actor: Actor, username: str) -> list[str]:
    require_scope(actor, "security")
    if username == actor.username:
        raise ForbiddenError("Expected another security administrator to change this account, but it is one's own")
    row = find_any_account(work.connection, username)
    if row is None:
        raise NotFoundError(f"Expected an account '{username}', but there is none")
    return list(row.roles)
