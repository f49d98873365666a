"""Keeps what somebody has typed into a task's form so far; two people's drafts never overwrite each other unseen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.actor import Actor
from app.domain.task_verbs import Verb
from app.errors import ConflictError, InvalidInputError
from app.services.act_on_task import take_in_hand
from app.services.search_records import get_record
from app.services.unit_of_work import UnitOfWork
from app.storage.search_work import USER_TASKS
from app.storage.task_drafts import find_draft, write_draft
from app.storage.types import read_json, write_json

LONGEST_DRAFT = 200_000


@dataclass(frozen=True)
class Draft:
    """A draft: `version` 0 means there is none."""

    version: int
    saved_by: str | None
    saved_at: datetime | None
    answers: dict[str, Any]


class DraftConflictError(ConflictError):
    """Somebody saved in between; `draft` is what they saved."""

    def __init__(self, task_key: int, draft: Draft) -> None:
        self.draft = draft
        super().__init__(
            f"Expected the draft of user task {task_key} as it was, but {draft.saved_by} saved version {draft.version}"
        )


def save_draft(work: UnitOfWork, actor: Actor, task_key: int, answers: Mapping[str, Any], *, seen: int) -> int:
    """Store the draft over version `seen` (0: there was none), and return its new version. Nothing is checked by form.

    Raises NotFoundError, ForbiddenError, InvalidInputError when it is too long, ConflictError for an ended task, and
    DraftConflictError when another version was saved since.
    """
    hand = take_in_hand(work, actor, task_key, Verb.SAVE_DRAFT)
    current = load_draft(work, task_key)
    if current.version != seen:
        raise DraftConflictError(task_key, current)
    store_draft(work, actor.username, task_key, hand.instance.key, answers, current.version + 1)
    return current.version + 1


def read_draft(work: UnitOfWork, actor: Actor, task_key: int) -> Draft:
    """Return the draft of a task that this actor may see; NotFoundError."""
    get_record(work.connection, actor, USER_TASKS, task_key)
    return load_draft(work, task_key)


def load_draft(work: UnitOfWork, task_key: int) -> Draft:
    """Return a task's draft for whoever was let in."""
    row = find_draft(work.connection, task_key)
    if row is None:
        return Draft(0, None, None, {})
    answers = read_json(work.runtime.sealer.open(row.sealed, f"task_draft.sealed:{task_key}"))
    return Draft(row.version, row.saved_by, row.saved_at, answers)


def store_draft(
    work: UnitOfWork, username: str, task_key: int, instance_key: int, answers: Mapping[str, Any], version: int
) -> None:
    """Write a draft; the caller holds the task's lock, and has looked at the version before."""
    text = write_json(dict(answers))
    if len(text) > LONGEST_DRAFT:
        raise InvalidInputError(f"Expected a draft of at most {LONGEST_DRAFT:,} characters, but got {len(text):,}")
    row = {"task_key": task_key, "instance_key": instance_key, "version": version, "saved_by": username}
    sealed = work.runtime.sealer.seal(text, f"task_draft.sealed:{task_key}")
    write_draft(work.connection, {**row, "saved_at": work.now, "sealed": sealed})
