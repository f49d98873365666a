"""Compares the open clocks with what a proposed version of the table `clocks` would make of them. Changes nothing.

Open clocks keep the row they were started by, whatever is released: this shows whom the change would concern.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.dmn import Model
from app.dmn.errors import DmnError
from app.domain.clocks import Classed, ClockRule, ClockRuleError, draw_ledger, read_rule
from app.errors import NotFoundError
from app.feel import to_json
from app.services.kept_clocks import KeptClock, open_clocks
from app.services.organisation_functions import organisation_functions
from app.services.start_clocks import ASKED, CLOCKS
from app.services.stored_calendars import current_calendar
from app.services.unit_of_work import UnitOfWork
from app.storage.clocks import count_open_clocks, list_open_clocks

MOST_COMPARED = 200


def compare_open_clocks(work: UnitOfWork, model: Model) -> dict[str, Any] | None:
    """Return how many clocks are open, how many of the nearest were compared, and those that would be due otherwise.

    None where the model does not decide about clocks. Each of `moved` has complaint, clock, nameZh, nameEn, old and new
    deadline (ISO 8601 in UTC; new is null where no such clock would run).
    """
    if not any(decision.id == CLOCKS for decision in model.decisions):
        return None
    rows = list_open_clocks(work.connection, MOST_COMPARED)
    moved = []
    for row, clock in zip(rows, open_clocks(work, rows), strict=True):
        old, new = clock.draw(work.now).deadline.isoformat(), _deadline(work, model, clock, row.data)
        if old != new:
            definition = clock.rule.definition
            named = {"clock": definition.id, "nameZh": definition.name, "nameEn": clock.rule.name_en}
            moved.append({"complaint": row.number, **named, "old": old, "new": new})
    return {"open": count_open_clocks(work.connection), "compared": len(rows), "moved": moved}


def _deadline(work: UnitOfWork, model: Model, clock: KeptClock, answers: Mapping[str, Any]) -> str | None:
    rule = _rule(work, model, clock, answers)
    classes = {event.complexity for event in clock.history.events if isinstance(event, Classed)}
    if rule is None or not classes <= rule.definition.lengths.keys():
        return None
    calendar = clock.calendar
    if rule.definition.calendar != calendar.name:
        try:
            calendar = current_calendar(work, rule.definition.calendar)
        except NotFoundError:
            return None
    return draw_ledger(clock.history, rule.definition, calendar, now=work.now).deadline.isoformat()


def _rule(work: UnitOfWork, model: Model, clock: KeptClock, answers: Mapping[str, Any]) -> ClockRule | None:
    """The row of the proposed table that this clock would be started by."""
    asked = {**answers, **{name: answers.get(name) for name in ASKED}}
    context = {**asked, "pack": clock.row.definition["table"]["pack"], "event": clock.row.event}
    try:
        evaluation = model.evaluate(
            CLOCKS,
            context,
            clock=work.clock,
            calendars=work.runtime.calendars,
            zone=work.runtime.settings.zone,
            functions=organisation_functions(work.connection, work.now),
        )
        found = [read_rule(row, 0) for row in to_json(evaluation.value) or []]
    except (DmnError, ClockRuleError):
        return None
    return next((rule for rule in found if rule.definition.id == clock.row.clock_id), None)
