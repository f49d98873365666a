"""Reads what a person needs to work on a user task: the task, its form, and the variables it sees."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from app.domain.actor import Actor
from app.domain.forms import Form, compile_form
from app.feel import Environment
from app.services.read_deployed import read_form
from app.services.search_records import get_record
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage.search_work import USER_TASKS
from app.storage.variables import list_effective_variables


@dataclass(frozen=True)
class TaskToWork:
    """A task's record (as `/v2` shows it), its compiled form or None, and its variables by name."""

    record: dict[str, Any]
    form: Form | None
    variables: dict[str, Any]


@lru_cache(maxsize=256)
def compiled_form(schema: str) -> Form:
    """Return a form compiled; a version's text is compiled once a process."""
    return compile_form(schema)


def read_task(connection: Connection, actor: Actor, task_key: int) -> TaskToWork:
    """Return the task; raises NotFoundError also for one that this actor may not see."""
    record = get_record(connection, actor, USER_TASKS, task_key)
    form_key, element_key = record["formKey"], record["elementInstanceKey"]
    form = None if form_key is None else compiled_form(read_form(connection, form_key).schema)
    return TaskToWork(record, form, list_effective_variables(connection, [element_key])[element_key])


def form_environment(source: Runtime | UnitOfWork) -> Environment:
    """Return what a form's expressions may use: the product's clock, zone and calendars."""
    runtime = source.runtime if isinstance(source, UnitOfWork) else source
    clock = source.clock if isinstance(source, UnitOfWork) else runtime.clock
    return Environment(clock=clock, zone=str(runtime.zone), calendars=runtime.calendars)
