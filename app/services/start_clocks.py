"""Ends and starts a complaint's clocks when something happens to it, as the deployed table `clocks` says.

The table is asked once for each pack of rules the institution is under. A clock keeps the row it was started by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.actor import Actor
from app.domain.calendars import Calendar
from app.domain.clocks import ClockRule, ClockRuleError, Standing, Started, Stopped, read_rule
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
    ended = () if event == RECEIVED else _end_clocks(work, actor, complaint_key, event, at, document)
    applied, problems = find_rules(work, answers, event, work.runtime.settings.clock_packs)
    clocks, events = [], []
    calendars: dict[str, Calendar] = {}
    for each in applied:
        name = each.rule.definition.calendar
        try:
            calendar = calendars.get(name) or current_calendar(work, name)
        except NotFoundError as error:
            problems.append(f"{each.rule.definition.id}: {error}")
            continue
        calendars[name] = calendar
        started = Started(id="start", at=at, by=actor.username, document=document)
        clock, first = new_clock(work, actor, complaint_key, (event, started), each.rule, each.definition, calendar)
        clocks.append(clock)
        events.append(first)
    add_clocks(work.connection, clocks, events)
    if clocks or ended:
        write_due(work.connection, complaint_key)
    if problems:
        line = {"key": work.next_key(), "complaint_key": complaint_key, "at": work.now, "actor": actor.username}
        add_event(work.connection, {**line, "kind": "clocks-missing", "details": {"on": event, "why": problems}})
    return StartedClocks({clock["clock_id"]: clock["key"] for clock in clocks}, ended, tuple(problems))


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
    work: UnitOfWork, actor: Actor, complaint_key: int, event: str, at: datetime, document: str
) -> tuple[int, ...]:
    ended = []
    was_paused = False
    for clock in open_clocks(work, list_clocks(work.connection, complaint_key, only_open=True)):
        if event in clock.rule.stops:
            last = max(at, clock.history.events[-1].at)  # what was noted ahead of its time stays before the end
            record_on(work, actor, clock, Stopped(id="stop", at=last, by=actor.username, document=document))
            ended.append(int(clock.row.key))
            was_paused |= clock.row.standing == Standing.PAUSED
    complaint = find_complaint_by_key(work.connection, complaint_key) if was_paused else None
    if complaint is not None:
        move_step_limits(work, complaint.number)
    return tuple(ended)
