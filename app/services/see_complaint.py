"""Finds a complaint for somebody: the one gate between a complaint and whoever asks for it.

Owns the rule of who may see what, for one complaint (`see_complaint`) and for lists of them (`seen_by`). The rule is
told in docs/access.md. Knows neither fields nor pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.domain.sight import (
    as_worker,
    groups_as_subjects,
    may_be_complaint_number,
    people_as_subjects,
    sees_all,
    subjects_of,
)
from app.errors import ForbiddenError, NotFoundError
from app.services.unit_of_work import UnitOfWork
from app.storage.accounts import groups_of_all
from app.storage.complaint_access import add_access, given_to, has_access
from app.storage.complaint_recusals import is_hidden, not_hidden_from
from app.storage.complaints import find_complaint


class UnseenComplaintError(ForbiddenError):
    """The complaint is there, and was given to others."""

    def __init__(self, actor: Actor, row: Row[Any]) -> None:
        super().__init__(f"Expected complaint {row.number} to have been given to '{actor.username}', but it was not")
        self.complaint_key = int(row.key)


def see_complaint(work: UnitOfWork, actor: Actor, number: str, *, only_read: bool = False) -> Row[Any]:
    """Return the complaint's row; NotFoundError where there is none, ForbiddenError for who may not see it.

    Who works on complaints comes in, to those that were given to them or that they answer for; `only_read` says that
    nothing will be changed, and lets those in who look at all.
    """
    require_sight(actor, only_read=only_read)
    row = find_complaint(work.connection, number)
    if row is None:
        raise NotFoundError(f"Expected a complaint {number!r}, but there is none")
    require_given(work.connection, actor if only_read else as_worker(actor), row)
    return row


def require_sight(actor: Actor, *, only_read: bool = True) -> None:
    """Raise ForbiddenError for who has nothing to do with complaints."""
    if not (only_read and sees_all(actor)):
        require_scope(actor, "work")


def require_given(connection: Connection, actor: Actor, row: Row[Any]) -> None:
    """Raise UnseenComplaintError unless this complaint is one that the actor may see."""
    if not sees(connection, actor, row):
        raise UnseenComplaintError(actor, row)


def require_sight_of_number(
    work: UnitOfWork, actor: Actor, business_id: str | None, variables: Mapping[str, Any]
) -> None:
    """Raise UnseenComplaintError where what is given to a process names a complaint of others: as its id or variable.

    Whoever is given a task of the process may see the complaint: so nobody may start one in another's name.
    """
    for named in {business_id, _text(variables.get("complaintNumber"))}:
        row = find_complaint(work.connection, named or "") if may_be_complaint_number(named) else None
        if row is not None:
            require_given(work.connection, as_worker(actor), row)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def sees(connection: Connection, actor: Actor, row: Row[Any]) -> bool:
    """Tell whether a complaint (its row) is this actor's to see; a recused person sees it by no office."""
    if is_recused_from(connection, actor, row.key):
        return False
    return sees_all(actor) or has_access(connection, row, all_subjects(connection, actor))


def seen_by(connection: Connection, actor: Actor) -> list[ColumnElement[bool]]:
    """Return the conditions on `ComplaintRow` under which this actor sees a complaint: for lists, searches, exports."""
    require_sight(actor)
    return [*unhidden(actor), *([] if sees_all(actor) else [given_to(all_subjects(connection, actor))])]


def unhidden(actor: Actor) -> list[ColumnElement[bool]]:
    """Return the conditions on `ComplaintRow` that leave out what is hidden from this actor (回避); mostly none."""
    return [not_hidden_from(actor.username)] if actor.recused else []


def is_recused_from(connection: Connection, actor: Actor, complaint_key: int) -> bool:
    """Tell whether a complaint is hidden from this actor, because it is about them."""
    return actor.recused and is_hidden(connection, actor.username, complaint_key)


def all_subjects(connection: Connection, actor: Actor) -> list[str]:
    """Return everybody whose sight this actor has; who leads others sees what is offered to their groups."""
    subjects = subjects_of(actor)
    if not actor.supervises:
        return subjects
    return sorted({*subjects, *groups_as_subjects(groups_of_all(connection, actor.supervises))})


def let_see(work: UnitOfWork, row: Row[Any], *, people: Iterable[str] = (), groups: Iterable[str] = ()) -> None:
    """Let people and groups see a complaint from now on: because they are told of it, asked about it, or given it."""
    add_access(work.connection, row.key, row.received_at, [*people_as_subjects(people), *groups_as_subjects(groups)])
