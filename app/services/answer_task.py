"""Completes a user task with answers to its form: they are checked first, in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from app.domain.actor import Actor
from app.engine import HeldTransition
from app.errors import InvalidInputError
from app.services.complete_user_task import complete_user_task
from app.services.keep_form_files import FormFile, keep_form_files
from app.services.read_task import form_environment, read_task
from app.services.save_draft import load_draft, store_draft
from app.services.unit_of_work import UnitOfWork


def answer_task(
    work: UnitOfWork,
    actor: Actor,
    task_key: int,
    answers: Mapping[str, Any],
    *,
    files: Sequence[FormFile] = (),
    language: str = "zh",
) -> HeldTransition | None:
    """Complete the task with what its form makes of `answers`; a task without a form takes none.

    Returns what task listeners still hold up, else None; the answers are its draft until then, should one deny it.

    `files` are those that the answers refer to; they become the complaint's, or else documents of the instance.

    Raises FormError in `language` with every wrong field, and whatever completing raises.
    """
    task = read_task(work.connection, actor, task_key)
    checked: dict[str, Any] = {}
    if task.form is not None:
        checked = task.form.check(answers, variables=task.variables, language=language, env=form_environment(work))
    held = complete_user_task(work, actor, task_key, checked)
    instance_key = int(task.record["processInstanceKey"])
    keep_form_files(work, actor, instance_key, files, checked)
    if held is not None and task.form is not None:
        with suppress(InvalidInputError):  # what is too long for a draft is completed all the same
            version = load_draft(work, task_key).version + 1
            store_draft(work, actor.username, task_key, instance_key, answers, version)
    return held
