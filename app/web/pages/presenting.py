"""How pages say things: instants in the institution's zone, time left, names of groups, steps, codes and statuses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from flask import g
from flask_babel import format_datetime, format_decimal, gettext
from flask_babel import lazy_gettext as _
from markupsafe import Markup

from app.domain.forms import Field, Form, Group, Node
from app.services.read_complaints import find_complaint_form
from app.services.read_task import compiled_form
from app.services.shipped_models import ROOT
from app.web.authentication import runtime
from app.web.pages.blueprint import language, pages
from app.web.pages.form_view import shown_value
from app.web.pages.navigation import navigation
from app.web.pages.post_names import group_name
from app.web.pages.time_left import deadline, standing_still

STATUSES: Mapping[str, tuple[object, str]] = {
    "pending": (_("Waiting to be accepted"), "yellow"),
    "in_progress": (_("Being handled"), "blue"),
    "awaiting_customer": (_("Waiting for the customer"), "purple"),
    "closed": (_("Closed"), "green"),
    "archived": (_("Archived"), "secondary"),
    "withdrawn": (_("Withdrawn"), "secondary"),
    "refused": (_("Not accepted"), "red"),
}
EVENTS: Mapping[str, object] = {
    "filed": _("Complaint registered"),
    "status": _("Status changed"),
    "rule": _("A rule acted"),
    "rule-failed": _("A rule failed"),
    "rule-stopped": _("Rules went round in a circle and were stopped"),
    "notice": _("Notice sent to the customer"),
    "clocks-missing": _("No deadline could be started"),
    "clocks-reclassified": _("Other deadlines, since the complaint is of another kind"),
    "clock-classed": _("Deadline: class decided"),
    "clock-paused": _("Deadline paused"),
    "clock-resumed": _("Deadline resumed"),
    "clock-extended": _("Deadline extended"),
    "clock-stopped": _("Deadline met or ended"),
    "clock-warning": _("Deadline is near"),
    "clock-overdue": _("Deadline missed"),
    "clock-lapsed": _("Time for the customer has run out"),
    "clock-calendar": _("Deadline worked out anew with a newer calendar"),
    "merged": _("Another complaint was merged into this one"),
    "merged-into": _("Merged into another complaint"),
    "new-facts": _("New facts received"),
    "reported": _("Reported"),
    "spoken-for": _("Said in the customer's name"),
    "classified": _("Classified"),
    "imported": _("Imported"),
    "contact": _("Contact with the customer"),
    "comment": _("Comment"),
    "comment-edited": _("Comment edited"),
    "raised-major": _("Raised as part of a major matter"),
    "attached": _("File attached"),
    "findings": _("Findings recorded"),
    "attachment-deleted": _("File deleted"),
    "attachment-damaged": _("A stored file was found damaged"),
    "attachment-infected": _("A virus was found in a file; it is in quarantine"),
    "task-transfer": _("Task transferred"),
    "task-delegate": _("Task delegated"),
    "task-hand-back": _("Task handed back"),
    "task-take-back": _("Task taken back"),
    "task-add-before": _("Opinion asked for first"),
    "task-add-after": _("Signature asked for afterwards"),
    "task-add-to-round": _("Signer added to the round"),
    "task-reduce": _("Signer removed"),
    "task-drop": _("Member taken off the round"),
    "task-complete": _("Finished, to be signed by another"),
    "task-return": _("Returned to an earlier step"),
    "task-withdraw": _("Completion withdrawn"),
    "task-cc": _("Task shown to others"),
    "task-ask-transfer": _("Transfer of a task asked for"),
    "task-urge": _("Task urged"),
    "task-follow-up": _("Follow-up date set"),
    "task-priority": _("Priority changed"),
    "task-comment": _("Comment on a task"),
    "task-stand-in": _("Task given to the stand-in"),
    "task-no-stand-in": _("Nobody can stand in on a task"),
    "task-stranded": _("Everybody who could do a task is recused"),
    "respondent": _("Said whom the complaint is about"),
    "not-respondent": _("Said whom the complaint is not about"),
    "task-come-back": _("Task back with the person who was absent"),
}
OWN_EVENTS: Mapping[str, object] = {"contact": _("You wrote to us"), "attached": _("You sent a file")}
EVENTS_TO_CUSTOMER: Mapping[str, object] = {
    "notice": _("We wrote to you"),
    "merged-into": _("Your complaint was merged into another one"),
}
"""What customers did themselves, and what was done, as they are told of it; the rest is called as in EVENTS."""
STANDINGS: Mapping[str, object] = {
    "running": _("running"),
    "paused": _("paused"),
    "overdue": _("overdue"),
    "met": _("met"),
    "missed": _("missed"),
    "superseded": _("replaced"),
}
DAY_REASONS: Mapping[str, object] = {
    "day of the start": _("day of receipt"),
    "weekend": _("weekend"),
    "examination": _("external examination"),
    "mediation": _("mediation"),
}


@pages.app_context_processor
def words() -> dict[str, Any]:
    """Give the templates their words."""
    return {
        "navigation": navigation,
        "instant": instant,
        "deadline": deadline,
        "standing_still": standing_still,
        "group_name": lambda group: group_name(group, language()),
        "status_of": lambda status: STATUSES.get(status, (status, "secondary")),
        "event_name": lambda kind: EVENTS.get(kind, kind),
        "own_event_name": _name_to_customer,
        "standing_name": lambda standing: STANDINGS.get(standing, standing),
        "day_reason": lambda reason: DAY_REASONS.get(reason, reason),
        "citation": citation,
        "code_name": code_name,
        "in_words": in_words,
        "step_name": step_name,
        "language": language(),
        "number": format_decimal,
    }


def _name_to_customer(kind: str, is_own: bool) -> object:
    """What happened to a complaint, as the customer is told of it; `is_own` for what they did themselves."""
    own = OWN_EVENTS.get(kind) if is_own else None
    return own or EVENTS_TO_CUSTOMER.get(kind) or EVENTS.get(kind, kind)


def instant(at: datetime | None) -> str:
    """Return an instant in the institution's zone, empty for none."""
    return "" if at is None else str(format_datetime(at, "yyyy-MM-dd HH:mm"))


