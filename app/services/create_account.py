"""Create an account for a person or a program."""

from __future__ import annotations

from collections.abc import Collection

from app.domain.access import ROLES
from app.domain.passwords import check_new_password
from app.errors import ConflictError, InvalidInputError
from app.services.check_password import hasher
from app.services.unit_of_work import UnitOfWork
from app.storage.accounts import add_account, find_account


def create_account(
    work: UnitOfWork,
    username: str,
    *,
    display_name: str,
    password: str | None = None,
    roles: Collection[str] = (),
    groups: Collection[str] = (),
    email: str | None = None,
    language: str | None = None,
) -> None:
    """Create the account `username`; without a password it signs in by token only.

    Raises InvalidInputError for an unknown role, WeakPasswordError, ConflictError when the name is taken.
    """
    unknown = sorted(set(roles) - set(ROLES))
    if unknown:
        raise InvalidInputError(f"Expected roles among {', '.join(sorted(ROLES))}, but got {', '.join(unknown)}")
    if password is not None:
        check_new_password(username, password)
    if find_account(work.connection, username) is not None:
        raise ConflictError(f"Expected a new name, but the account '{username}' exists")
    row = {
        "username": username,
        "display_name": display_name,
        "email": email,
        "language": language,
        "password_hash": None if password is None else hasher.hash(password),
        "roles": sorted(roles),
        "active": True,
        "created_at": work.now,
    }
    add_account(work.connection, row, sorted(set(groups)))
