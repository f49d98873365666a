"""Records what was done with a task: in its history, in the audit log, and on the timeline of its complaint.

Decides nothing, and does not know who may. What was said is sealed, and shown in the task's history only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.actor import Actor
from app.domain.task_verbs import Handover, Verb
from app.errors import InvalidInputError
from app.services.record_audit import record_audit
from app.services.unit_of_work import UnitOfWork
from app.storage.complaints import add_event
from app.storage.task_actions import add_task_action
from app.storage.types import write_json

LONGEST_WORDS = 4000


@dataclass(frozen=True)
class TaskAction:
    """One thing done with one task; `person` is whom it concerns, `step` how the task is called on the timeline.

    `opened_key` is the task it opened; `operation` the audit log's word; `complaint_key` None where there is none.
    """

    verb: Verb | Handover
    task_key: int
    instance_key: int
    step: str
    complaint_key: int | None
    person: str | None = None
    said: str | None = None
    details: Mapping[str, Any] | None = None
    opened_key: int | None = None
    operation: str = "UPDATE"


def record_task_action(work: UnitOfWork, actor: Actor, action: TaskAction) -> int:
    """Record an action; returns its key in the task's history. InvalidInputError for words that are too long."""
    key, verb, person = work.next_key(), str(action.verb), action.person
    told = {"verb": verb, **({"to": person} if person else {}), **(action.details or {})}
    instance_key = action.instance_key
    record_audit(work, actor, action.operation, "USER_TASK", action.task_key, instance_key=instance_key, details=told)
    add_task_action(
        work.connection,
        {
            "key": key,
            "at": work.now,
            "task_key": action.task_key,
            "instance_key": instance_key,
            "actor": actor.username,
            "verb": verb,
            "person": person,
            "opened_key": action.opened_key,
            "details": dict(action.details) if action.details else None,
            "sealed": _seal(work, key, action.said),
        },
    )
    if action.complaint_key is not None:
        line = {"key": work.next_key(), "complaint_key": action.complaint_key, "at": work.now}
        shown = {"task": str(action.task_key), "step": action.step, **({"to": person} if person else {})}
        shown |= {name: told[name] for name in ("onBehalfOf", "for") if name in told}
        add_event(work.connection, {**line, "actor": actor.username, "kind": f"task-{verb}", "details": shown})
    return key


def _seal(work: UnitOfWork, action_key: int, said: str | None) -> str | None:
    if not said:
        return None
    if len(said) > LONGEST_WORDS:
        raise InvalidInputError(f"Expected at most {LONGEST_WORDS} characters, but got {len(said)}")
    return work.runtime.sealer.seal(write_json(said), f"task_action.sealed:{action_key}")
