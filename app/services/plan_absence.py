"""Plan and cancel absences with a stand-in (请假代办): one's own, and those of whom one leads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from app.domain.actor import Actor
from app.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from app.services.record_audit import record_audit
from app.services.unit_of_work import UnitOfWork
from app.storage.absences import add_absence, list_absences
from app.storage.absences import cancel_absence as cancel_row
from app.storage.accounts import find_account

MOST_DAYS = 366


def plan_absence(
    work: UnitOfWork, actor: Actor, username: str, stand_in: str, starts_at: datetime, ends_at: datetime
) -> int:
    """Let `stand_in` work the tasks of `username` from `starts_at` until before `ends_at`; returns the absence's key.

    Raises ForbiddenError, NotFoundError for an unknown person, InvalidInputError for a span or a stand-in that makes no
    sense, ConflictError where the person is absent at that time already.
    """
    _require_charge(actor, username)
    for name in (username, stand_in):
        if find_account(work.connection, name) is None:
            raise NotFoundError(f"Expected an account '{name}', but there is none")
    if stand_in == username:
        raise InvalidInputError("Expected somebody else as the stand-in, but it is the person who is absent")
    if not starts_at < ends_at or ends_at <= work.now or (ends_at - starts_at).days > MOST_DAYS:
        raise InvalidInputError(f"Expected an absence of at most {MOST_DAYS} days that is not over, but it is not so")
    for row in list_absences(work.connection, username, starts_at):
        if row.starts_at < ends_at:
            raise ConflictError(f"Expected '{username}' to be there then, but is absent until {row.ends_at}")
    key = work.next_key()
    row_ = {"key": key, "username": username, "stand_in": stand_in, "starts_at": starts_at, "ends_at": ends_at}
    add_absence(work.connection, {**row_, "created_at": work.now, "cancelled_at": None})
    details = {"absence": username, "standIn": stand_in, "from": starts_at.isoformat(), "to": ends_at.isoformat()}
    record_audit(work, actor, "CREATE", "USER", key, details=details)
    return key


def cancel_absence(work: UnitOfWork, actor: Actor, username: str, key: int) -> None:
    """End an absence now, or call it off; NotFoundError where there is none."""
    _require_charge(actor, username)
    if not cancel_row(work.connection, key, username, work.now):
        raise NotFoundError(f"Expected an absence {key} of '{username}', but there is none")
    record_audit(work, actor, "DELETE", "USER", key, details={"absence": username})


def read_absences(work: UnitOfWork, actor: Actor, username: str) -> Sequence[Row[Any]]:
    """Return the absences of a person that are not over, the nearest first."""
    _require_charge(actor, username)
    return list_absences(work.connection, username, work.now)


def _require_charge(actor: Actor, username: str) -> None:
    """Raise ForbiddenError for who may not plan this person's absence; a token without `work` or `organise` may not."""
    if actor.scopes.isdisjoint({"work", "organise"}):
        raise ForbiddenError(f"Expected '{actor.username}' to have the scope 'work' or 'organise', but it does not")
    if username != actor.username and username not in actor.supervises and "organise" not in actor.scopes:
        raise ForbiddenError(f"Expected '{actor.username}' to lead '{username}', but it is not so")
