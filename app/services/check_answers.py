"""Hold what a program completes a user task with against the task's form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.forms import Form, compile_form
from app.engine import Instance
from app.feel import Environment
from app.services.read_deployed import read_form
from app.services.unit_of_work import UnitOfWork
from app.storage.user_tasks import LockedTask


def check_answers(
    work: UnitOfWork, task: LockedTask, instance: Instance, variables: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return `variables` with the form's own as the form stores them; a task without a form takes what comes.

    A program may send more than the form asks, as Camunda's clients do; what the form asks must fit. The form is
    compiled once a version, and its conditions see the instance's variables without a further statement. Raises
    FormError with every wrong field.
    """
    if task.form_key is None:
        return variables
    form_key = task.form_key
    form: Form = work.runtime.models.parsed(
        "form", form_key, lambda: compile_form(read_form(work.connection, form_key).schema)
    )
    asked = {name: value for name, value in variables.items() if name in form.shape.keys}
    environment = Environment(clock=work.clock, zone=work.runtime.settings.zone, calendars=work.runtime.calendars)
    seen = instance.get_variables(task.element_key, names=form.needs)
    stored = form.check(asked, variables=seen, language="en", env=environment)
    return {**{name: value for name, value in variables.items() if name not in asked}, **stored}
