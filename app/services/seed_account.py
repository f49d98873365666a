"""Makes one of a demo bank's accounts. All share one published password, which is hashed once."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from app.services.check_password import hasher
from app.services.create_account import create_account
from app.services.unit_of_work import UnitOfWork
from app.storage.accounts import find_account, write_password


def seed_account(
    work: UnitOfWork,
    username: str,
    *,
    password: str,
    display_name: str,
    roles: Collection[str],
    groups: Collection[str],
) -> None:
    """Make the account; one that exists stays as it is."""
    if find_account(work.connection, username) is None:
        create_account(work, username, display_name=display_name, roles=roles, groups=groups)
        write_password(work.connection, username, _hash_once(password))


@lru_cache(maxsize=1)
def _hash_once(password: str) -> str:
    """Hash it once for all of them: each time takes as long as a sign-in, and a first start would wait for it."""
    return hasher.hash(password)
