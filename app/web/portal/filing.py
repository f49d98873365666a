"""Filing a complaint at the portal: the form, its answers checked, and one complaint however often it is sent."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.wrappers import Response

from app.domain.forms import Form, FormError
from app.errors import InvalidInputError
from app.services.file_own_complaint import find_portal_form
from app.services.file_own_once import Sending, SentBeforeError, digest_of, file_own_once, find_filed
from app.services.read_task import form_environment
from app.web.authentication import runtime
from app.web.limits import count_portal_filing
from app.web.pages.blueprint import language
from app.web.pages.form_view import Drawing, change_rows, hidden_numbers, read_answers
from app.web.pages.tasks import STATE_HEADER
from app.web.portal.blueprint import portal, visitor
from app.web.portal.own_files import receive_files, say_refused
from app.web.uploads import MOST_FILES, sent_files, takes_files

ONCE = "_once"
"""Name of the input that holds the page's key: one page files one complaint."""


@portal.route("/complaints/new")
def new_complaint() -> str:
    """Show the form."""
    return _page(_form(), {}, {})


@portal.route("/complaints/new", methods=["POST"])
@takes_files
def file_one() -> str | Response | tuple[str, int]:
    """File a complaint with its files; with the state header only say what the answers hide."""
    form = _form()
    answers = read_answers(form, _own_answers(), str(runtime().zone))
    if STATE_HEADER in request.headers:
        return jsonify(hidden=hidden_numbers(_draw(form, answers, {}).widgets()))
    if change_rows(answers, request.form):
        return _page(form, answers, {})
    try:
        sent = sent_files("file")
    except InvalidInputError:
        return _page(
            form, answers, {"file": [gettext("Please send at most %(most)s files at a time.", most=MOST_FILES)]}
        ), 422
    try:
        checked = form.check(answers, language=language(), env=form_environment(runtime()))
    except FormError as error:
        return _page(form, answers, error.fields), 422
    try:
        return _file_once(checked, sent)
    except SentBeforeError as error:
        return _page(form, answers, {}, sent_as=error.number), 409


def _file_once(checked: Mapping[str, Any], sent: Sequence[FileStorage]) -> Response:
    """File what was sent, unless it was before: pressed twice, or sent again after going back."""
    named = [(file.filename or "", _sha256(file)) for file in sent]
    sending = Sending(digest_of(checked, named), request.form.get(ONCE) or None)
    number, again, refused = runtime().perform(find_filed, visitor(), sending), True, list[str]()
    if number is None:
        count_portal_filing(visitor().index)
        files, refused = receive_files(sent)
        number, again = file_own_once(runtime(), visitor(), sending, checked, language(), files)
    if again:
        flash(gettext("You have sent us this before. It is complaint %(number)s.", number=number), "info")
    else:
        flash(gettext("We have your complaint. Its number is %(number)s.", number=number), "success")
    say_refused(refused)
    return redirect(url_for("portal.complaint", number=number))


def _sha256(file: FileStorage) -> str:
    found = hashlib.sha256()
    while piece := file.stream.read(1 << 20):
        found.update(piece)
    file.stream.seek(0)
    return found.hexdigest()


def _own_answers() -> MultiDict[str, str]:
    """Return what the form sent, without what the page put beside it."""
    answers = MultiDict(request.form)
    answers.poplist(ONCE)
    return answers


def _form() -> Form:
    with runtime().reading() as connection:
        return find_portal_form(runtime(), connection)


def _draw(form: Form, answers: Mapping[str, Any], errors: Mapping[str, list[str]]) -> Drawing:
    return Drawing(form, answers, {}, language(), form_environment(runtime()), errors)


def _page(
    form: Form, answers: Mapping[str, Any], errors: Mapping[str, list[str]], *, sent_as: str | None = None
) -> str:
    """Draw the form; `sent_as` is the complaint that was filed with this page before: it gets a new key then."""
    once = request.form.get(ONCE) if sent_as is None else None
    return render_template(
        "portal/new_complaint.html", widgets=_draw(form, answers, errors).widgets(), errors=errors,
        contact=visitor().contact, once=once or secrets.token_urlsafe(16), sent_as=sent_as,
    )  # fmt: skip
