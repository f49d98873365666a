"""The findings of a complaint's page: what was found, by whom and when, and its classes; and setting one by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.domain.actor import Actor
from app.domain.complaint import is_sealed
from app.domain.forms import Field
from app.errors import InvalidInputError
from app.services.get_complaint import ComplaintView
from app.services.read_task import form_environment
from app.services.record_findings import findings_form, read_findings, record_findings
from app.services.unit_of_work import UnitOfWork
from app.web.authentication import runtime
from app.web.pages.blueprint import actor, language, pages
from app.web.pages.classes import read_classes_part
from app.web.pages.failures import detail_of
from app.web.pages.form_view import Drawing, read_answers
from app.web.pages.presenting import in_words


def read_findings_section(work: UnitOfWork, who: Actor, complaint: ComplaintView) -> Mapping[str, Any]:
    """Return the findings in words, and the form to set them for who may."""
    form = findings_form(work.runtime, work.connection)
    fields = {node.name: node for node in form.nodes if isinstance(node, Field)}
    found = read_findings(work, who, complaint.row.number)
    open_values = {one.name: one.value for one in found if not is_sealed(one.name)}
    widgets = Drawing(form, open_values, {}, language(), form_environment(work)).widgets()
    return {
        "findings": [
            (fields[one.name].text("label", language()) if one.name in fields else one.name, one, fields.get(one.name))
            for one in found
        ],
        "in_words": in_words,
        "widgets": widgets if "oversee" in who.scopes else [],
        **read_classes_part(work, who, complaint),
    }


@pages.route("/complaints/<number>/findings", methods=["POST"])
def set_findings(number: str) -> Response:
    """Set findings; a name or free text that is left empty stays as it was, since it was not shown."""
    with runtime().reading() as connection:
        form = findings_form(runtime(), connection)
    sent = read_answers(form, request.form, str(runtime().zone))
    values = {name: value for name, value in sent.items() if not (is_sealed(name) and not value)}
    try:
        runtime().perform(record_findings, actor(), number, values, language=language())
        flash(gettext("The findings are on record"), "success")
    except InvalidInputError as error:
        flash(detail_of(error) or gettext("This cannot be accepted"), "danger")
    return redirect(url_for("pages.complaint_section", number=number, section="findings"))
