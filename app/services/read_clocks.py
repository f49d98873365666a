"""Reads the clocks of a complaint with their ledgers, those that run and are due first at the top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from app.domain.actor import Actor
from app.domain.clocks import ClockRule, Ledger
from app.services.kept_clocks import open_clocks
from app.services.see_complaint import see_complaint
from app.services.unit_of_work import UnitOfWork
from app.storage.clocks import list_clock_events, list_clocks


@dataclass(frozen=True)
class ClockView:
    """One clock as people see it: its row, its rule, its events as they were recorded, and its ledger of now."""

    row: Row[Any]
    rule: ClockRule
    events: Sequence[Row[Any]]
    ledger: Ledger


def read_clocks(work: UnitOfWork, actor: Actor, number: str) -> list[ClockView]:
    """Return the clocks of the complaint with that number; raises ForbiddenError and NotFoundError."""
    return draw_clocks(work, see_complaint(work, actor, number, only_read=True).key)


def draw_clocks(work: UnitOfWork, complaint_key: int) -> list[ClockView]:
    """Return the clocks of a complaint that its reader was let see."""
    rows = list_clocks(work.connection, complaint_key)
    events: dict[int, list[Row[Any]]] = {row.key: [] for row in rows}
    happened = list_clock_events(work.connection, events)
    for event in happened:
        events[event.clock_key].append(event)
    clocks = open_clocks(work, rows, happened)
    return [ClockView(clock.row, clock.rule, events[clock.row.key], clock.draw(work.now)) for clock in clocks]
