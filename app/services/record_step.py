"""Records what a person's completion of a complaint's step says beyond its process: classes, clocks, events, findings.

A completion that task listeners hold up says it when they have let it, and not before: a denied one never was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from app.domain.actor import Actor
from app.engine.values import decode
from app.services.class_clocks import COMPLEXITY, class_clocks
from app.services.instance_tree import Run
from app.services.reclassify_clocks import asked_in, reclassify_clocks
from app.services.record_findings import take_findings
from app.services.report_event import report_step
from app.services.unit_of_work import UnitOfWork
from app.storage.audit import find_latest_actor
from app.storage.jobs import TOLD_HEADER
from app.storage.user_tasks import find_user_task, write_ended_by


@dataclass(frozen=True)
class Step:
    """A step that is being completed: its task and element, what its process knew before, and the answers."""

    run: Run
    task_key: int
    element_id: str
    known: Mapping[str, Any]
    answers: Mapping[str, Any]


def step_of(run: Run, task_key: int, element_id: str, answers: Mapping[str, Any]) -> Step:
    """Return the step of a task; to be asked before its process takes the answers over."""
    known = run.instance.get_variables() if asked_in(answers) or COMPLEXITY in answers else {}
    return Step(run, task_key, element_id, known, answers)


def held_step(run: Run, job: Row[Any]) -> Step | None:
    """Return the step whose completion the listener of `job` holds up; None for every other job."""
    if job.kind != "TASK_LISTENER" or job.listener_event != "COMPLETING":
        return None
    return step_of(run, job.user_task_key, job.element_id, decode(job.headers[TOLD_HEADER])["variables"])


def record_step(work: UnitOfWork, actor: Actor, step: Step) -> None:
    """Record what the answers say of the complaint's clocks, and the event that the step stands for."""
    number = step.run.row.business_id
    reclassify_clocks(work, actor, number, step.known, step.answers)
    class_clocks(work, actor, number, step.task_key, step.known, step.answers)
    drawn = step.run.process.definition.elements[step.element_id]
    report_step(work, actor, number, drawn.properties, step.answers)


def record_held_step(work: UnitOfWork, step: Step) -> None:
    """Record a step that listeners held up, if its task is completed now, as done by whoever completed it."""
    task = find_user_task(work.connection, step.task_key)
    if task is None or task.state != "COMPLETED":
        return
    who = find_latest_actor(work.connection, step.run.row.key, "COMPLETE", step.task_key) or task.ended_by
    write_ended_by(work.connection, step.task_key, who)
    actor = Actor(who)
    record_step(work, actor, step)
    take_findings(work, actor, step.run.row.business_id, step.task_key, step.answers)
