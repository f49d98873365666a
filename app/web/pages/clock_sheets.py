"""The section "Deadlines" of a complaint's page: each clock with its ledger, what happened to it, and what may happen.

Owns the words around clocks. What is sent from the section is `clock_deeds`'.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask_babel import lazy_gettext as _
from sqlalchemy import Row

from app.domain.actor import Actor
from app.domain.clocks import ClockDefinition, ExtensionRule, Standing
from app.domain.sight import as_worker
from app.services.check_handling import handles
from app.services.get_complaint import ComplaintView
from app.services.list_approvers import list_approvers
from app.services.read_clocks import ClockView, draw_clocks
from app.services.report_event import REPORTABLE
from app.services.unit_of_work import UnitOfWork
from app.web.pages.blueprint import pages
from app.web.pages.people_called import look_up, person_called

FACTS: Mapping[str, object] = {
    "started": _("started"),
    "classed": _("class decided"),
    "paused": _("paused"),
    "resumed": _("resumed"),
    "extended": _("extended"),
    "stopped": _("ended"),
    "superseded": _("replaced"),
}
CLASSES: Mapping[str, object] = {
    "simple": _("simple: facts clear, dispute simple"),
    "complex": _("complex"),
    "ordinary": _("ordinary"),
}
UNITS: Mapping[str, object] = {
    "calendar days": _("calendar days"),
    "working days": _("working days"),
    "hours": _("hours"),
    "working hours": _("working hours"),
}
LEVELS: Mapping[str, object] = {
    "handler": _("who handles it"),
    "department head": _("a head of department"),
    "branch management": _("the management of a branch"),
    "superior institution": _("a superior institution"),
    "head-office senior management": _("senior management of the head office, or a superior institution"),
}
CERTAINTIES: Mapping[str, object] = {
    "V2": _("read in a secondary copy only"),
    "M": _("from memory: to be checked before it is relied on"),
}
HAPPENINGS: Mapping[str, object] = {
    "forwarded": _("forwarded to us by the regulator"),
    "decision_notified": _("the customer received our decision"),
    "review_requested": _("the customer asked for a review of the decision"),
    "review_decided": _("the review was decided"),
    "regulator_received": _("the regulator received it"),
    "replied": _("we replied"),
    "responded": _("we responded to the authority"),
}
OPEN = (Standing.RUNNING, Standing.OVERDUE, Standing.PAUSED)


@dataclass(frozen=True)
class ClockSheet:
    """One clock on the page: `lasting` pauses, the extension that its rule still allows, and who may approve that."""

    view: ClockView
    is_open: bool
    lasting: Sequence[Row[Any]]
    extension: ExtensionRule | None
    approvers: Sequence[tuple[str, str]]


@pages.app_context_processor
def clock_words() -> dict[str, Any]:
    """Give the templates the words around clocks."""
    return {
        "clock_fact": lambda kind: FACTS.get(kind, kind),
        "clock_class": lambda name: CLASSES.get(name, name),
        "clock_unit": lambda unit: UNITS[str(unit)],
        "clock_level": lambda level: LEVELS.get(level, level),
        "clock_certainty": CERTAINTIES.get,
        "happenings": HAPPENINGS,
    }


def read_deadlines_section(work: UnitOfWork, who: Actor, complaint: ComplaintView) -> Mapping[str, Any]:
    """Return the clocks, and for who handles the complaint or answers for it what may be recorded."""
    views = draw_clocks(work, complaint.row.key)
    look_up(work.connection, [event.actor for view in views for event in view.events])
    return {
        "sheets": [_sheet(work, view) for view in views],
        "may_record": "work" in who.scopes and handles(work, as_worker(who), complaint.row),
        "reportable": REPORTABLE,
        "now": work.now.astimezone(work.runtime.zone).strftime("%Y-%m-%dT%H:%M"),
        "fact_id": uuid4().hex,
        "tried": {},
        "problems": {},
        "draft": None,
    }


def _sheet(work: UnitOfWork, view: ClockView) -> ClockSheet:
    over = {event.details["pause"] for event in view.events if event.kind == "resumed"}
    lasting = [event for event in view.events if event.kind == "paused" and event.event_id not in over]
    is_open = view.ledger.standing in OPEN
    extension = next_extension(view.rule.definition, view.ledger.length) if is_open else None
    named = [] if extension is None else list_approvers(work, extension.level)
    look_up(work.connection, named)
    return ClockSheet(view, is_open, lasting, extension, [(name, person_called(name)) for name in named])


def next_extension(definition: ClockDefinition, length: int) -> ExtensionRule | None:
    """Return the nearest extension beyond a length, or None."""
    further = [rule for rule in definition.extensions if rule.length > length]
    return min(further, key=lambda rule: rule.length, default=None)
