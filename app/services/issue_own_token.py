"""API tokens of one's own: issue and revoke them; a security administrator revokes anybody's."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from app.clock import SystemClock
from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import ForbiddenError, InvalidInputError, NotFoundError
from app.services.authenticate_token import IssuedToken, issue_token
from app.services.record_audit import record_audit
from app.services.unit_of_work import UnitOfWork
from app.storage.accounts import list_tokens, revoke_token

LONGEST_NAME = 80
MOST_DAYS = 366


def issue_own_token(work: UnitOfWork, actor: Actor, name: str, scopes: Collection[str], days: int) -> IssuedToken:
    """Issue a token that lives for so many days and may do no more than who asks for it.

    Raises InvalidInputError, and ForbiddenError for a scope one does not have.
    """
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise InvalidInputError(f"Expected a name of 1 to {LONGEST_NAME} characters, but got {len(name.strip())}")
    if not 0 < days <= MOST_DAYS:
        raise InvalidInputError(f"Expected a life of 1 to {MOST_DAYS} days, but got {days}")
    if not scopes:
        raise InvalidInputError("Expected one scope or more, but got none")
    missing = sorted(set(scopes) - actor.scopes)
    if missing:
        raise ForbiddenError(f"Expected scopes that '{actor.username}' has, but got {', '.join(missing)}")
    issued = issue_token(work, actor.username, name.strip(), scopes, timedelta(days=days))
    details = {"token": actor.username, "name": name.strip(), "scopes": sorted(scopes)}
    record_audit(work, actor, "CREATE", "USER", 0, details=details)
    return issued


def revoke_listed_token(work: UnitOfWork, actor: Actor, username: str, token_hash: str) -> None:
    """Revoke a token by its hash; others' need the scope `security`. NotFoundError where there is none to revoke."""
    if username != actor.username:
        require_scope(actor, "security")
    now = SystemClock().now()
    if token_hash not in {row.token_hash for row in list_tokens(work.connection, username, now)}:
        raise NotFoundError("Expected a living token, but it is unknown or revoked already")
    revoke_token(work.connection, token_hash, now)
    record_audit(work, actor, "DELETE", "USER", 0, details={"token": username})
