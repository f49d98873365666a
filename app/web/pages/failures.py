"""What a person sees when something is refused or breaks: a page that says what happened and what to do next."""

from __future__ import annotations

import logging
from typing import NamedTuple

from flask import Response, g, render_template, request, session
from flask_babel import lazy_gettext as _
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from app.domain.forms import FormError
from app.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError, UnavailableError
from app.storage.files import DamagedFileError
from app.web.authentication import session_actor
from app.web.errors import answer_failure
from app.web.pages.blueprint import language, pages
from app.web.refusals import note_refusal

log = logging.getLogger(__name__)


class Advice(NamedTuple):
    """A failure's status, its heading, and what the person can do."""

    status: int
    heading: object
    advice: object


FAILURES: tuple[tuple[type[Exception], Advice], ...] = (
    (
        ForbiddenError,
        Advice(403, _("You may not do this"), _("Ask the person in charge, or sign in again and repeat.")),
    ),
    (
        NotFoundError,
        Advice(404, _("There is nothing here"), _("It may have been finished, or it is not yours to see.")),
    ),
    (ConflictError, Advice(409, _("Somebody was first"), _("Open your inbox again to see how it stands now."))),
    (InvalidInputError, Advice(400, _("This cannot be accepted"), _("Go back, correct it, and send it again."))),
    (
        DamagedFileError,
        Advice(500, _("The stored file is damaged"), _("It is not shown. An incident tells the administrators.")),
    ),
    (UnavailableError, Advice(503, _("The system is not answering"), _("Nothing was lost. Try again in a minute."))),
    (OperationalError, Advice(503, _("The system is not answering"), _("Nothing was lost. Try again in a minute."))),
)
TOO_LARGE = Advice(413, _("That is too large"), _("Send fewer files at a time, or smaller ones."))
BROKEN = Advice(
    500, _("Something went wrong"), _("It has been logged. Try again; if it stays, tell your administrator.")
)


def show_unknown(error: HTTPException) -> Response | tuple[str, int]:
    """Answer an address that nothing serves: a page for browsers, a problem detail for everybody else."""
    if "text/html" not in request.headers.get("Accept", ""):
        return answer_failure(error)
    g.actor = session_actor()
    g.display_name = session.get("display_name")
    return render_template("pages/failure.html", failure=FAILURES[1][1]), 404


def detail_of(error: Exception) -> str | None:
    """Return what a failure says itself, where that is in the page's language; None where the heading must do.

    A failure speaks English, to whoever looks for its cause; only a form's messages are in the reader's language.
    """
    if isinstance(error, FormError):
        return " ".join(dict.fromkeys(message for messages in error.fields.values() for message in messages))
    return str(error) if language() == "en" and not isinstance(error, OperationalError) else None


@pages.errorhandler(Exception)
def show(error: Exception) -> tuple[str, int]:
    """Return the page and status of a failure."""
    if isinstance(error, RequestEntityTooLarge):
        return render_template("pages/failure.html", failure=TOO_LARGE), TOO_LARGE.status
    if isinstance(error, HTTPException):
        status = error.code or 500
        found = Advice(status, _("This page cannot be shown"), _("Go back to your inbox and try from there."))
        return render_template("pages/failure.html", failure=found), status
    note_refusal(error)
    for family, advice in FAILURES:
        if isinstance(error, family):
            return render_template("pages/failure.html", failure=advice, detail=detail_of(error)), advice.status
    log.error("page failed", exc_info=error)
    return render_template("pages/failure.html", failure=BROKEN), BROKEN.status
