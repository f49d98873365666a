"""A customer's own complaints: filing one, seeing where it stands, and what may be said about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.domain.forms import Form, FormError
from app.domain.portal import CUSTOMER
from app.errors import ConflictError, InvalidInputError, TooLargeError
from app.services.attach_file import CUSTOMER as FROM_CUSTOMER
from app.services.attach_file import NewAttachment, attach_file
from app.services.file_own_complaint import file_own_complaint, find_portal_form
from app.services.read_own_complaints import get_own_complaint, next_deadline, own_acts, read_own_complaint
from app.services.read_task import form_environment
from app.services.receive_file import receive_file
from app.services.speak_as_customer import Saying, speak_as_customer
from app.services.unit_of_work import UnitOfWork
from app.web.authentication import runtime
from app.web.limits import count_portal_filing, count_portal_words
from app.web.pages.blueprint import language
from app.web.pages.form_view import Drawing, change_rows, hidden_numbers, read_answers
from app.web.pages.tasks import STATE_HEADER
from app.web.portal.blueprint import portal, visitor
from app.web.uploads import MOST_FILES, sent_files, takes_files

SCORES = ("satisfactionScore", "npsScore")


@portal.route("/complaints/new")
def new_complaint() -> str:
    """Show the form."""
    return _page(_form(), {}, {})


@portal.route("/complaints/new", methods=["POST"])
@takes_files
def file_one() -> str | Response | tuple[str, int]:
    """File a complaint with its files; with the state header only say what the answers hide."""
    form = _form()
    answers = read_answers(form, request.form, str(runtime().zone))
    if STATE_HEADER in request.headers:
        return jsonify(hidden=hidden_numbers(_draw(form, answers, {}).widgets()))
    if change_rows(answers, request.form):
        return _page(form, answers, {})
    try:
        sent_files("file")
    except InvalidInputError:
        return _page(
            form, answers, {"file": [gettext("Please send at most %(most)s files at a time.", most=MOST_FILES)]}
        ), 422
    try:
        checked = form.check(answers, language=language(), env=form_environment(runtime()))
    except FormError as error:
        return _page(form, answers, error.fields), 422
    count_portal_filing(visitor().index)
    filed = runtime().perform(file_own_complaint, visitor(), checked, language())
    refused = _take_files(filed.number)
    flash(gettext("We have your complaint. Its number is %(number)s.", number=filed.number), "success")
    _say_refused(refused)
    return redirect(url_for("portal.complaint", number=filed.number))


@portal.route("/complaints/<number>")
def complaint(number: str) -> str:
    """Show where a complaint stands."""
    return _show(number)


@portal.route("/complaints/<number>/evidence", methods=["POST"])
@takes_files
def add_evidence(number: str) -> str | Response | tuple[str, int]:
    """Take in words and files that belong to a complaint."""
    runtime().perform(_require_act, number, "evidence")
    count_portal_words(visitor().index)
    words = _words()
    try:
        files = sent_files("file")
    except InvalidInputError:
        return _show(number, gettext("Please send at most %(most)s files at a time.", most=MOST_FILES)), 422
    if not words and not files:
        return _show(number, gettext("Write something, or choose a file.")), 422
    if words:
        try:
            speak_as_customer(runtime(), visitor(), number, Saying("evidence", words))
        except InvalidInputError:
            return _show(number, gettext("Please fill in what is asked, in at most 4,000 characters.")), 422
    refused = _take_files(number)
    if len(refused) < len(files) or words:
        flash(gettext("Thank you. We have added it to your complaint."), "success")
    _say_refused(refused)
    return redirect(url_for("portal.complaint", number=number))


@portal.route("/complaints/<number>/<any(confirm, object, withdraw, rate, review):act>", methods=["POST"])
def speak(number: str, act: str) -> str | Response | tuple[str, int]:
    """Take in consent, objection, withdrawal, a rating, or the wish for review."""
    if act == "withdraw" and request.form.get("sure") != "yes":
        return _show(number, gettext("Please tick that you want to withdraw your complaint.")), 422
    count_portal_words(visitor().index)
    scores = {name: int(text) for name in SCORES if (text := request.form.get(name, "")).isdecimal() and len(text) < 3}
    try:
        speak_as_customer(runtime(), visitor(), number, Saying(act, _words(), scores))
    except InvalidInputError:
        return _show(number, gettext("Please fill in what is asked, in at most 4,000 characters.")), 422
    flash(gettext("Thank you. We have taken it in."), "success")
    return redirect(url_for("portal.complaint", number=number))


def _show(number: str, error: str = "") -> str:
    shown = runtime().perform(read_own_complaint, visitor(), number)
    tried = (request.path.rsplit("/", 1)[1], _words()) if error else ("", "")
    return render_template(
        "portal/complaint.html", complaint=shown, due_at=next_deadline(shown), error=error, tried=tried
    )


def _words() -> str:
    """Return what was written; a browser sends each line's end as two characters, and counts it as one."""
    return request.form.get("words", "").replace("\r\n", "\n").strip()


def _take_files(number: str) -> list[str]:
    """Attach the sent files; returns the names of those that cannot be taken. The complaint itself stays filed."""
    refused = []
    for file in sent_files("file"):
        try:
            received = receive_file(runtime(), file.stream)
        except (InvalidInputError, TooLargeError):
            refused.append(file.filename or "")
            continue
        new = NewAttachment(file.filename or "", source=FROM_CUSTOMER)
        runtime().perform(_attach, number, received, new)
    return refused


def _attach(work: UnitOfWork, number: str, received: Any, new: NewAttachment) -> None:
    attach_file(work, CUSTOMER, get_own_complaint(work, visitor(), number), received, new)


def _say_refused(names: list[str]) -> None:
    if names:
        listed = ", ".join(names)
        words = gettext("We could not take these files: %(names)s. Send pictures, PDF, sound or film.", names=listed)
        flash(words, "warning")


def _require_act(work: UnitOfWork, number: str, act: str) -> None:
    if act not in own_acts(work, get_own_complaint(work, visitor(), number)):
        raise ConflictError(f"Expected complaint {number} to be open for '{act}', but it is not")


def _form() -> Form:
    with runtime().reading() as connection:
        return find_portal_form(runtime(), connection)


def _draw(form: Form, answers: Mapping[str, Any], errors: Mapping[str, list[str]]) -> Drawing:
    return Drawing(form, answers, {}, language(), form_environment(runtime()), errors)


def _page(form: Form, answers: Mapping[str, Any], errors: Mapping[str, list[str]]) -> str:
    return render_template(
        "portal/new_complaint.html", widgets=_draw(form, answers, errors).widgets(), errors=errors,
        contact=visitor().contact,
    )  # fmt: skip
