"""The recusals of a complaint's page: from whom it is kept, why, and saying whom it is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from app.domain.actor import Actor
from app.domain.sight import OVERSEE
from app.errors import InvalidInputError
from app.services.get_complaint import ComplaintView
from app.services.name_respondent import name_respondent, read_recusals
from app.services.read_inbox import read_colleagues
from app.services.unit_of_work import UnitOfWork
from app.web.authentication import runtime
from app.web.pages.blueprint import actor, pages
from app.web.pages.people_called import look_up

RELATIONS: Mapping[str, object] = {
    "respondent": _("is complained about"),
    "business": _("handled the disputed business"),
    "superior": _("is a superior of who is complained about"),
    "unit": _("is of the same unit"),
}
SOURCES: Mapping[str, object] = {
    "named": _("by the name in the complaint"),
    "chosen": _("said by hand"),
    "cleared": _("cleared by hand: it is about somebody else"),
    "line": _("by the reporting line"),
}


def read_recusals_section(work: UnitOfWork, who: Actor, complaint: ComplaintView) -> Mapping[str, Any]:
    """Return who is recused, and for compliance the people to choose from."""
    rows = read_recusals(work, who, complaint.row.number)
    look_up(work.connection, [name for row in rows for name in (row.username, row.set_by)])
    may_name = OVERSEE in who.scopes
    return {
        "recusals": rows,
        "relations": RELATIONS,
        "sources": SOURCES,
        "may_name": may_name,
        "colleagues": read_colleagues(work.connection, who) if may_name else (),
    }


@pages.route("/complaints/<number>/recusals", methods=["POST"])
def say_respondent(number: str) -> Response:
    """Say that the complaint is about an account, or that it is not."""
    username, reason = request.form.get("username", ""), request.form.get("reason", "")
    is_respondent = request.form.get("respondent") == "yes"
    try:
        runtime().perform(name_respondent, actor(), number, username, is_respondent=is_respondent, reason=reason)
        flash(gettext("Recorded; who is recused was worked out anew."), "success")
    except InvalidInputError:
        flash(gettext("Choose somebody else's account, and give a reason."), "danger")
    return redirect(url_for("pages.complaint_section", number=number, section="recusals"))
