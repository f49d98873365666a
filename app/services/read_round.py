"""Reads how a countersign round (会签) stands: who signed how and when, who is still open, who was taken off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from app.domain.actor import Actor
from app.domain.forms import Field
from app.services.act_on_task import look_at_task
from app.services.read_deployed import read_form
from app.services.read_earlier_answers import fields_of
from app.services.read_task import compiled_form
from app.services.unit_of_work import UnitOfWork
from app.storage.rounds import find_round, list_round_tasks
from app.storage.variables import list_own_variables

SIGNED, OPEN, REMOVED, CLOSED = "signed", "open", "removed", "closed"


@dataclass(frozen=True)
class Signature:
    """One member of a round. `state`: signed, open, removed (减签), or closed since the others had decided.

    `answers`: the form's fields with what this member answered, as far as the model keeps each member's apart (by an
    input mapping of the field); `person` is who signed, or has the task, in the place of the absent `on_behalf_of`.
    """

    task_key: int
    state: str
    person: str | None
    on_behalf_of: str | None
    candidate_groups: tuple[str, ...]
    opened_at: datetime
    ended_at: datetime | None
    answers: list[tuple[Field, Any]]


@dataclass(frozen=True)
class Round:
    """A round: `is_running` until it is decided."""

    element_id: str
    is_running: bool
    members: list[Signature]

    @property
    def signed(self) -> int:
        """How many have signed."""
        return sum(one.state == SIGNED for one in self.members)


def read_round(work: UnitOfWork, actor: Actor, task_key: int) -> Round | None:
    """Return the round that a task is of, None where it is of none; NotFoundError for a task one may not see."""
    hand = look_at_task(work, actor, task_key)
    body = find_round(work.connection, hand.task.element_key)
    if body is None:
        return None
    rows = list_round_tasks(work.connection, body.key, hand.instance.key)
    own = list_own_variables(work.connection, [row.element_key for row in rows])
    members = [_signature(work, row, own[row.element_key], is_running=body.ended_at is None) for row in rows]
    return Round(hand.task.element_id, body.ended_at is None, members)


def _signature(work: UnitOfWork, row: Row[Any], own: Mapping[str, Any], *, is_running: bool) -> Signature:
    state = {"COMPLETED": SIGNED, "CANCELED": REMOVED if is_running else CLOSED}.get(row.state, OPEN)
    return Signature(
        task_key=row.key,
        state=state,
        person=row.ended_by or row.assignee,
        on_behalf_of=row.on_behalf_of,
        candidate_groups=tuple(row.candidate_groups),
        opened_at=row.created_at,
        ended_at=row.ended_at,
        answers=_answers(work, row, own) if state == SIGNED else [],
    )


def _answers(work: UnitOfWork, row: Row[Any], own: Mapping[str, Any]) -> list[tuple[Field, Any]]:
    """What this member alone answered: a variable that all share would show the last one's answer for everybody."""
    if row.form_key is None:
        return []
    form = compiled_form(read_form(work.connection, row.form_key).schema)
    return [(one, own[one.path[0]]) for one in fields_of(form.nodes) if own.get(one.path[0]) is not None]
