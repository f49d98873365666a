"""A complaint's sections "Timeline" and "Decisions": everything that happened, and why each decision came out so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from flask import request
from flask_babel import lazy_gettext as _

from app.domain.actor import SYSTEM, Actor
from app.domain.clocks import say_deadline
from app.services.get_complaint import ComplaintView
from app.services.read_timeline import Line, read_decisions, read_output_titles, read_timeline
from app.services.unit_of_work import UnitOfWork
from app.storage.clocks import list_clocks
from app.web.authentication import runtime
from app.web.pages.blueprint import language
from app.web.pages.notices import ACTION_WORDS
from app.web.pages.people_called import look_up, person_called
from app.web.pages.post_names import group_name
from app.web.pages.presenting import EVENTS, STATUSES, fields_by_name, in_words, step_name

FAMILIES: Mapping[str, object] = {
    "complaint": _("Complaint"),
    "work": _("Steps"),
    "decision": _("Decisions"),
    "rule": _("Rules"),
    "clock": _("Deadlines"),
    "notice": _("Notices"),
    "contact": _("Contacts"),
    "comment": _("Comments"),
}
"""What the timeline is filtered by; a kind belongs to the family that its name begins with, else to the complaint."""
NAMES: Mapping[str, object] = {
    "work-assign": _("Task given"),
    "work-claim": _("Task claimed"),
    "work-unassign": _("Task given back"),
    "work-complete": _("Step done"),
    "decision": _("Decided"),
}
FACTS: Mapping[str, object] = {
    "to": _("To"),
    "onBehalfOf": _("In place of"),
    "for": _("In place of"),
    "reason": _("Reason"),
    "document": _("Document"),
    "deadline": _("Deadline"),
    "complaint": _("Complaint"),
    "action": _("Action"),
    "remarks": _("Rule"),
    "why": _("Why"),
}
"""What of a line's details is shown, and its words."""
TASK_PREFIX = "task-"


class Happening(NamedTuple):
    """A line as the page shows it; `facts` are pairs of words and value."""

    at: datetime
    name: object
    actor: str
    facts: list[tuple[object, str]]


def read_happenings(work: UnitOfWork, actor: Actor, view: ComplaintView) -> Mapping[str, Any]:  # noqa: ARG001 - a section's
    """Return the section's lines, as far as the page's address asks for a family and a person."""
    lines = read_timeline(work, view)
    look_up(work.connection, [name for line in lines for name in (line.actor, _given_to(line))])
    called = _clock_names(work, view.row.key)
    family, person = request.args.get("kind", ""), request.args.get("person", "")
    people = {line.actor for line in lines if line.actor and line.actor != SYSTEM.username}
    chosen = [line for line in lines if family in ("", family_of(line.kind)) and person in ("", line.actor)]
    return {
        "happenings": [_present(line, called) for line in chosen],
        "families": FAMILIES,
        "people": sorted(((one, person_called(one)) for one in people), key=lambda pair: pair[1]),
        "kind": family,
        "person": person,
    }


def read_evaluations(work: UnitOfWork, actor: Actor, view: ComplaintView) -> Mapping[str, Any]:  # noqa: ARG001 - a section's
    """Return the section's decision instances."""
    rows = read_decisions(work, view)
    titles = {row.definition_key: _titles(read_output_titles(work, row.definition_key)) for row in rows}
    return {"decisions": rows, "titles": titles, "said": said}


def _titles(titles: Mapping[str, str]) -> Mapping[str, str]:
    """Return the outputs' titles where they are in the page's language: models are titled in Chinese."""
    return titles if language() == "zh" else {}


def said(value: Any, titles: Mapping[str, str] | None = None) -> str:
    """Return what went into a decision or came out of it, codes of the complaint form and groups by their names.

    `titles`: what the outputs of a decision are called.
    """
    if isinstance(value, dict):
        return str(in_words(None, {(titles or {}).get(key, key): said(one) for key, one in value.items()}))
    if isinstance(value, list):
        if any(isinstance(one, dict) for one in value):
            return "\n".join(said(one, titles) for one in value)
        return str(in_words(None, [said(one) for one in value]))
    if not isinstance(value, str):
        return in_words(None, value)
    fields = fields_by_name().values()
    known = next((one for one in fields if one.options and any(o.value == value for o in one.options.fixed)), None)
    return in_words(known, value) if known else str(group_name(value, language()))


def family_of(kind: str) -> str:
    """Return the family a kind of line belongs to."""
    if kind.startswith(TASK_PREFIX):
        return "work"
    return next((family for family in FAMILIES if kind.startswith(family)), "complaint")


def _clock_names(work: UnitOfWork, complaint_key: int) -> dict[str, str]:
    """What the complaint's clocks are called, by their keys and by what the table calls them."""
    named = "nameZh" if language() == "zh" else "nameEn"
    rows = list_clocks(work.connection, complaint_key)
    return {word: str(row.definition[named]) for row in rows for word in (str(row.key), row.clock_id)}


def _present(line: Line, clocks: Mapping[str, str]) -> Happening:
    name = NAMES.get(line.kind) or EVENTS.get(line.kind, line.kind)
    facts: list[tuple[object, str]] = []
    if line.step is not None:
        facts.append((_("Step"), step_name(line.step.definition_key, line.step.element_id, line.step.name)))
    if line.kind == "status":
        facts.append((_("Status"), str(STATUSES.get(line.details["to"], (line.details["to"],))[0])))
    elif line.kind == "decision":
        facts.append((_("Table"), f"{line.details['decision']} v{line.details['version']}"))
        facts.append((_("Result"), said(line.details["result"], _titles(line.details["titles"]))))
    about = [line.details.get("clockKey"), *line.details.get("replaced", ()), *line.details.get("started", ())]
    named = dict.fromkeys(clocks[one] for one in about if isinstance(one, str) and one in clocks)
    if named:
        facts.append((_("Which deadline"), str(in_words(None, list(named)))))
    facts += [(words, _fact(key, line.details[key])) for key, words in FACTS.items() if _is_shown(line, key)]
    return Happening(line.at, name, person_called(line.actor) if line.actor else "", facts)


def _given_to(line: Line) -> str | None:
    given = line.details.get("to")
    return given if isinstance(given, str) and line.kind != "status" else None


def _is_shown(line: Line, key: str) -> bool:
    return line.details.get(key) not in (None, "", []) and not (line.kind == "status" and key == "to")


def _fact(key: str, value: Any) -> str:
    if key == "deadline" and isinstance(value, str):
        return say_deadline(datetime.fromisoformat(value), runtime().zone)
    if key in ("to", "onBehalfOf", "for"):
        return person_called(str(value))
    if key == "action":
        return str(ACTION_WORDS.get(value, value))
    return in_words(None, value)
