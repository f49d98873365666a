"""Reads what was answered in the earlier steps of a process, so that whoever decides next sees what it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from app.domain.forms import Field, Group, Node
from app.domain.redaction import mask_answer
from app.services.read_deployed import read_form
from app.services.read_task import compiled_form
from app.storage.rounds import find_members
from app.storage.user_tasks import UserTaskRow
from app.storage.variables import list_effective_variables, list_own_variables

MOST_STEPS = 40


@dataclass(frozen=True)
class EarlierStep:
    """A completed step: who did it (in the place of whom), when, and its form's fields with what stands in them now."""

    definition_key: int
    element_id: str
    name: str | None
    done_by: str | None
    done_for: str | None
    done_at: datetime
    answers: list[tuple[Field, Any]]


def read_earlier_answers(connection: Connection, instance_key: int) -> list[EarlierStep]:
    """Return the completed steps with a form, the latest first.

    Of a step that was done again the latest is returned; members of one round are returned each, as far as the model
    keeps each member's answers apart. Values are what the variables hold now: a later step that answers the same field
    shows its answer in both. Sensitive ones are masked.
    """
    table = UserTaskRow.__table__.c
    query = select(UserTaskRow.__table__).where(
        table.instance_key == instance_key, table.state == "COMPLETED", table.form_key.is_not(None)
    )
    rows = connection.execute(query.order_by(table.ended_at.desc(), table.key.desc()).limit(MOST_STEPS)).all()
    elements = [row.element_key for row in rows]
    seen, own = list_effective_variables(connection, elements), list_own_variables(connection, elements)
    members = find_members(connection, elements)
    steps: list[EarlierStep] = []
    shown: set[tuple[object, ...]] = set()
    for row in rows:
        form = compiled_form(read_form(connection, row.form_key).schema)
        variables = seen[row.element_key]
        answers = [
            (one, mask_answer(variables[one.path[0]]) if one.is_sensitive else variables[one.path[0]])
            for one in fields_of(form.nodes)
            if variables.get(one.path[0]) is not None
        ]
        is_own = row.element_key in members and any(one.path[0] in own[row.element_key] for one, _ in answers)
        mark = (row.element_key,) if is_own else (row.element_id, str([value for _, value in answers]))
        if answers and mark not in shown:
            shown.add(mark)
            people = (row.ended_by, row.on_behalf_of)
            steps.append(EarlierStep(row.definition_key, row.element_id, row.name, *people, row.ended_at, answers))
    return steps


def read_answers_of(connection: Connection, form_key: int | None, element_key: int) -> dict[str, Any]:
    """Return what was answered to a completed task's form, by field, as the variables it saw hold it now."""
    if form_key is None:
        return {}
    form = compiled_form(read_form(connection, form_key).schema)
    seen = list_effective_variables(connection, [element_key])[element_key]
    return {one.path[0]: seen[one.path[0]] for one in fields_of(form.nodes) if seen.get(one.path[0]) is not None}


def fields_of(nodes: tuple[Node, ...]) -> Iterator[Field]:
    """Yield a form's fields that stand in variables of their own, those of its groups included."""
    for node in nodes:
        if isinstance(node, Group):
            yield from fields_of(node.nodes)
        elif isinstance(node, Field) and len(node.path) == 1:
            yield node