def citation(article: str) -> Markup:
    """Return an article as it is quoted in any language: by its own name, in its own language."""
    language_of = Markup(' lang="zh-CN"') if re.search(r"[\u4e00-\u9fff]", article) else Markup("")
    return Markup("<cite{}>{}</cite>").format(language_of, article)


@lru_cache(maxsize=1)
def complaint_form() -> Form:
    """Return the shipped complaint form, for the names of fields and codes where none is deployed."""
    return compiled_form((ROOT / "forms" / "complaint.form").read_text(encoding="utf-8"))


def code_name(field: str, value: Any) -> str:
    """Return a complaint field's value in words: the chosen option's label, else the value itself."""
    known = fields_by_name().get(field)
    return in_words(known, value)


def in_words(known: Field | None, value: Any) -> str:
    """Return an answer as people read it: labels of choices, yes and no, numbers and instants in their usual form."""
    if known is not None and known.kind == "filepicker" and isinstance(value, list):
        return str(gettext("Files: %(count)d", count=len(value)))
    if isinstance(value, list):
        return ("、" if language() == "zh" else ", ").join(in_words(known, one) for one in value)
    if isinstance(value, dict):
        return ("；" if language() == "zh" else "; ").join(
            f"{key}: {in_words(known, one)}" for key, one in value.items()
        )
    if value is None:
        return "—"
    if isinstance(value, bool):
        return str(gettext("Yes") if value else gettext("No"))
    for option in known.options.fixed if known is not None and known.options is not None else ():
        if option.value == value:
            return option.label(language())
    if isinstance(value, Decimal | int):
        return str(format_decimal(value))
    if known is not None and known.kind == "datetime":
        return str(shown_value(known, value, str(runtime().zone))).replace("T", " ")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def fields_by_name() -> dict[str, Field]:
    """Return the fields of the complaint form as it is deployed now, by name; read once a request."""
    if "complaint_fields" not in g:
        with runtime().reading() as connection:
            form = find_complaint_form(runtime(), connection) or complaint_form()
        g.complaint_fields = {node.name: node for node in _fields(form.nodes)}
    found: dict[str, Field] = g.complaint_fields
    return found


def _fields(nodes: Iterable[Node]) -> Iterator[Field]:
    for node in nodes:
        if isinstance(node, Group):
            yield from _fields(node.nodes)
        elif isinstance(node, Field):
            yield node


def step_name(definition_key: int, element_id: str, name: str | None) -> str:
    """Return a step's name in the page's language: the model's own, or its English property."""
    if language() == "en":
        with runtime().reading() as connection:
            process = runtime().models.process(connection, definition_key)
        element = process.definition.elements.get(element_id)
        if element is not None and "name:en" in element.properties:
            return element.properties["name:en"]
    return name or element_id
