"""Reads the organisation and its accounts for administrators. Each function says who may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from app.clock import SystemClock
from app.domain.actor import Actor
from app.domain.organisation import UNIT_KINDS
from app.errors import ForbiddenError, NotFoundError
from app.services.open_session import idle_since
from app.services.unit_of_work import UnitOfWork
from app.storage.absences import list_absences
from app.storage.accounts import find_any_account, groups_of, list_memberships, list_tokens
from app.storage.calendars import list_calendar_versions
from app.storage.people import find_person, list_places
from app.storage.second_factors import find_second_factor
from app.storage.sessions import list_sessions
from app.storage.sign_in_guards import list_locked
from app.storage.units import list_posts, list_units


@dataclass
class UnitView:
    """One unit with the units below it and its own people."""

    row: Row[Any]
    people: list[Row[Any]] = field(default_factory=list)
    below: list[UnitView] = field(default_factory=list)


@dataclass(frozen=True)
class Organisation:
    """The whole organisation; `tops` are the units above which there is none, `homeless` people without a unit."""

    tops: list[UnitView]
    homeless: list[Row[Any]]
    units: Sequence[Row[Any]]
    posts: Sequence[Row[Any]]
    people: Sequence[Row[Any]]
    holders: dict[str, list[str]]
    calendars: list[str]


@dataclass(frozen=True)
class AccountView:
    """One account as administrators see it; `locked`: the guard's row while it is locked."""

    row: Row[Any]
    place: Row[Any] | None
    groups: list[str]
    has_second_factor: bool
    locked: Row[Any] | None
    sessions: Sequence[Row[Any]]
    tokens: Sequence[Row[Any]]
    absences: Sequence[Row[Any]]


def read_organisation(work: UnitOfWork, actor: Actor) -> Organisation:
    """Return units, posts and people; for system and security administrators."""
    require_administrator(actor)
    connection = work.connection
    kinds = list(UNIT_KINDS)
    units = sorted(list_units(connection), key=lambda row: (kinds.index(row.kind), row.id))
    people = list_places(connection)
    views = {row.id: UnitView(row) for row in units}
    for row in units:
        if row.parent_id is not None:
            views[row.parent_id].below.append(views[row.id])
    for person in people:
        if person.unit_id is not None:
            views[person.unit_id].people.append(person)
    holders: dict[str, list[str]] = {}
    for username, group in list_memberships(connection):
        holders.setdefault(group, []).append(username)
    return Organisation(
        tops=[views[row.id] for row in units if row.parent_id is None],
        homeless=[person for person in people if person.unit_id is None],
        units=units,
        posts=list_posts(connection),
        people=people,
        holders=holders,
        calendars=sorted(name for name, _ in list_calendar_versions(connection)),
    )


def read_account(work: UnitOfWork, actor: Actor, username: str) -> AccountView:
    """Return one account; for system and security administrators. NotFoundError without it."""
    require_administrator(actor)
    connection, now = work.connection, SystemClock().now()
    row = find_any_account(connection, username)
    if row is None:
        raise NotFoundError(f"Expected an account '{username}', but there is none")
    return AccountView(
        row=row,
        place=find_person(connection, username),
        groups=groups_of(connection, username),
        has_second_factor=find_second_factor(connection, username) is not None,
        locked=next((guard for guard in list_locked(connection, now) if guard.username == username), None),
        sessions=list_sessions(connection, username, now, idle_since(work.runtime, now)),
        tokens=list_tokens(connection, username, now),
        absences=list_absences(connection, username, work.now),
    )


def read_locked(work: UnitOfWork, actor: Actor) -> set[str]:
    """Return the names of the accounts that are locked now; for system and security administrators."""
    require_administrator(actor)
    return {guard.username for guard in list_locked(work.connection, SystemClock().now())}


def require_administrator(actor: Actor) -> None:
    """Raise ForbiddenError for who manages neither the organisation nor its accounts."""
    if actor.scopes.isdisjoint({"organise", "security"}):
        raise ForbiddenError(f"Expected '{actor.username}' to have the scope 'organise' or 'security', but it does not")
