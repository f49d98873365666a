"""Starts the clocks of what a complaint turns out to be, when a step says another type or product than it came in with.

Time that has run has run: what starts, starts with the receipt, and pauses are carried over. Nothing ends without a
clock of the same pack in its place, so that calling a complaint an enquiry stops no clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from app.domain.actor import Actor
from app.domain.clocks import Paused, Resumed, Started, Superseded
from app.domain.sight import may_be_complaint_number
from app.services.kept_clocks import KeptClock, open_clocks, record_on
from app.services.move_step_limits import move_step_limits
from app.services.start_clocks import ASKED, RECEIVED, begin_clocks, find_rules
from app.services.unit_of_work import UnitOfWork
from app.storage.clocks import find_clock, list_clocks, lock_complaint, write_due
from app.storage.complaints import add_event, find_complaint
from app.storage.variables import list_effective_variables

RECLASSIFIED = "reclassified"


def asked_in(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of a step's answers that clocks depend on."""
    return {name: answers[name] for name in ASKED if answers.get(name) not in (None, "")}


def known_of(work: UnitOfWork, complaint: Row[Any]) -> dict[str, Any]:
    """Return a complaint's open fields, with what its process has found out since of those that clocks depend on."""
    known = dict(complaint.data)
    if complaint.instance_key is not None:
        variables = list_effective_variables(work.connection, [complaint.instance_key])[complaint.instance_key]
        known |= asked_in(variables)
    return known


def reclassify_clocks(
    work: UnitOfWork, actor: Actor, number: str | None, before: Mapping[str, Any], answers: Mapping[str, Any]
) -> None:
    """Start and replace clocks where `answers` say otherwise than `before`, what the process knew; else do nothing."""
    changed = {name: value for name, value in asked_in(answers).items() if before.get(name) != value}
    if not changed or not may_be_complaint_number(number):
        return
    found = find_complaint(work.connection, number or "")
    complaint = None if found is None else lock_complaint(work.connection, found.key)
    if complaint is None or complaint.ended_at is not None:
        return
    clocks = list_clocks(work.connection, complaint.key)
    # New facts have started clocks anew: those of the last ones are the ones that run.
    event, at = max(
        ((row.event, row.started_at) for row in clocks if row.event in (RECEIVED, "new_facts")),
        key=lambda one: one[1],
        default=(RECEIVED, complaint.received_at),
    )
    wanted, _ = find_rules(work, known_of(work, complaint) | changed, event, work.runtime.settings.clock_packs)
    there = [row for row in clocks if row.event == event and row.started_at == at]
    ids = {row.clock_id for row in there}
    missing = [one for one in wanted if one.rule.definition.id not in ids]
    begun, _ = begin_clocks(work, actor, complaint.key, missing, event, Started(id="start", at=at, by=actor.username))
    started = [row for key in begun.values() if (row := find_clock(work.connection, key)) is not None]
    still = {one.rule.definition.id for one in wanted}
    outdated = [row for row in there if row.ended_at is None and row.clock_id not in still]
    replaced = [row.clock_id for clock in open_clocks(work, outdated) for row in _replace(work, actor, clock, started)]
    if not started:
        return
    write_due(work.connection, complaint.key)
    move_step_limits(work, complaint.number)
    line = {"key": work.next_key(), "complaint_key": complaint.key, "at": work.now, "actor": actor.username}
    details = {"changed": changed, "started": sorted(row.clock_id for row in started), "replaced": replaced}
    add_event(work.connection, {**line, "kind": "clocks-reclassified", "details": details})


def _replace(work: UnitOfWork, actor: Actor, clock: KeptClock, started: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Let the clocks of the same pack and party that just started take this one's place, with its pauses."""
    pack = clock.row.definition["table"]["pack"]
    successors = [row for row in started if row.definition["table"]["pack"] == pack and row.party == clock.row.party]
    if not successors:
        return []
    for row in successors:
        for event in clock.history.events:
            (successor,) = open_clocks(work, [row])
            paused = isinstance(event, Paused) and successor.rule.definition.find_pause(event.reason) is not None
            known = {pause.id for pause, _ in successor.history.pauses()}
            if paused or (isinstance(event, Resumed) and event.pause in known):
                record_on(work, actor, successor, event)
    last = max(work.now, clock.history.events[-1].at)
    end = Superseded(id=RECLASSIFIED, at=last, by=actor.username, successor=str(successors[0].key), reason=RECLASSIFIED)
    record_on(work, actor, clock, end)
    return [clock.row]
