"""Ends and starts a complaint's clocks when something happens to it, as the deployed table `clocks` says.

The table is asked once for each pack of rules the institution is under. A clock keeps the row it was started by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from app.domain.actor import Actor
from app.domain.calendars import Calendar
from app.domain.clocks import ClockRule, ClockRuleError, Started, Stopped, read_rule
from app.errors import NotFoundError
from app.services.decide import DecisionRecord, decide
from app.services.kept_clocks import new_clock, open_clocks, record_on
from app.services.move_step_limits import move_step_limits
from app.services.stored_calendars import current_calendar
from app.services.unit_of_work import UnitOfWork
from app.storage.clocks import add_clocks, list_clocks, write_due
from app.storage.complaints import add_event, find_complaint_by_key

CLOCKS = "clocks"
RECEIVED = "received"
ASKED = ("channel", "complaintType", "productLine", "regulatorFlag")


@dataclass(frozen=True)
class StartedClocks:
    """The clocks that began, by definition id, those that ended, and why others could not begin."""

    started: Mapping[str, int]
    ended: tuple[int, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True)
class AppliedRule:
    """A rule that holds, and the table's row as a clock keeps it."""

    rule: ClockRule
    definition: Mapping[str, Any]


def start_clocks(
    work: UnitOfWork,
    actor: Actor,
    complaint_key: int,
    answers: Mapping[str, Any],
    event: str,
    at: datetime,
    *,
    document: str = "",
) -> StartedClocks:
    """End the open clocks that `event` ends, and start those that it starts, from `at`.

    `answers` are the complaint's open fields. Never raises for a table that is missing or wrong, since a complaint must
    not be lost for it: what could not be started is in `problems`, and on the complaint's timeline.
    """
    # A complaint that is only just received has no clock that could end.
    running = [] if event == RECEIVED else list_clocks(work.connection, complaint_key, only_open=True)
    ended = _end_clocks(work, actor, running, event, at, document)
    applied, problems = find_rules(work, answers, event, work.runtime.settings.clock_packs)
    known = {(row.clock_id, row.event, row.started_at) for row in running}
    applied = [one for one in applied if (one.rule.definition.id, event, at) not in known]  # what is told twice is once
    started = Started(id="start", at=at, by=actor.username, document=document)
    clocks, unbegun = begin_clocks(work, actor, complaint_key, applied, event, started)
    problems += unbegun
    if clocks or ended:
        write_due(work.connection, complaint_key)
    if problems:
        line = {"key": work.next_key(), "complaint_key": complaint_key, "at": work.now, "actor": actor.username}
        add_event(work.connection, {**line, "kind": "clocks-missing", "details": {"on": event, "why": problems}})
    return StartedClocks(clocks, ended, tuple(problems))


def begin_clocks(
    work: UnitOfWork, actor: Actor, complaint_key: int, rules: Sequence[AppliedRule], event: str, started: Started
) -> tuple[dict[str, int], list[str]]:
    """Store the clocks that these rules describe; returns their keys by definition id, and why others cannot run."""
    clocks, events, problems = [], [], []
    calendars: dict[str, Calendar] = {}
    for each in rules:
        name = each.rule.definition.calendar
        try:
            calendar = calendars.get(name) or current_calendar(work, name)
        except NotFoundError as error:
            problems.append(f"{each.rule.definition.id}: {error}")
            continue
        calendars[name] = calendar
        clock, first = new_clock(work, actor, complaint_key, (event, started), each.rule, each.definition, calendar)
        clocks.append(clock)
        events.append(first)
    add_clocks(work.writes, clocks, events)
    return {clock["clock_id"]: clock["key"] for clock in clocks}, problems


def find_rules(
    work: UnitOfWork, answers: Mapping[str, Any], event: str, packs: Sequence[str]
) -> tuple[list[AppliedRule], list[str]]:
    """Return the rules of the deployed table that `event` starts clocks by, and why others cannot be read."""
    table = work.runtime.models.find_decision(work.connection, CLOCKS, work.now, mark=work.mark)
    if table is None:
        if event != RECEIVED:
            return [], []  # said when the complaint came in
        return [], [f"Expected the table {CLOCKS} to be deployed, but it is not"]
    applied: list[AppliedRule] = []
    problems: list[str] = []
    for pack in packs:
        context = {name: answers.get(name) for name in ASKED}
        rows, record = decide(work, table, {**answers, **context, "pack": pack, "event": event}, work.clock)
        if record.failure is not None:
            problems.append(f"{pack}: {record.failure}")
            continue
        for row, rule_id in zip(rows or [], _matched(record), strict=True):
            try:
                rule = read_rule(row, table.version)
            except ClockRuleError as error:
                problems.append(str(error))
                continue
            origin = {"decision": CLOCKS, "version": table.version, "rule": rule_id, "pack": pack}
            applied.append(AppliedRule(rule, {**row, "table": origin}))
    return applied, problems


def _matched(record: DecisionRecord) -> list[str | None]:
    evaluation = record.evaluation
    assert evaluation is not None
    assert evaluation.trace is not None
    return [match.id for match in evaluation.trace.decisions[-1].tables[0].matched]


def _end_clocks(
    work: UnitOfWork, actor: Actor, running: Sequence[Row[Any]], event: str, at: datetime, document: str
) -> tuple[int, ...]:
    ended = []
    paused_on = None
    for clock in open_clocks(work, running):
        if event in clock.rule.stops:
            last = max(at, clock.history.events[-1].at)  # what was noted ahead of its time stays before the end
            record_on(work, actor, clock, Stopped(id="stop", at=last, by=actor.username, document=document))
            ended.append(int(clock.row.key))
            if any(over is None for _, over in clock.history.pauses()):
                paused_on = clock.row.complaint_key
    complaint = None if paused_on is None else find_complaint_by_key(work.connection, paused_on)
    if complaint is not None:
        move_step_limits(work, complaint.number)
    return tuple(ended)
