"""Make and change organisation units, and the posts that belong to them."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.domain.organisation import UNIT_KINDS
from app.errors import InvalidInputError
from app.services.record_audit import record_audit
from app.services.unit_of_work import UnitOfWork
from app.storage.accounts import find_any_account
from app.storage.calendars import find_calendar_key
from app.storage.units import find_unit, write_post, write_unit

IDENTITY = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
LONGEST_NAME = 80


@dataclass(frozen=True)
class UnitWish:
    """What a unit is to be; `parent_id` None: the top; `head` leads it; `calendar` None: that of the unit above."""

    kind: str
    name_zh: str
    name_en: str
    parent_id: str | None = None
    head: str | None = None
    calendar: str | None = None


@dataclass(frozen=True)
class PostWish:
    """What a post is to be: its names, and the unit it belongs to."""

    name_zh: str
    name_en: str
    unit_id: str | None = None


def change_unit(work: UnitOfWork, actor: Actor, unit_id: str, wish: UnitWish) -> None:
    """Make a unit be as wished, whether it is there or not; needs the scope `organise`.

    Raises ForbiddenError, and InvalidInputError for a parent that is below the unit, among others.
    """
    require_scope(actor, "organise")
    _check_names(unit_id, wish.name_zh, wish.name_en)
    if wish.kind not in UNIT_KINDS:
        raise InvalidInputError(f"Expected a kind among {', '.join(UNIT_KINDS)}, but got {wish.kind!r}")
    if wish.head is not None and find_any_account(work.connection, wish.head) is None:
        raise InvalidInputError(f"Expected an account as the head, but there is no '{wish.head}'")
    if wish.calendar is not None and find_calendar_key(work.connection, wish.calendar) is None:
        raise InvalidInputError(f"Expected a calendar, but there is no {wish.calendar!r}")
    above = wish.parent_id
    while above is not None:
        if above == unit_id:
            raise InvalidInputError(f"Expected a unit above that is not below {unit_id!r}, but {wish.parent_id!r} is")
        row = find_unit(work.connection, above)
        if row is None:
            raise InvalidInputError(f"Expected a unit above, but there is no {above!r}")
        above = row.parent_id
    write_unit(work.connection, {"id": unit_id, **asdict(wish)})
    record_audit(work, actor, "UPDATE", "GROUP", 0, details={"unit": unit_id, **asdict(wish)})


def change_post(work: UnitOfWork, actor: Actor, post_id: str, wish: PostWish) -> None:
    """Make a post be as wished, whether it is there or not; needs the scope `organise`.

    Its id is the group that models give work to. Raises ForbiddenError, InvalidInputError.
    """
    require_scope(actor, "organise")
    _check_names(post_id, wish.name_zh, wish.name_en)
    if wish.unit_id is not None and find_unit(work.connection, wish.unit_id) is None:
        raise InvalidInputError(f"Expected a unit, but there is no {wish.unit_id!r}")
    write_post(work.connection, {"id": post_id, **asdict(wish)})
    record_audit(work, actor, "UPDATE", "GROUP", 0, details={"post": post_id, **asdict(wish)})


def _check_names(identity: str, *names: str) -> None:
    if not IDENTITY.fullmatch(identity):
        raise InvalidInputError("Expected an id of small letters, digits, dashes and underscores, but it is another")
    if not all(0 < len(name.strip()) <= LONGEST_NAME for name in names):
        raise InvalidInputError(f"Expected names of 1 to {LONGEST_NAME} characters in both languages, but they are not")
