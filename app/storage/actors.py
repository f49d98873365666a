"""Everything that says what somebody may do, read in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, bindparam, exists, literal_column, null, select, union_all

from app.storage.absences import AbsenceRow
from app.storage.accounts import AccountRow, MembershipRow
from app.storage.complaint_recusals import ComplaintRecusalRow
from app.storage.people import PersonRow
from app.storage.reads import Read
from app.storage.types import UTCDateTime, read_json
from app.storage.units import UnitRow


@dataclass(frozen=True)
class Standing:
    """Where an active account stands at one instant.

    `roles`; `groups` it is a member of; `units`: its own, and every unit below one it leads; `supervises`: everybody
    below it in the reporting line; `stands_in_for`: who is absent and has it, or whom it stands in for, as a stand-in;
    `lent_groups`: pairs (group, absent person); `recused`: whether a complaint is hidden from it.
    """

    roles: list[str]
    groups: frozenset[str]
    units: frozenset[str]
    supervises: frozenset[str]
    stands_in_for: frozenset[str]
    lent_groups: frozenset[tuple[str, str]]
    recused: bool


def find_standing(connection: Connection, username: str, at: datetime) -> Standing | None:
    """Return where an active account stands at `at`; None when there is no such account."""
    rows: dict[str, list[tuple[Any, Any]]] = {}
    for kind, value, whose in _STANDING.all(connection, username=username, at=at):
        rows.setdefault(kind, []).append((value, whose))
    if "roles" not in rows:
        return None

    def values(kind: str) -> frozenset[str]:
        return frozenset(value for value, _ in rows.get(kind, ()))

    return Standing(
        roles=read_json(rows["roles"][0][0]),
        groups=values("group"),
        units=values("unit"),
        supervises=values("below") - {username},
        stands_in_for=values("absent") - {username},
        lent_groups=frozenset((group, whose) for group, whose in rows.get("lent", ()) if whose != username),
        recused="recused" in rows,
    )


def _standing() -> Read:
    who = bindparam("username", type_=String)
    at = bindparam("at", type_=UTCDateTime)
    account, member = AccountRow.__table__.c, MembershipRow.__table__.c
    person, unit, absence = PersonRow.__table__.c, UnitRow.__table__.c, AbsenceRow.__table__.c
    below = select(person.username).where(person.superior == who).cte("below", recursive=True)
    below = below.union(select(person.username).where(person.superior == below.c.username))
    led = select(unit.id).where(unit.head == who).cte("led", recursive=True)
    led = led.union(select(unit.id).where(unit.parent_id == led.c.id))
    now = (absence.cancelled_at.is_(None), absence.starts_at <= at, absence.ends_at > at)
    absent = select(absence.username).where(absence.stand_in == who, *now).cte("absent", recursive=True)
    absent = absent.union(select(absence.username).where(absence.stand_in == absent.c.username, *now))
    nobody = null().cast(String)
    of_a_kind = union_all(
        select(_kind("roles"), account.roles.cast(String).label("value"), nobody.label("whose")).where(
            account.username == who, account.active
        ),
        select(_kind("group"), member.group_name, nobody).where(member.username == who),
        select(_kind("unit"), person.unit_id, nobody).where(person.username == who, person.unit_id.is_not(None)),
        select(_kind("unit"), led.c.id, nobody),
        select(_kind("below"), below.c.username, nobody),
        select(_kind("absent"), absent.c.username, nobody),
        select(_kind("recused"), account.username, nobody).where(account.username == who, _hides_something(who)),
        select(_kind("lent"), member.group_name, member.username).where(member.username == absent.c.username),
    )
    return Read(select(of_a_kind.subquery()))


def _hides_something(who: Any) -> ColumnElement[bool]:
    row = ComplaintRecusalRow.__table__.c
    return exists().where(row.username == who, row.hidden)


def _kind(name: str) -> Any:
    return literal_column(f"'{name}'", String).label("kind")


_STANDING = _standing()
