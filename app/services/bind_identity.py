"""Tell which account an identity provider's person is, binding the two the first time."""

from __future__ import annotations

from app.clock import SystemClock
from app.domain.actor import Actor
from app.services.record_audit import record_audit
from app.services.unit_of_work import UnitOfWork
from app.storage.accounts import find_account
from app.storage.external_identities import add_identity, find_identity, has_identity

LONGEST = 255


def bind_identity(work: UnitOfWork, issuer: str, subject: str, claimed: str) -> str | None:
    """Return the active account of the provider's `subject`, or None.

    The first time it is the account that the provider's name `claimed` means. Only an account without a password of
    its own is bound so, and only once: who may choose their name at the provider becomes nobody else here.
    """
    if not 0 < len(subject) <= LONGEST:
        return None
    known = find_identity(work.connection, issuer, subject)
    account = find_account(work.connection, known or claimed)
    if account is None:
        return None
    if known is None:
        if account.password_hash is not None or has_identity(work.connection, issuer, account.username):
            return None
        row = {"issuer": issuer, "subject": subject, "username": account.username, "since": SystemClock().now()}
        add_identity(work.connection, row)
        details = {"account": account.username, "issuer": issuer}
        record_audit(work, Actor(account.username), "CREATE", "USER", 0, details=details)
    return str(account.username)
