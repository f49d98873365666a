"""Shows somebody a complaint's fields: readable, masked or hidden, as the table `field_access` and open reveals say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from app.domain.actor import Actor
from app.domain.field_access import CLOSED, OPEN, TABLE, FieldRight, Role, Shown, kind_of, widest
from app.domain.redaction import mask_fields
from app.domain.sight import OVERSEE
from app.services.decide import decide
from app.services.open_sealed import open_sealed
from app.services.unit_of_work import UnitOfWork
from app.storage.access_events import list_open_reveals
from app.storage.user_tasks import list_own_steps


@dataclass(frozen=True)
class Covered:
    """A field that is not readable as such: whether this person may uncover it, and until when it is uncovered."""

    may_reveal: bool
    until: datetime | None = None


@dataclass(frozen=True)
class ShownFields:
    """A complaint's fields as somebody may see them; hidden ones are left out. `covered` are those with a mask."""

    values: dict[str, Any]
    covered: dict[str, Covered]


def show_fields(work: UnitOfWork, actor: Actor, complaint: Row[Any]) -> ShownFields:
    """Return the fields of a complaint (its row) that the actor has been let in to."""
    sealed = open_sealed(work, complaint)
    right_to = FieldRights(work, actor).on(own_steps(work.connection, actor, [complaint.number]).get(complaint.number))
    revealed = list_open_reveals(work.connection, complaint.key, actor.username, work.now)
    values: dict[str, Any] = {}
    covered: dict[str, Covered] = {}
    for field, value in {**complaint.data, **sealed}.items():
        right = right_to(kind_of(field))
        if right.shown is Shown.HIDDEN:
            continue
        values[field] = value
        if right.shown is Shown.MASKED:
            until = revealed.get(field) if right.may_reveal else None
            covered[field] = Covered(right.may_reveal, until)
            values[field] = value if until is not None else mask_fields({field: value})[field]
    return ShownFields(values, covered)


def show_values(work: UnitOfWork, actor: Actor, complaint: Row[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values that are kept beside a complaint's own fields as the actor may see them; hidden ones left out."""
    right_to = FieldRights(work, actor).on(own_steps(work.connection, actor, [complaint.number]).get(complaint.number))
    shown = {}
    for field, value in values.items():
        right = right_to(kind_of(field))
        if right.shown is not Shown.HIDDEN:
            shown[field] = value if right.shown is Shown.READABLE else mask_fields({field: value})[field]
    return shown


def own_steps(connection: Connection, actor: Actor, numbers: Sequence[str]) -> dict[str, list[str]]:
    """Return the steps that the actor works on, for oneself or who is away, by the number of their complaint."""
    return list_own_steps(connection, numbers, {actor.username, *actor.stands_in_for})


class FieldRights:
    """What the table in force says of one person; each role, kind of field and step is asked for once."""

    def __init__(self, work: UnitOfWork, actor: Actor) -> None:
        self._work = work
        self._actor = actor
        self._table = work.runtime.models.find_decision(work.connection, TABLE, work.now)
        self._known: dict[tuple[Role, str, str | None], FieldRight] = {}

    def on(self, steps: Sequence[str] | None) -> Callable[[str], FieldRight]:
        """Return the rights on a complaint to each kind of field, for who works on these of its steps (None: none)."""
        role = _role(self._actor, has_task=bool(steps))
        asked: Sequence[str | None] = steps or [None]
        return lambda kind: widest([self._right(role, kind, step) for step in asked])

    def _right(self, role: Role, kind: str, step: str | None) -> FieldRight:
        asked = (role, kind, step)
        if asked not in self._known:
            self._known[asked] = self._ask(*asked)
        return self._known[asked]

    def _ask(self, role: Role, kind: str, step: str | None) -> FieldRight:
        closed = FieldRight(Shown.READABLE) if kind == OPEN else CLOSED
        if self._table is None:
            return closed
        context = {"role": str(role), "kind": kind, "step": step}
        said, record = decide(self._work, self._table, context, self._work.clock)
        if record.failure is not None or not isinstance(said, dict) or said.get("access") not in list(Shown):
            return closed
        return FieldRight(Shown(said["access"]), bool(said.get("mayReveal")))


def _role(actor: Actor, *, has_task: bool) -> Role:
    if has_task:
        return Role.HANDLER
    offices = ((actor.is_operator, Role.OPERATOR), (OVERSEE in actor.scopes, Role.OVERSEER))
    for holds, role in (*offices, ("read" in actor.scopes, Role.AUDITOR)):
        if holds:
            return role
    return Role.OBSERVER
