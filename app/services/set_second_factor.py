"""Set up, renew and remove an account's second factor."""

from __future__ import annotations

import base64
import secrets

import pyotp

from app.clock import SystemClock
from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import ForbiddenError, InvalidInputError, NotFoundError
from app.services.leave_notices import NoticeRequest, leave_notices
from app.services.prove_second_factor import hash_code, matching_step, secret_place
from app.services.record_audit import record_audit
from app.services.unit_of_work import UnitOfWork
from app.storage.accounts import find_account
from app.storage.second_factors import (
    add_second_factor,
    delete_second_factor,
    find_second_factor,
    replace_recovery_codes,
)
from app.storage.sessions import delete_sessions

RECOVERY_CODES = 10
CODE_BYTES = 10
ISSUER = "Redress"


def propose_secret() -> str:
    """Return a new secret in base 32, 160 bits, to be shown as a QR code and confirmed by a first code."""
    return pyotp.random_base32(32)


def provisioning_address(username: str, secret: str) -> str:
    """Return the otpauth address that a phone reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def confirm_second_factor(work: UnitOfWork, actor: Actor, secret: str, code: str) -> list[str]:
    """Ask for codes of `secret` from the next sign-in on, and return the recovery codes, which are told once.

    The code shown in proof is used up. Raises InvalidInputError for one that is not of this secret and time, or where
    there is a second factor already.
    """
    if find_second_factor(work.connection, actor.username) is not None:
        raise InvalidInputError("Expected an account without a second factor, but it has one; remove that first")
    step = matching_step(secret, code.replace(" ", ""))
    if step is None:
        raise InvalidInputError("Expected the code that is shown for this account now, but it is another", {"code": []})
    codes = _new_codes()
    row = {
        "username": actor.username,
        "secret": work.runtime.sealer.seal(secret, secret_place(actor.username)),
        "last_step": step,
        "since": SystemClock().now(),
    }
    add_second_factor(work.connection, row, [hash_code(actor.username, one.replace("-", "")) for one in codes])
    record_audit(work, actor, "CREATE", "USER", 0, details={"second factor": actor.username})
    return codes


def renew_recovery_codes(work: UnitOfWork, actor: Actor) -> list[str]:
    """Return new recovery codes in place of the old ones; NotFoundError without a second factor."""
    if find_second_factor(work.connection, actor.username) is None:
        raise NotFoundError("Expected a second factor, but there is none")
    codes = _new_codes()
    replace_recovery_codes(
        work.connection, actor.username, [hash_code(actor.username, one.replace("-", "")) for one in codes]
    )
    record_audit(work, actor, "UPDATE", "USER", 0, details={"recovery codes": actor.username})
    return codes


def remove_second_factor(work: UnitOfWork, actor: Actor) -> None:
    """Ask for the password alone again, of who has proved the second factor just before; NotFoundError without one."""
    _remove(work, actor, actor.username)


def reset_second_factor(work: UnitOfWork, actor: Actor, username: str) -> None:
    """Take another's second factor away, for who has lost it: ends their sessions, and tells them who did.

    Needs the scope `security`. Raises ForbiddenError, also for one's own, NotFoundError where there is none.
    """
    require_scope(actor, "security")
    if username == actor.username:
        raise ForbiddenError("Expected another security administrator to reset it, but it is one's own second factor")
    _remove(work, actor, username)
    delete_sessions(work.connection, username)
    by = find_account(work.connection, actor.username)
    parameters = {"by": actor.username if by is None else by.display_name}
    cause = f"second factor {username} {work.next_key()}"
    leave_notices(work, NoticeRequest(cause, "second_factor_reset", [f"user:{username}"], parameters))


def _remove(work: UnitOfWork, actor: Actor, username: str) -> None:
    if not delete_second_factor(work.connection, username):
        raise NotFoundError(f"Expected '{username}' to have a second factor, but there is none")
    record_audit(work, actor, "DELETE", "USER", 0, details={"second factor": username})


def _new_codes() -> list[str]:
    """80 random bits each, in base 32, in groups of four."""
    texts = [base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode() for _ in range(RECOVERY_CODES)]
    return ["-".join(text[at : at + 4] for at in range(0, len(text), 4)) for text in texts]
