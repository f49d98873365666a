"""Tell who signs in with a name and a password."""

from __future__ import annotations

from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection

from app.domain.access import scopes_of
from app.domain.actor import Actor
from app.storage.accounts import find_account
from app.storage.actors import find_standing

_hasher = PasswordHasher()
_NOBODY = _hasher.hash("nobody's password")
"""Verified in place of a missing hash, so that an unknown name takes as long as a wrong password."""


def authenticate_password(connection: Connection, username: str, password: str, at: datetime) -> Actor | None:
    """Return the actor, as it stands at `at`, whose active account has this name and password, else None.

    Slow on purpose (argon2).
    """
    account = find_account(connection, username)
    stored = account.password_hash if account is not None else None
    try:
        _hasher.verify(stored or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return None
    return None if stored is None else find_actor(connection, username, at)


def find_actor(connection: Connection, username: str, at: datetime) -> Actor | None:
    """Return the actor of an active account, as it stands at `at`, with everything its roles give, else None."""
    found = find_standing(connection, username, at)
    if found is None:
        return None
    return Actor(
        username,
        found.groups,
        scopes_of(found.roles),
        found.units,
        found.supervises,
        found.stands_in_for,
        found.lent_groups,
    )
