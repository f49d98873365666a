"""Lets a customer in who holds a contact: proved by the code that was sent to it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta

from app.domain.portal import Visitor, clean, kind_of_contact
from app.services.send_portal_code import hash_code
from app.services.unit_of_work import UnitOfWork
from app.storage.portal_codes import count_try, lock_last_code, spend_code
from app.storage.portal_sessions import add_portal_session, delete_portal_session, find_portal_session

MOST_TRIES = 5
VISIT = timedelta(hours=2)


def open_portal_session(work: UnitOfWork, contact: str, code: str) -> str | None:
    """Return the secret of a new visit; None for a code that is wrong, old, used, or guessed at too often.

    Only the last code counts. Raises InvalidInputError for what is no contact.
    """
    contact = clean(contact)
    kind = kind_of_contact(contact)
    index = work.runtime.sealer.blind_index(kind, contact)
    row = lock_last_code(work.connection, index)
    if row is None or row.expires_at <= work.now or row.tries >= MOST_TRIES:
        return None
    if not hmac.compare_digest(row.code_hash, hash_code(work, row.key, "".join(clean(code).split()))):
        count_try(work.connection, row.key)
        return None
    spend_code(work.connection, row.key, work.now)
    secret = secrets.token_urlsafe(32)
    hashed = _hash(secret)
    sealed = work.runtime.sealer.seal(contact, _place(hashed))
    session = {"secret_hash": hashed, "kind": kind, "contact_index": index, "contact": sealed}
    add_portal_session(work.connection, {**session, "expires_at": work.now + VISIT})
    return secret


def find_visitor(work: UnitOfWork, secret: str) -> Visitor | None:
    """Return whose visit a secret opens; None when there is none, or it is over."""
    row = find_portal_session(work.connection, _hash(secret), work.now)
    if row is None:
        return None
    return Visitor(row.kind, work.runtime.sealer.open(row.contact, _place(row.secret_hash)), row.contact_index)


def end_portal_session(work: UnitOfWork, secret: str) -> None:
    """End a visit."""
    delete_portal_session(work.connection, _hash(secret))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _place(hashed: str) -> str:
    return f"portal_session.contact:{hashed}"
