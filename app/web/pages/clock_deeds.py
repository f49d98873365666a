"""What people record about a complaint's deadlines: class, pause, its end, extension, end, and what happened outside.

What is refused is shown again where it was written, with what is missing at its field.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.domain.access import require_scope
from app.domain.clocks import ClockEventError
from app.errors import InvalidInputError, NotFoundError
from app.services.check_approver import OUTSIDE
from app.services.draft_extension import draft_extension
from app.services.extend_and_tell import extend_and_tell
from app.services.record_clock_event import ClockFact, record_clock_event
from app.services.reopen_complaint import reopen_complaint
from app.services.report_event import report_event
from app.storage.clocks import find_clock
from app.storage.complaints import find_complaint
from app.web.authentication import runtime
from app.web.pages.blueprint import actor, language, pages
from app.web.pages.clock_sheets import LEVELS
from app.web.pages.complaint_page import show_section

OF_KIND: Mapping[str, tuple[str, ...]] = {
    "classed": ("complexity", "reason"),
    "paused": ("reason", "notice"),
    "resumed": ("pause",),
    "extended": ("reason", "notice"),
    "stopped": ("notice",),
}
"""What a form of each kind says beside when it happened and the document."""

Answer = Response | tuple[str, int]


@pages.route("/complaints/<number>/deadlines/<int:key>", methods=["POST"])
def record_fact(number: str, key: int) -> Answer:
    """Record what happened to a clock; sent twice it is recorded once."""
    require_scope(actor(), "work")  # before anything that is wrong with the form is told
    begun_at = _started_at(number, key)
    form, kind = request.form, request.form.get("kind", "")
    details: dict[str, Any] = {name: form.get(name, "").strip() for name in OF_KIND.get(kind, ())}
    try:
        if kind == "extended":
            details |= _approval(form)
        at = _instant(form, begun_at)
        fact = ClockFact(kind, form.get("id", ""), at, form.get("document", "").strip(), details)
        with_notice = kind == "extended" and form.get("tell") and not details["notice"]
        runtime().perform(extend_and_tell if with_notice else record_clock_event, actor(), key, fact)
    except InvalidInputError as error:
        return _again(number, key, error)
    flash(gettext("Recorded"), "success")
    return redirect(url_for("pages.complaint_section", number=number, section="deadlines"))


@pages.route("/complaints/<number>/deadlines/<int:key>/extension", methods=["POST"])
def draft_request(number: str, key: int) -> str | Answer:
    """Draft the request for an extension, and show it above the form in which its approval is recorded."""
    require_scope(actor(), "work")
    _started_at(number, key)
    form = request.form
    try:
        draft = runtime().perform(draft_extension, actor(), key, _length(form), _reason(form), language=language())
    except InvalidInputError as error:
        return _again(number, key, error)
    return show_section(number, "deadlines", draft=draft, tried={**form, "key": key})


@pages.route("/complaints/<number>/deadlines/events", methods=["POST"])
def report(number: str) -> Answer:
    """Report what happened to the complaint outside its process, or that new facts arrived."""
    require_scope(actor(), "work")
    form = request.form
    event, document = form.get("event", ""), form.get("document", "").strip()
    try:
        at = _instant(form, _received_at(number))
        if event == "new_facts":
            runtime().perform(reopen_complaint, actor(), number, at, document=document)
        else:
            runtime().perform(report_event, actor(), number, event, at, document=document)
    except InvalidInputError as error:
        return _again(number, 0, error)
    flash(gettext("Recorded"), "success")
    return redirect(url_for("pages.complaint_section", number=number, section="deadlines"))


def _again(number: str, key: int, error: InvalidInputError) -> tuple[str, int]:
    problems = {name: _said(name, texts[0]) for name, texts in error.fields.items()}
    shown = problems or {"": gettext("This cannot be accepted")}
    return show_section(number, "deadlines", problems=shown, tried={**request.form, "key": key}), 422


def _said(name: str, text: str) -> str:
    """What is wrong with a field, in the page's language."""
    return str(_words(name, text))


def _words(name: str, text: str) -> object:
    if text == "Required":
        words = {
            "document": gettext("Name the document that proves it"),
            "notice": gettext("Name the proof that the customer was told"),
            "approver": gettext("Say who approved it"),
            "reason": gettext("Give the reason"),
        }
        return words.get(name, gettext("Fill this in"))
    if text == "Ended":
        return gettext("This deadline has ended: only what happened before its end can still be recorded")
    if text == "Unreachable":
        return gettext("There is no phone or e-mail of this customer: tell them another way, and name the proof")
    if name == "approver":
        return gettext("This person does not stand high enough to approve it")
    if name == "level":
        return gettext("This needs approval by %(level)s", level=LEVELS.get(text, text))
    if name == "length":
        return gettext("Expected %(span)s", span=text.replace(" to ", "–"))
    if name in {"at", "receivedAt"}:
        return gettext("This time is not possible: it must have happened, in its order and before the deadline")
    return gettext("This cannot be accepted")


def _started_at(number: str, key: int) -> datetime:
    """Return when a clock of this complaint started; NotFoundError where it has no such clock."""
    with runtime().reading() as connection:
        row = find_clock(connection, key)
        complaint = find_complaint(connection, number)
    if row is None or complaint is None or row.complaint_key != complaint.key:
        raise NotFoundError(f"Expected a clock {key} of complaint {number!r}, but there is none")
    return cast(datetime, row.started_at)


def _received_at(number: str) -> datetime | None:
    with runtime().reading() as connection:
        row = find_complaint(connection, number)
    return None if row is None else cast(datetime, row.received_at)


def _instant(form: Mapping[str, str], begun_at: datetime | None) -> datetime:
    """Read the wall clock's time, which knows no seconds: in the minute in which all began it is not before that."""
    try:
        at = datetime.fromisoformat(form.get("at", "")).replace(tzinfo=runtime().zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ClockEventError("Expected when it happened, but it is no date and time", {"at": ["Required"]}) from error
    return begun_at if begun_at is not None and begun_at.replace(second=0, microsecond=0) == at else at


def _reason(form: Mapping[str, str]) -> str:
    reason = form.get("reason", "").strip()
    if not reason:
        raise ClockEventError("Expected a reason for the extension, but there is none", {"reason": ["Required"]})
    return reason


def _length(form: Mapping[str, str]) -> int:
    text = form.get("length", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 6):
        raise ClockEventError(f"Expected a whole number of days, but got {text!r}", {"length": ["Required"]})
    return int(text)


def _approval(form: Mapping[str, str]) -> dict[str, Any]:
    """Who approved: a person of the house on the level that the rule asks for, or a superior institution by letter."""
    institution = form.get("institution", "").strip()
    who = {"approver": form.get("approver", ""), "level": form.get("level", "")}
    if not who["approver"] and institution:
        who = {"approver": institution, "level": OUTSIDE}
    return {"length": _length(form), **who}
