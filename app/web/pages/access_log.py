"""The auditors' page: who looked at, uncovered, was refused and did what; filtered, and paged by index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import render_template, request, url_for
from flask_babel import lazy_gettext as _
from sqlalchemy import Row

from app.domain.access import require_scope
from app.errors import InvalidInputError
from app.services.read_access_log import AUDIT, LogWish, read_access_log, read_actions
from app.web.authentication import runtime
from app.web.pages.blueprint import actor, language, pages
from app.web.pages.people_called import look_up
from app.web.pages.presenting import fields_by_name
from app.web.pages.reveals import PURPOSES
from app.web.pages.sentences import in_words

PAGE_SIZE = 50
KINDS: Mapping[str, tuple[object, str]] = {
    "viewed": (_("looked at"), "blue"),
    "revealed": (_("uncovered"), "purple"),
    "refused": (_("was refused"), "red"),
    "recusal": (_("was given in spite of an interest"), "yellow"),
}
OPERATIONS: Mapping[str, object] = {
    "CREATE": _("made"),
    "READ": _("read"),
    "UPDATE": _("changed"),
    "DELETE": _("deleted"),
    "ASSIGN": _("gave"),
    "UNASSIGN": _("gave back"),
    "CLAIM": _("claimed"),
    "COMPLETE": _("completed"),
    "CANCEL": _("cancelled"),
    "MODIFY": _("modified"),
    "MIGRATE": _("migrated"),
    "RESOLVE": _("resolved"),
    "SUSPEND": _("suspended"),
    "RESUME": _("let go on"),
    "EXPORT": _("exported"),
    "EVALUATE": _("evaluated"),
}
ENTITIES: Mapping[str, object] = {
    "USER_TASK": _("task"),
    "PROCESS_INSTANCE": _("process instance"),
    "RESOURCE": _("record or file"),
    "USER": _("account"),
    "GROUP": _("post or unit"),
    "ROLE": _("rights"),
    "COMPLAINT": _("complaint data"),
    "ATTACHMENT": _("attachment"),
    "LIST": _("list"),
    "BATCH": _("batch"),
    "VARIABLE": _("variable"),
    "JOB": _("job"),
    "INCIDENT": _("incident"),
    "DECISION": _("decision"),
    "MESSAGE": _("message"),
}
DETAILS: Mapping[str, object] = {
    "account": _("Account"),
    "session": _("Session of"),
    "address": _("Address"),
    "token": _("Token"),
    "files": _("File names"),
    "file": _("File"),
    "list": _("List"),
    "view": _("View"),
    "rows": _("Rows"),
    "items": _("Items"),
    "count": _("Count"),
    "customersFound": _("Customers found"),
    "calendar": _("Calendar"),
    "unit": _("Unit"),
    "post": _("Post"),
    "absence": _("Absence of"),
    "proposed": _("Proposed"),
    "rejected": _("Rejected"),
    "withdrawn": _("Taken back"),
    "unlocked": _("Unlocked"),
    "password": _("Password of"),
    "second factor": _("Second factor of"),
    "recovery codes": _("Recovery codes of"),
    "verb": _("Action"),
    "to": _("To"),
    "reason": _("Reason"),
    "type": _("Type"),
    "clusterVariable": _("Cluster variable"),
}
"""What the audit log's own names, which are those of the engine API, are called; others stay as they are."""

DONE = "done"


@pages.route("/access-log")
def access_log() -> str:
    """Show one view of the log, the latest first."""
    require_scope(actor(), AUDIT)
    asked = {name: request.args.get(name, "").strip() for name in ("person", "complaint", "kind", "since", "until")}
    view = DONE if request.args.get("view") == DONE else "access"
    read = read_actions if view == DONE else read_access_log
    with runtime().reading() as connection:
        rows = read(connection, actor(), _wish(asked))
        look_up(connection, [row.actor for row in rows])
    return render_template(
        "pages/access_log.html",
        view=view,
        rows=rows,
        asked=asked,
        kinds=KINDS,
        purposes=PURPOSES,
        operations=OPERATIONS,
        entities=ENTITIES,
        details=DETAILS,
        said=in_words,
        field_name=_field_name,
        next_page=_next_page(rows, view, asked),
        is_later=bool(request.args.get("before")),
    )


def _field_name(row: Row[Any]) -> str:
    """What was looked at or asked for: an uncovered field by its name in the form."""
    known = fields_by_name().get(row.what or "")
    return known.text("label", language()) if row.kind == "revealed" and known is not None else row.what or ""


def _wish(asked: Mapping[str, str]) -> LogWish:
    until = _day(asked["until"])
    return LogWish(
        actor=asked["person"] or None,
        complaint=asked["complaint"] or None,
        kind=asked["kind"] if asked["kind"] in KINDS else None,
        since=_day(asked["since"]),
        until=None if until is None else until + timedelta(days=1),
        before=_place(request.args.get("before", "")),
        most=PAGE_SIZE,
    )


def _day(text: str) -> datetime | None:
    """Read a day as its first instant in the institution's zone; raises InvalidInputError."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text[:10]).replace(tzinfo=runtime().zone)
    except ValueError as error:
        raise InvalidInputError(f"Expected a day, but got {text!r}", {"since": ["A day"]}) from error


def _place(text: str) -> tuple[datetime, int] | None:
    if not text:
        return None
    at, _sign, key = text.partition("~")
    try:
        return datetime.fromisoformat(at), int(key)
    except ValueError as error:
        raise InvalidInputError(f"Expected the place of a page of the log, but got {text!r}") from error


def _next_page(rows: Sequence[Row[Any]], view: str, asked: Mapping[str, str]) -> str | None:
    if len(rows) < PAGE_SIZE:
        return None
    place = f"{rows[-1].at.isoformat()}~{rows[-1].key}"
    values: dict[str, Any] = {name: text for name, text in asked.items() if text}
    return url_for("pages.access_log", view=view, before=place, **values)
