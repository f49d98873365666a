"""What stands in the columns of the lists of tasks and complaints, on screen and in an export alike.

No column holds personal data: what a list shows is what the open fields say. Instants and amounts stay what they are,
for whoever shows them. Knows no page and no workbook.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from app.domain.organisation import group_name
from app.storage.inbox import InboxEntry

Value = str | Decimal | int | datetime | None


@dataclass(frozen=True)
class Wording:
    """A language, and what codes and statuses are called in it: `codes` by the form's field and the value."""

    language: str
    codes: Mapping[tuple[str, str], str]
    statuses: Mapping[str, str]


@dataclass(frozen=True)
class TaskLine:
    """One task of a list, its step and process named in the reader's language, with its complaint if it has one."""

    task: Row[Any] | InboxEntry
    complaint: Row[Any] | None
    step: str
    process: str


def _code(field: str, column: str) -> Callable[[Row[Any], Wording], Value]:
    def read(row: Row[Any], wording: Wording) -> Value:
        value = getattr(row, column)
        return None if value is None else wording.codes.get((field, value), value)

    return read


def _groups(line: TaskLine, wording: Wording) -> str:
    separator = "、" if wording.language == "zh" else ", "
    return separator.join(group_name(group, wording.language) for group in line.task.candidate_groups)


OF_COMPLAINT: Mapping[str, Callable[[Row[Any], Wording], Value]] = {
    "status": lambda row, wording: wording.statuses.get(row.status, row.status),
    "type": _code("complaintType", "type"),
    "product": _code("productLine", "product_line"),
    "channel": _code("channel", "channel"),
    "amount": lambda row, _: row.amount,
    "received": lambda row, _: row.received_at,
    "legal": lambda row, _: row.due_at,
}
OF_TASK: Mapping[str, Callable[[TaskLine, Wording], Value]] = {
    "step": lambda line, _: line.step,
    "number": lambda line, _: line.task.business_id,
    "process": lambda line, _: line.process,
    "group": _groups,
    "assignee": lambda line, _: line.task.assignee,
    "deadline": lambda line, _: line.task.due_at,
    "priority": lambda line, _: line.task.priority,
    "created": lambda line, _: line.task.created_at,
    "finished": lambda line, _: line.task.ended_at,
}
OF_COMPLAINT_ALONE: Mapping[str, Callable[[Row[Any], Wording], Value]] = {
    "number": lambda row, _: row.number,
    "external": lambda row, _: row.external_number,
}
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "tasks": (*OF_TASK, *OF_COMPLAINT),
    "complaints": ("number", *OF_COMPLAINT, "external"),
}
"""Every column of each list, in order; the first leads to the thing itself and always stands."""

USUAL: Mapping[str, tuple[str, ...]] = {
    "tasks": ("step", "number", "group", "deadline"),
    "done": ("step", "number", "group", "finished"),
    "supervised": ("step", "number", "group", "assignee", "deadline"),
    "watching": ("step", "number", "assignee", "deadline", "finished"),
    "complaints": ("number", "received", "type", "product", "channel", "amount", "status"),
}


def columns_of(list_name: str, chosen: list[str], view: str | None = None) -> tuple[str, ...]:
    """Return the columns to show: those chosen, in the list's order, else those that are usual for the view."""
    everything = COLUMNS[list_name]
    names = {*(chosen or USUAL.get(view or list_name, USUAL[list_name])), everything[0]}
    return tuple(name for name in everything if name in names)


def value_of(name: str, line: TaskLine | Row[Any], wording: Wording) -> Value:
    """Return what a line (a task, or a complaint's row) says in a column; None for nothing."""
    if not isinstance(line, TaskLine):
        return (OF_COMPLAINT.get(name) or OF_COMPLAINT_ALONE[name])(line, wording)
    if name in OF_TASK:
        return OF_TASK[name](line, wording)
    return None if line.complaint is None else OF_COMPLAINT[name](line.complaint, wording)


def name_step(element: Any, element_id: str, name: str | None, language: str) -> str:
    """Return a step's or a process's name: the model's own, or its English property. `element` may be None."""
    if language == "en" and element is not None and "name:en" in element.properties:
        return str(element.properties["name:en"])
    return name or element_id
