"""End sessions: one's own at sign-out or from the list of them, or somebody's as a security administrator."""

from __future__ import annotations

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import NotFoundError
from app.services.authenticate_token import hash_token
from app.services.record_audit import record_audit
from app.services.unit_of_work import UnitOfWork
from app.storage.sessions import delete_session, delete_sessions


def end_session(work: UnitOfWork, actor: Actor, username: str, secret_hash: str) -> None:
    """End one session of an account; others' need the scope `security`. NotFoundError where there is none."""
    if username != actor.username:
        require_scope(actor, "security")
    if not delete_session(work.connection, username, secret_hash):
        raise NotFoundError("Expected a session that lives, but it has ended")
    record_audit(work, actor, "DELETE", "USER", 0, details={"session": username})


def end_other_sessions(work: UnitOfWork, actor: Actor, username: str, *, keep: str | None = None) -> int:
    """End every session of an account, but the one with the secret `keep`; returns how many.

    Others' sessions need the scope `security`.
    """
    if username != actor.username:
        require_scope(actor, "security")
    count = delete_sessions(work.connection, username, but=None if keep is None else hash_token(keep))
    if count:
        record_audit(work, actor, "DELETE", "USER", 0, details={"session": username, "count": count})
    return count
