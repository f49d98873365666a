"""Complaints: registering one, the list, and one with where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.domain.forms import Form, FormError
from app.errors import NotFoundError
from app.services.file_complaint import file_complaint
from app.services.get_complaint import get_complaint
from app.services.read_clocks import read_clocks
from app.services.read_complaints import find_complaint_form, list_open_steps, list_recent_complaints
from app.services.read_earlier_answers import read_earlier_answers
from app.services.read_task import form_environment
from app.web.authentication import runtime
from app.web.pages.blueprint import actor, language, pages
from app.web.pages.complaint_sections import SECTIONS, find_section
from app.web.pages.form_view import Drawing, change_rows, hidden_numbers, read_answers
from app.web.pages.presenting import complaint_form, fields_by_name, step_name
from app.web.pages.tasks import STATE_HEADER

PAGE_SIZE = 50


@pages.route("/complaints")
def complaints() -> str:
    """List complaints, the newest first."""
    before = request.args.get("before", type=str)
    page = runtime().perform(list_recent_complaints, actor(), before=before, most=PAGE_SIZE)
    more = page[-1].number if len(page) == PAGE_SIZE else None
    return render_template("pages/complaints.html", complaints=page, more=more, is_later=before is not None)


@pages.route("/complaints/new")
def new_complaint() -> str:
    """Show the complaint form."""
    return _page(_form(), {}, {})


@pages.route("/complaints/new", methods=["POST"])
def register_complaint() -> str | Response | tuple[str, int]:
    """Register a complaint; with the state header only say what the answers hide."""
    form = _form()
    answers = read_answers(form, request.form, str(runtime().zone))
    if STATE_HEADER in request.headers:
        return jsonify(hidden=hidden_numbers(_draw(form, answers, {}).widgets()))
    if change_rows(answers, request.form):
        return _page(form, answers, {})
    try:
        checked = form.check(answers, language=language(), env=form_environment(runtime()))
    except FormError as error:
        return _page(form, answers, error.fields), 422
    filed = runtime().perform(file_complaint, actor(), checked)
    flash(gettext("Registered under the number %(number)s", number=filed.number), "success")
    return redirect(url_for("pages.complaint", number=filed.number))


@pages.route("/complaints/<number>")
def complaint(number: str) -> str:
    """Show a complaint: what was said, where it stands, what happened."""
    view = runtime().perform(get_complaint, actor(), number)
    with runtime().reading() as connection:
        steps = list_open_steps(connection, view.row.instance_key)
        earlier = read_earlier_answers(connection, view.row.instance_key)
    named = [(step, step_name(step.definition_key, step.element_id, step.name)) for step in steps]
    labels = {name: field.text("label", language()) for name, field in fields_by_name().items()}
    clocks = runtime().perform(read_clocks, actor(), number)
    return render_template(
        "pages/complaint.html",
        complaint=view,
        sections=SECTIONS,
        section=None,
        steps=named,
        labels=labels,
        earlier=earlier,
        clocks=clocks,
    )


@pages.route("/complaints/<number>/<section>")
def complaint_section(number: str, section: str) -> str:
    """Show one section of a complaint's page."""
    found = find_section(section)
    if found is None:
        raise NotFoundError(f"Expected a section of a complaint's page, but {section!r} is none")
    view = runtime().perform(get_complaint, actor(), number)
    values = runtime().perform(found.read, actor(), view)
    return render_template("pages/complaint.html", complaint=view, sections=SECTIONS, section=found, **values)


def _form() -> Form:
    with runtime().reading() as connection:
        return find_complaint_form(runtime(), connection) or complaint_form()


def _draw(form: Form, answers: Mapping[str, Any], errors: Mapping[str, list[str]]) -> Drawing:
    return Drawing(form, answers, {}, language(), form_environment(runtime()), errors)


def _page(form: Form, answers: Mapping[str, Any], errors: Mapping[str, list[str]]) -> str:
    return render_template(
        "pages/new_complaint.html",
        widgets=_draw(form, answers, errors).widgets(),
        errors=errors,
        title=form.title(language()),
    )
