"""The columns of the lists of tasks and complaints as pages head and fill them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import g
from flask_babel import gettext
from sqlalchemy import Row

from app.services.list_values import OF_COMPLAINT, TaskLine, Value, Wording, value_of
from app.storage.inbox import InboxEntry
from app.web.pages.blueprint import language
from app.web.pages.people_called import person_called
from app.web.pages.presenting import STATUSES, fields_by_name, step_name

HEADINGS: Mapping[str, Callable[[], str]] = {
    "step": lambda: gettext("Step"),
    "number": lambda: gettext("Complaint"),
    "process": lambda: gettext("Procedure"),
    "group": lambda: gettext("Group"),
    "assignee": lambda: gettext("Assigned to"),
    "deadline": lambda: gettext("Deadline"),
    "priority": lambda: gettext("Priority"),
    "created": lambda: gettext("Waiting since"),
    "finished": lambda: gettext("Finished"),
    "status": lambda: gettext("Status"),
    "type": lambda: gettext("Type"),
    "product": lambda: gettext("Product line"),
    "channel": lambda: gettext("Channel"),
    "amount": lambda: gettext("Amount"),
    "received": lambda: gettext("Received"),
    "legal": lambda: gettext("Legal deadline"),
    "external": lambda: gettext("External number"),
}


def heading(column: str) -> str:
    """Return what stands above a column."""
    return HEADINGS[column]()


def cell(column: str, line: TaskLine | Row[Any]) -> Value:
    """Return what a line says in a column."""
    said = value_of(column, line, wording())
    return person_called(said) if column == "assignee" and isinstance(said, str) else said


def needs_complaint(column: str) -> bool:
    """Whether a column of the tasks says something of their complaints."""
    return column in OF_COMPLAINT


def task_line(task: Row[Any] | InboxEntry, complaint: Row[Any] | None) -> TaskLine:
    """Return a task as a list shows it."""
    step = step_name(task.definition_key, task.element_id, task.name)
    return TaskLine(task, complaint, step, step_name(task.definition_key, task.process_id, task.process_name))


def wording() -> Wording:
    """Return what codes and statuses are called in this page's language."""
    if "wording" not in g:
        codes = {
            (name, str(option.value)): option.label(language())
            for name, field in fields_by_name().items()
            for option in (field.options.fixed if field.options is not None else ())
        }
        g.wording = Wording(language(), codes, {status: str(words) for status, (words, _) in STATUSES.items()})
    found = g.wording
    assert isinstance(found, Wording)
    return found
