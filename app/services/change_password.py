"""Change a password: one's own, knowing the old one, or somebody's as a security administrator.

Every session of the account ends with it, but the one the owner changes it in.
"""

from __future__ import annotations

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.domain.passwords import check_new_password
from app.errors import ForbiddenError, InvalidInputError, NotFoundError
from app.services.authenticate_token import hash_token
from app.services.check_password import check_password, forget_failed_sign_ins, hasher
from app.services.record_audit import record_audit
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage.accounts import find_account, write_password
from app.storage.sessions import delete_sessions


def change_own_password(runtime: Runtime, actor: Actor, old: str, new: str, *, session: str | None) -> None:
    """Put `new` in place of `old`; the session with the secret `session` goes on.

    A wrong old one counts as a failed sign-in. Raises ForbiddenError for it, WeakPasswordError, InvalidInputError where
    the directory keeps the password.
    """
    check_new_password(actor.username, new)
    with runtime.reading() as connection:
        account = find_account(connection, actor.username)
    if account is None or account.password_hash is None:
        raise InvalidInputError("Expected an account with a password of its own, but another system keeps it")
    if not check_password(runtime, actor.username, old):
        raise ForbiddenError("Expected the old password, but this is not it, or the account is locked")
    runtime.perform(_write, actor, actor.username, hasher.hash(new), keep=session)


def set_password(work: UnitOfWork, actor: Actor, username: str, new: str) -> None:
    """Give somebody a password, and unlock the account; needs the scope `security`.

    Raises ForbiddenError, WeakPasswordError, NotFoundError.
    """
    require_scope(actor, "security")
    if username == actor.username:
        raise ForbiddenError("Expected one's own password to be changed with the old one, but it was to be set anew")
    check_new_password(username, new)
    if find_account(work.connection, username) is None:
        raise NotFoundError(f"Expected an account '{username}', but there is none")
    _write(work, actor, username, hasher.hash(new), keep=None)
    forget_failed_sign_ins(work, username)


def _write(work: UnitOfWork, actor: Actor, username: str, password_hash: str, *, keep: str | None) -> None:
    write_password(work.connection, username, password_hash)
    delete_sessions(work.connection, username, but=None if keep is None else hash_token(keep))
    record_audit(work, actor, "UPDATE", "USER", 0, details={"password": username})
