"""Describe an account: what its owner sees of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from app.errors import NotFoundError
from app.storage.accounts import find_account, groups_of


@dataclass(frozen=True)
class AccountDescription:
    """A person or program: names, groups, roles and language (zh, en or None)."""

    username: str
    display_name: str
    email: str | None
    language: str | None
    groups: list[str]
    roles: list[str]


def describe_account(connection: Connection, username: str) -> AccountDescription:
    """Return the description of an active account; raises NotFoundError."""
    row = find_account(connection, username)
    if row is None:
        raise NotFoundError(f"Expected an account '{username}', but there is none")
    groups = groups_of(connection, username)
    return AccountDescription(username, row.display_name, row.email, row.language, groups, list(row.roles))
