"""Finishes one's part of a task that signers after wait for (后加签): the next of them has it, or it is completed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.task_verbs import Verb
from app.services.act_on_task import TaskInHand, record_act, require_may, stand
from app.services.save_draft import load_draft, store_draft
from app.services.take_turns import begin_signature, pass_on


def sign_task(hand: TaskInHand, variables: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return all that was answered, to complete the task with; None when it went to the next signer instead.

    The next signer finds the answers as a draft, and what he answers counts above them. ConflictError for a task that
    is lent.
    """
    require_may(Verb.COMPLETE, stand(hand))
    answered, following = pass_on(hand, variables)
    if following is None:
        return answered
    work, task = hand.work, hand.task
    key = record_act(hand, Verb.COMPLETE, person=following.person)
    version = load_draft(work, task.key).version + 1
    store_draft(work, hand.actor.username, task.key, hand.instance.key, answered, version)
    begin_signature(hand, following, answered, key)
    return None
