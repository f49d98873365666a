"""Reads what a person sees of themselves: who they are here, how they sign in, what is open in their name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from app.clock import SystemClock
from app.domain.actor import Actor
from app.services.describe_account import AccountDescription, describe_account
from app.services.open_session import idle_since
from app.services.unit_of_work import UnitOfWork
from app.storage.absences import list_absences
from app.storage.accounts import find_account, list_colleagues, list_tokens, write_account
from app.storage.people import find_person
from app.storage.second_factors import count_recovery_codes, find_second_factor
from app.storage.sessions import list_sessions
from app.storage.units import find_unit

MOST_COLLEAGUES = 2000


@dataclass(frozen=True)
class Profile:
    """One person's own page; rows as `app.storage` has them. `has_password`: False where another system keeps it."""

    account: AccountDescription
    unit: Row[Any] | None
    superior: str | None
    has_password: bool
    second_factor: Row[Any] | None
    recovery_codes: int
    sessions: Sequence[Row[Any]]
    tokens: Sequence[Row[Any]]
    absences: Sequence[Row[Any]]
    colleagues: Sequence[Row[Any]]


def read_profile(work: UnitOfWork, actor: Actor) -> Profile:
    """Return the actor's own page; raises NotFoundError for one without an account."""
    connection, name, now = work.connection, actor.username, SystemClock().now()
    account = describe_account(connection, name)
    place = find_person(connection, name)
    superior = None if place is None or place.superior is None else find_account(connection, place.superior)
    row = find_account(connection, name)
    return Profile(
        account=account,
        unit=None if place is None or place.unit_id is None else find_unit(connection, place.unit_id),
        superior=None if superior is None else superior.display_name,
        has_password=row is not None and row.password_hash is not None,
        second_factor=find_second_factor(connection, name),
        recovery_codes=count_recovery_codes(connection, name),
        sessions=list_sessions(connection, name, now, idle_since(work.runtime, now)),
        tokens=list_tokens(connection, name, now),
        absences=list_absences(connection, name, work.now),
        colleagues=list_colleagues(connection, MOST_COLLEAGUES),
    )


def set_own_language(work: UnitOfWork, actor: Actor, language: str) -> None:
    """Keep the language, zh or en, in which a person reads pages and is written to."""
    write_account(work.connection, actor.username, {"language": language})
