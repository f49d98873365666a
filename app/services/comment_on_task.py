"""Leaves a comment on a task, open or ended, for everybody with a part in it; kept sealed."""

from __future__ import annotations

from app.domain.actor import Actor
from app.domain.task_verbs import Verb
from app.errors import InvalidInputError
from app.services.act_on_task import record_act, take_in_hand
from app.services.unit_of_work import UnitOfWork


def comment_on_task(work: UnitOfWork, actor: Actor, task_key: int, text: str) -> int:
    """Add the comment to the task's history; returns its key.

    Raises NotFoundError, ForbiddenError for who has no part in the task, InvalidInputError for no text or a long one.
    """
    if not text.strip():
        raise InvalidInputError("Expected a comment, but there is no text")
    return record_act(take_in_hand(work, actor, task_key, Verb.COMMENT), Verb.COMMENT, said=text.strip())
