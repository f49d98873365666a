"""Saves a view of a list under a name, for oneself or a group, and forgets it; keeps which columns a person wants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row

from app.domain.actor import Actor
from app.domain.list_filter import Words
from app.errors import ForbiddenError, InvalidInputError, NotFoundError
from app.services.unit_of_work import UnitOfWork
from app.storage import saved_views

LISTS = ("tasks", "complaints")
LONGEST_NAME = 60
MOST_VIEWS = 50
LONGEST_WISH = 2000


def save_view(
    work: UnitOfWork, actor: Actor, list_name: str, name: str, words: Words, *, shared_with: str | None = None
) -> int:
    """Save what a list's address says (`words`) and return the view's key.

    Raises InvalidInputError for no name, too long a view, or too many, ForbiddenError for a group of others.
    """
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise InvalidInputError(f"Expected a name of 1 to {LONGEST_NAME} characters, but got {len(name)}")
    if sum(len(value) for values in words.values() for value in values) > LONGEST_WISH:
        raise InvalidInputError(f"Expected a view of at most {LONGEST_WISH:,} characters, but it is longer")
    if list_name not in LISTS:
        raise InvalidInputError(f"Expected one of {', '.join(LISTS)}, but got {list_name!r}")
    if shared_with is not None and shared_with not in actor.groups:
        raise ForbiddenError(f"Expected one of the groups of '{actor.username}' to share with, but got {shared_with!r}")
    mine = [row for row in read_saved_views(work.connection, actor, list_name) if row.owner == actor.username]
    if len(mine) >= MOST_VIEWS:
        raise InvalidInputError(f"Expected at most {MOST_VIEWS} saved views; delete one first")
    key = work.next_key()
    row = {"key": key, "list": list_name, "name": name, "owner": actor.username, "shared_with": shared_with}
    wish = {word: list(values) for word, values in words.items()}
    saved_views.add_saved_view(work.connection, {**row, "wish": wish, "created_at": work.now})
    return key


def read_saved_views(connection: Connection, actor: Actor, list_name: str) -> Sequence[Row[Any]]:
    """Return the views of a list that this person saved or that one of their groups shares, by name."""
    return saved_views.list_saved_views(connection, list_name, actor.username, actor.groups)


def forget_view(work: UnitOfWork, actor: Actor, key: int) -> None:
    """Delete a view of one's own; NotFoundError for any other."""
    if not saved_views.delete_saved_view(work.connection, key, actor.username):
        raise NotFoundError(f"Expected a saved view of '{actor.username}' with key {key}, but there is none")


def choose_columns(work: UnitOfWork, actor: Actor, list_name: str, columns: Sequence[str]) -> None:
    """Keep the columns that this person wants to see of a list; none means the list's own."""
    saved_views.write_columns(work.connection, actor.username, list_name, columns)


def read_columns(connection: Connection, actor: Actor, list_name: str) -> list[str]:
    """Return the columns this person chose, empty for the list's own."""
    return saved_views.find_columns(connection, actor.username, list_name) or []
