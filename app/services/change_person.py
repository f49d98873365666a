"""Make and change people, and where they stand in the organisation; their rights are `grant_rights`'s."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import InvalidInputError, NotFoundError
from app.services.create_account import create_account
from app.services.mark_recusals import mark_again_after_move
from app.services.record_audit import record_audit
from app.services.unit_of_work import UnitOfWork
from app.storage.accounts import find_any_account, write_account
from app.storage.calendars import find_calendar_key
from app.storage.people import find_person, write_person
from app.storage.units import find_unit

USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
LONGEST_NAME = 80


@dataclass(frozen=True)
class PersonWish:
    """What a person is to be: names, mail, and the ids of unit, superior and calendar, each None for none."""

    display_name: str
    email: str | None = None
    unit_id: str | None = None
    superior: str | None = None
    calendar: str | None = None


def add_person(work: UnitOfWork, actor: Actor, username: str, wish: PersonWish) -> None:
    """Make an account without any right, that cannot sign in until a security administrator lets it.

    Needs the scope `organise`. Raises ForbiddenError, InvalidInputError, ConflictError where the name is taken.
    """
    require_scope(actor, "organise")
    if not USERNAME.fullmatch(username):
        raise InvalidInputError("Expected a name of small letters, digits, dots and dashes, but it is another")
    _check(work, username, wish)
    create_account(work, username, display_name=wish.display_name.strip(), email=wish.email or None)
    _place(work, username, wish)
    record_audit(work, actor, "CREATE", "USER", 0, details={"account": username, **_told(wish)})


def change_person(work: UnitOfWork, actor: Actor, username: str, wish: PersonWish) -> None:
    """Make a person be as wished; needs the scope `organise`.

    Raises ForbiddenError, NotFoundError, InvalidInputError for a superior who is below the person, among others.
    """
    require_scope(actor, "organise")
    _check(work, username, wish)
    values = {"display_name": wish.display_name.strip(), "email": wish.email or None}
    if not write_account(work.connection, username, values):
        raise NotFoundError(f"Expected an account '{username}', but there is none")
    _place(work, username, wish)
    mark_again_after_move(work, [username])
    record_audit(work, actor, "UPDATE", "USER", 0, details={"account": username, **_told(wish)})


def _place(work: UnitOfWork, username: str, wish: PersonWish) -> None:
    row = {"unit_id": wish.unit_id, "superior": wish.superior, "calendar": wish.calendar}
    write_person(work.connection, {"username": username, **row})


def _told(wish: PersonWish) -> dict[str, Any]:
    return {"unit": wish.unit_id, "superior": wish.superior, "calendar": wish.calendar}


def _check(work: UnitOfWork, username: str, wish: PersonWish) -> None:
    if not 0 < len(wish.display_name.strip()) <= LONGEST_NAME:
        raise InvalidInputError(f"Expected a name of 1 to {LONGEST_NAME} characters, but it is not")
    if wish.unit_id is not None and find_unit(work.connection, wish.unit_id) is None:
        raise InvalidInputError(f"Expected a unit, but there is no {wish.unit_id!r}")
    if wish.calendar is not None and find_calendar_key(work.connection, wish.calendar) is None:
        raise InvalidInputError(f"Expected a calendar, but there is no {wish.calendar!r}")
    if wish.superior is not None and find_any_account(work.connection, wish.superior) is None:
        raise InvalidInputError(f"Expected an account as the superior, but there is no '{wish.superior}'")
    above = wish.superior
    while above is not None:
        if above == username:
            raise InvalidInputError(f"Expected a superior who is not below '{username}', but '{wish.superior}' is")
        place = find_person(work.connection, above)
        above = None if place is None else place.superior
