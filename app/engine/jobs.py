"""Jobs: work a token waits for a worker to do.

Owns evaluating a job's type, retries and priority, and opening it. Completion is `app.engine.commands`'.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from app.engine import evaluate
from app.engine.formula import Formula
from app.engine.kinds import JobKind
from app.engine.outcome import JobOpened
from app.engine.token import Token


class JobPlan(NamedTuple):
    """A job, evaluated but not yet opened."""

    type: str
    retries: int
    headers: Mapping[str, str]
    priority: int


def plan_job(
    token: Token, kind: Formula, retries: Formula, headers: Mapping[str, str], priority: Formula | None = None
) -> JobPlan:
    """Evaluate a job's properties; may raise StepFailure."""
    return JobPlan(
        evaluate.string(token, kind),
        evaluate.integer(token, retries, low=1),
        headers,
        0 if priority is None else evaluate.integer(token, priority, low=-(2**31)),
    )


def open_job(
    token: Token,
    plan: JobPlan,
    *,
    kind: JobKind = JobKind.BPMN_ELEMENT,
    listener_event: str = "UNSPECIFIED",
    told: str | None = None,
) -> int:
    """Record the job and return its key."""
    run = token.workflow
    key = run.ports.keys.next()
    run.record.jobs.append(
        JobOpened(
            key=key,
            element_key=token.key,
            element_id=token.task_spec.element.id,
            type=plan.type,
            retries=plan.retries,
            headers=plan.headers,
            kind=kind,
            listener_event=listener_event,
            priority=plan.priority,
            at=run.now,
            user_task_key=token.notes.get("task"),
            told=told,
        )
    )
    return key
