"""A customer's own complaints: seeing where one stands, and what may be said about it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.errors import ConflictError, InvalidInputError
from app.services.add_own_file import add_own_file
from app.services.read_own_complaints import get_own_complaint, next_deadline, own_acts, read_own_complaint
from app.services.speak_as_customer import Saying, speak_as_customer
from app.services.unit_of_work import UnitOfWork
from app.web.authentication import runtime
from app.web.limits import count_portal_words
from app.web.portal.blueprint import portal, visitor
from app.web.portal.own_files import receive_files, say_refused
from app.web.uploads import MOST_FILES, sent_files, takes_files

SCORES = ("satisfactionScore", "npsScore")


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
    taken, refused = receive_files(files)
    for file in taken:
        runtime().perform(add_own_file, visitor(), number, file)
    if taken or words:
        flash(gettext("Thank you. We have added it to your complaint."), "success")
    say_refused(refused)
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


def _require_act(work: UnitOfWork, number: str, act: str) -> None:
    if act not in own_acts(work, get_own_complaint(work, visitor(), number)):
        raise ConflictError(f"Expected complaint {number} to be open for '{act}', but it is not")
