"""Registering a complaint for a customer."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.domain.access import require_scope
from app.domain.forms import Form, FormError
from app.services.find_similar_complaints import find_similar_complaints
from app.services.preview_clocks import ClockToCome, preview_clocks
from app.services.read_complaints import find_complaint_form
from app.services.read_task import form_environment
from app.services.recall_customer import RecalledCustomer
from app.services.register_once import register_once
from app.web.authentication import runtime
from app.web.pages.blueprint import actor, language, pages
from app.web.pages.counter_customer import (
    CHOOSE,
    FORGET,
    ONCE,
    SOUGHT,
    chosen_customer,
    find_sought,
    take_masks,
    without_choice,
)
from app.web.pages.exchanges import related_now
from app.web.pages.form_files import TakenFiles, sent_words, take_files
from app.web.pages.form_sheet import refuse_answers, send_on, sheet_of, viewer_words, wants_json
from app.web.pages.form_view import Drawing, change_rows, hidden_numbers, read_answers
from app.web.pages.presenting import complaint_form
from app.web.pages.tasks import STATE_HEADER
from app.web.uploads import takes_files

CHECK = "_check"
"""Name of the button that only asks what is known already."""
DECIDING = ("channel", "complaintType")
"""What must be answered before deadlines can be told."""


@pages.route("/complaints/new")
def new_complaint() -> str:
    """Show the complaint form."""
    require_scope(actor(), "start")
    return _page(_form(), {}, {}, TakenFiles())


@pages.route("/complaints/new", methods=["POST"])
@takes_files
def register_complaint() -> str | Response | tuple[str | Response, int]:
    """Register a complaint; with the state header only say what the answers hide."""
    require_scope(actor(), "start")  # before any file of it is stored
    form = _form()
    answers = read_answers(form, without_choice(sent_words()), str(runtime().zone))
    if STATE_HEADER in request.headers:
        return jsonify(hidden=hidden_numbers(_draw(form, answers, {}).widgets()))
    files = take_files(runtime(), form, answers, actor().username, language())
    customer = chosen_customer(CHOOSE) or chosen_customer()
    if customer is not None and FORGET in request.form:
        return _page(form, customer.clear(answers), {}, files)
    if customer is not None and CHOOSE in request.form:
        return _page(form, {**answers, **_fitting(form, customer)}, {}, files, customer)
    if change_rows(answers, request.form):
        return _page(form, answers, {}, files, customer)
    if CHECK in request.form:
        return _page(form, answers, {}, files, customer, related_now(actor()))
    try:
        sent = files.checked()
        meant = customer.fill(answers) if customer is not None else answers
        checked = form.check(meant, language=language(), env=form_environment(runtime()))
    except FormError as error:
        if wants_json():
            return refuse_answers(error.fields)
        return _page(form, answers, error.fields, files, customer), 422
    page = request.form.get(ONCE) or secrets.token_urlsafe()
    number, again = register_once(runtime(), actor(), page, checked, sent)
    _tell(number, again)
    following = url_for("pages.complaint", number=number)
    return send_on(following) if wants_json() else redirect(following)


def _tell(number: str, again: bool) -> None:
    if again:
        flash(gettext("This page was sent before: it is complaint %(number)s.", number=number), "info")
        return
    flash(gettext("Registered under the number %(number)s", number=number), "success")
    if any(one.is_likely_duplicate for one in runtime().perform(find_similar_complaints, actor(), number)):
        flash(gettext("Likely a duplicate of an earlier complaint: please compare them under “Related”"), "warning")


@pages.route("/complaints/new/search", methods=["POST"])
def find_customer_for() -> str:
    """Show the page with the customers that its search finds: what a browser without scripts asks for."""
    require_scope(actor(), "start")
    found = {"sought": request.form.get(SOUGHT, "").strip(), "found_customers": find_sought()}
    return _page(_form(), {}, {}, TakenFiles(), None, found)


@pages.route("/complaints/new/clocks", methods=["POST"])
def clocks_of_answers() -> str:
    """Show which deadlines the answers so far would start."""
    require_scope(actor(), "start")
    return render_template(
        "pages/_clocks_to_come.html", clocks_to_come=_clocks(read_answers(_form(), request.form, str(runtime().zone)))
    )


def _clocks(answers: Mapping[str, Any]) -> list[ClockToCome]:
    """Return the clocks to come once the answers say what kind of complaint it is."""
    if not all(answers.get(name) for name in DECIDING):
        return []
    return runtime().perform(preview_clocks, actor(), answers)


def _fitting(form: Form, customer: RecalledCustomer) -> dict[str, str]:
    """Return what is known of the customer, as far as the form asks for it."""
    return {name: value for name, value in customer.shown.items() if name in form.shape.keys}


def _form() -> Form:
    with runtime().reading() as connection:
        return find_complaint_form(runtime(), connection) or complaint_form()


def _draw(
    form: Form, answers: Mapping[str, Any], errors: Mapping[str, list[str]], files: TakenFiles | None = None
) -> Drawing:
    words = {} if files is None else files.words
    return Drawing(form, answers, {}, language(), form_environment(runtime()), errors, words)


def _page(
    form: Form,
    answers: Mapping[str, Any],
    errors: Mapping[str, list[str]],
    files: TakenFiles,
    customer: RecalledCustomer | None = None,
    beside: Mapping[str, Any] | None = None,
) -> str:
    """Draw the page; `beside` is what it shows next to the form: related complaints, or customers that were found."""
    sheet = sheet_of(form, answers, {}, language(), errors)
    if customer is not None:
        sheet["schema"] = take_masks(sheet["schema"], customer.shown)
    return render_template(
        "pages/new_complaint.html",
        **(beside or {}),
        customer=customer,
        once=request.form.get(ONCE) or secrets.token_urlsafe(18),
        widgets=_draw(form, answers, errors, files).widgets(),
        sheet=sheet,
        viewer_words=viewer_words(),
        clocks_to_come=_clocks(answers),
        errors=errors,
        title=form.title(language()),
    )
