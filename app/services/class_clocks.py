"""Puts a complaint's clocks into the class that a step found: how complex the facts and the dispute are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.actor import Actor
from app.domain.clocks import Classed, ClockEventError
from app.domain.sight import may_be_complaint_number
from app.services.kept_clocks import KeptClock, open_clocks, record_on
from app.services.unit_of_work import UnitOfWork
from app.storage.clocks import list_clocks, lock_complaint, write_due
from app.storage.complaints import add_event, find_complaint

COMPLEXITY = "complexity"


def class_clocks(
    work: UnitOfWork,
    actor: Actor,
    number: str | None,
    task_key: int,
    before: Mapping[str, Any],
    answers: Mapping[str, Any],
) -> None:
    """Record the class that the step's answer `complexity` names on the clocks that have it; else do nothing.

    A longer class after the deadline is not taken: it would heal what is late.
    """
    said = answers.get(COMPLEXITY)
    if not isinstance(said, str) or before.get(COMPLEXITY) == said or not may_be_complaint_number(number):
        return
    found = find_complaint(work.connection, number or "")
    complaint = None if found is None else lock_complaint(work.connection, found.key)
    if complaint is None:
        return
    event = Classed(id=f"task:{task_key}", at=work.now, by=actor.username, complexity=said)
    for clock in open_clocks(work, list_clocks(work.connection, complaint.key, only_open=True)):
        if said not in clock.rule.definition.lengths or _class_of(clock) == said:
            continue
        try:
            ledger = record_on(work, actor, clock, event)
        except ClockEventError:
            continue
        assert ledger is not None, f"task {task_key} was completed twice"
        told = {"clock": clock.row.clock_id, "clockKey": str(clock.row.key), "deadline": ledger.deadline.isoformat()}
        line = {"key": work.next_key(), "complaint_key": complaint.key, "at": work.now, "actor": actor.username}
        add_event(work.connection, {**line, "kind": "clock-classed", "details": told})
        write_due(work.connection, complaint.key)


def _class_of(clock: KeptClock) -> str:
    decided = [event.complexity for event in clock.history.events if isinstance(event, Classed)]
    return decided[-1] if decided else clock.rule.definition.first_class
