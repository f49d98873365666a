"""Registering a complaint for a customer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.domain.forms import Form, FormError
from app.services.file_complaint import file_complaint
from app.services.find_similar_complaints import find_similar_complaints
from app.services.read_complaints import find_complaint_form
from app.services.read_task import form_environment
from app.web.authentication import runtime
from app.web.pages.blueprint import actor, language, pages
from app.web.pages.exchanges import related_now
from app.web.pages.form_view import Drawing, change_rows, hidden_numbers, read_answers
from app.web.pages.presenting import complaint_form
from app.web.pages.tasks import STATE_HEADER

CHECK = "_check"
"""Name of the button that only asks what is known already."""


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
    if CHECK in request.form:
        return _page(form, answers, {}, related_now(actor()))
    try:
        checked = form.check(answers, language=language(), env=form_environment(runtime()))
    except FormError as error:
        return _page(form, answers, error.fields), 422
    filed = runtime().perform(file_complaint, actor(), checked)
    flash(gettext("Registered under the number %(number)s", number=filed.number), "success")
    if any(one.is_likely_duplicate for one in runtime().perform(find_similar_complaints, actor(), filed.number)):
        flash(gettext("Likely a duplicate of an earlier complaint: please compare them under “Related”"), "warning")
    return redirect(url_for("pages.complaint", number=filed.number))


def _form() -> Form:
    with runtime().reading() as connection:
        return find_complaint_form(runtime(), connection) or complaint_form()


def _draw(form: Form, answers: Mapping[str, Any], errors: Mapping[str, list[str]]) -> Drawing:
    return Drawing(form, answers, {}, language(), form_environment(runtime()), errors)


def _page(
    form: Form,
    answers: Mapping[str, Any],
    errors: Mapping[str, list[str]],
    related: Mapping[str, Any] | None = None,
) -> str:
    return render_template(
        "pages/new_complaint.html",
        **(related or {}),
        widgets=_draw(form, answers, errors).widgets(),
        errors=errors,
        title=form.title(language()),
    )
