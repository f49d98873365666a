"""The classes on a complaint's page: how it came in and how it turned out, by scheme; and giving them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import Row
from werkzeug.wrappers import Response

from app.domain.actor import Actor
from app.errors import InvalidInputError
from app.services.check_handling import handles
from app.services.classify_complaint import classify_complaint
from app.services.get_complaint import ComplaintView
from app.services.read_classes import read_classes, read_schemes
from app.services.unit_of_work import UnitOfWork
from app.storage.classifications import FINAL, FIRST
from app.web.authentication import runtime
from app.web.pages.blueprint import actor, language, pages

FACETS = {
    "business": _("Business"),
    "cause": _("Cause"),
    "channel": _("Channel"),
    "issue": _("Issue"),
    "product": _("Product"),
}
STAGES = {FIRST: _("As it came in"), FINAL: _("As it turned out")}


def read_classes_part(work: UnitOfWork, who: Actor, complaint: ComplaintView) -> Mapping[str, Any]:
    """Return the classes in words, and the schemes to choose from for who may."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in read_classes(work, who, complaint.row.number):
        found.setdefault((row.name, row.facet), {})[row.stage] = _name(row)
    may = handles(work, who, complaint.row)
    return {
        "classes": found,
        "schemes": [
            (one, {facet: _choices(codes) for facet, codes in one.facets.items()}) for one in read_schemes(work)
        ]
        if may
        else [],
        "facet_name": lambda facet: FACETS.get(facet, facet),
        "stages": STAGES,
    }


@pages.route("/complaints/<number>/classification", methods=["POST"])
def classify(number: str) -> Response:
    """Give the complaint the chosen codes of one scheme; a facet without a choice stays as it is."""
    codes = {facet.removeprefix("facet-"): code for facet, code in request.form.items() if facet.startswith("facet-")}
    chosen = {facet: code for facet, code in codes.items() if code}
    scheme, final = request.form.get("scheme", ""), request.form.get("stage") == FINAL
    try:
        runtime().perform(classify_complaint, actor(), number, scheme, chosen, final=final)
        flash(gettext("The classes are on record"), "success")
    except InvalidInputError:
        again = gettext("The scheme has changed meanwhile: choose again")
        flash(again if chosen else gettext("Choose at least one class"), "danger")
    return redirect(url_for("pages.complaint_section", number=number, section="findings"))


def _choices(codes: Sequence[Row[Any]]) -> list[tuple[str, str]]:
    names = {code.code: code for code in codes}

    def path(code: Row[Any]) -> str:
        above = names.get(code.parent)
        return _name(code) if above is None else f"{path(above)} › {_name(code)}"

    return [(code.code, path(code)) for code in codes]


def _name(row: Row[Any]) -> str:
    first, second = (row.name_zh, row.name_en) if language() == "zh" else (row.name_en, row.name_zh)
    return str(first or second)
