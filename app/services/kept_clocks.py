"""A clock between its rows and its rules: opened from what is stored, and stored again after something happened to it.

Shared by the use cases that change clocks. Whoever calls holds the complaint's row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from app.domain.actor import Actor
from app.domain.calendars import Calendar
from app.domain.clocks import (
    Alert,
    ClockEvent,
    ClockHistory,
    ClockRule,
    Ledger,
    Started,
    draw_ledger,
    kind_of,
    make_event,
    next_alert,
    own_details,
    read_rule,
    record_event,
)
from app.services.stored_calendars import calendar_version
from app.services.unit_of_work import UnitOfWork
from app.storage.clocks import add_clock_event, change_clock, list_clock_events


@dataclass(frozen=True)
class KeptClock:
    """A stored clock: its row, the rule and calendar version it runs under, and what happened to it."""

    row: Row[Any]
    rule: ClockRule
    calendar: Calendar
    history: ClockHistory

    def draw(self, now: datetime) -> Ledger:
        """Return its ledger as of `now`."""
        return draw_ledger(self.history, self.rule.definition, self.calendar, now=now)


def open_clocks(
    work: UnitOfWork, rows: Iterable[Row[Any]], events: Sequence[Row[Any]] | None = None
) -> list[KeptClock]:
    """Return these clocks with everything that happened to them; `events` are their rows, where they were read."""
    rows = list(rows)
    if not rows:
        return []
    happened: dict[int, list[ClockEvent]] = {row.key: [] for row in rows}
    for event in list_clock_events(work.connection, happened) if events is None else events:
        happened[event.clock_key].append(_event_of(event))
    versions = {(row.calendar_name, row.calendar_version) for row in rows}
    calendars = {version: calendar_version(work, *version) for version in versions}
    return [
        KeptClock(
            row,
            read_rule(row.definition, row.definition["table"]["version"]),
            calendars[row.calendar_name, row.calendar_version],
            ClockHistory.of(happened[row.key]),
        )
        for row in rows
    ]


def record_on(work: UnitOfWork, actor: Actor, clock: KeptClock, event: ClockEvent) -> Ledger | None:
    """Let the event pass the gate and store it; returns the ledger after it, None where it was recorded before."""
    history = record_event(clock.history, event, clock.rule.definition, clock.calendar)
    if history is clock.history:
        return None
    add_clock_event(work.connection, event_row(work, actor, clock.row.key, event))
    ledger = draw_ledger(history, clock.rule.definition, clock.calendar, now=work.now)
    change_clock(work.connection, clock.row.key, standing_values(work, clock, history, ledger))
    return ledger


def standing_values(work: UnitOfWork, clock: KeptClock, history: ClockHistory, ledger: Ledger) -> dict[str, Any]:
    """Return the columns that follow from a clock's history; nothing has been told yet of a deadline that moved."""
    told = clock.row.told if ledger.deadline == clock.row.deadline_at else None
    return follow_values(clock.rule, history, ledger, Alert(told) if told else None, work.now)


def follow_values(
    rule: ClockRule, history: ClockHistory, ledger: Ledger, told: Alert | None, now: datetime
) -> dict[str, Any]:
    """Return the columns of a clock that repeat what follows from its events."""
    following = next_alert(ledger.deadline, ledger.standing, rule.warn_before, told, now)
    return {
        "deadline_at": ledger.deadline,
        "standing": str(ledger.standing),
        "ended_at": history.ended.at if history.ended else None,
        "events": len(history.events),
        "alert": str(following.alert) if following else None,
        "alert_at": following.at if following else None,
        "next_try_at": following.at if following else None,
        "token": None,
        "told": str(told) if told else None,
    }


def new_clock(
    work: UnitOfWork,
    actor: Actor,
    complaint_key: int,
    start: tuple[str, Started],
    rule: ClockRule,
    definition: Mapping[str, Any],
    calendar: Calendar,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the rows of a clock that starts: itself and its first event; `start` is what started it."""
    key = work.next_key()
    event, started = start
    history = ClockHistory((started,))
    ledger = draw_ledger(history, rule.definition, calendar, now=max(work.now, started.at))
    row = {
        "key": key,
        "complaint_key": complaint_key,
        "clock_id": rule.definition.id,
        "event": event,
        "party": rule.party,
        "unit": str(rule.definition.unit),
        "definition": dict(definition),
        "calendar_name": calendar.name,
        "calendar_version": calendar.version,
        "started_at": started.at,
        **follow_values(rule, history, ledger, None, work.now),
    }
    return row, event_row(work, actor, key, started)


def event_row(work: UnitOfWork, actor: Actor, clock_key: int, event: ClockEvent) -> dict[str, Any]:
    """Return the row of one event."""
    return {
        "key": work.next_key(),
        "clock_key": clock_key,
        "event_id": event.id,
        "kind": kind_of(event),
        "at": event.at,
        "actor": event.by,
        "document": event.document,
        "details": own_details(event),
        "recorded_at": work.now,
        "recorded_by": actor.username,
    }


def _event_of(row: Row[Any]) -> ClockEvent:
    return make_event(row.kind, id=row.event_id, at=row.at, by=row.actor, document=row.document, details=row.details)
