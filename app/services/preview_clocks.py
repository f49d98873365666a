"""Says which clocks a complaint with these answers would start if it came in now, and until when. Changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.domain.clocks import ClockHistory, ClockRule, Started, draw_ledger
from app.errors import NotFoundError
from app.services.start_clocks import RECEIVED, find_rules
from app.services.stored_calendars import current_calendar
from app.services.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class ClockToCome:
    """A clock that would start: its rule, and its deadline (UTC)."""

    rule: ClockRule
    deadline: datetime


def preview_clocks(work: UnitOfWork, actor: Actor, answers: Mapping[str, Any]) -> list[ClockToCome]:
    """Return the clocks in the order of their deadlines; a rule whose calendar is missing shows none.

    `answers` are the complaint form's so far, unchecked. Raises ForbiddenError for who may not register complaints.
    """
    require_scope(actor, "start")
    applied, _ = find_rules(work, answers, RECEIVED, work.runtime.settings.clock_packs)
    coming = []
    for each in applied:
        try:
            calendar = current_calendar(work, each.rule.definition.calendar)
        except NotFoundError:
            continue
        history = ClockHistory((Started(id="start", at=work.now, by=actor.username),))
        ledger = draw_ledger(history, each.rule.definition, calendar, now=work.now)
        coming.append(ClockToCome(each.rule, ledger.deadline))
    return sorted(coming, key=lambda one: one.deadline)
