"""The customer portal: pages for people without an account, who prove to hold a phone or e-mail address."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from app.web.errors import answer_failure
from app.web.pages import failures
from app.web.portal import (  # noqa: F401 - each adds its routes when it is imported
    embedding,
    entrance,
    filing,
    own_complaints,
    own_files,
)
from app.web.portal.blueprint import PATH, portal, show


def register_portal(app: Flask) -> None:
    """Serve the portal's pages of `app`; its JSON is a part of the product's API (`app.web.api.portal`)."""
    app.register_blueprint(portal)
    for status, others in ((404, failures.show_unknown), (405, answer_failure)):
        app.register_error_handler(status, partial(_show_unknown, others))


def _show_unknown(others: Callable[[HTTPException], ResponseReturnValue], error: HTTPException) -> ResponseReturnValue:
    """Answer an address of the portal that serves nothing, or nothing to look at, in the customer's words."""
    if not f"{request.path}/".startswith(f"{PATH}/"):
        return others(error)
    if error.code == 405 and request.method == "GET":  # the address of a form that was sent, opened again
        below = request.path.removeprefix(f"{PATH}/complaints/").split("/")
        at_complaint = request.path.startswith(f"{PATH}/complaints/") and len(below) == 2
        return redirect(url_for("portal.complaint", number=below[0]) if at_complaint else url_for("portal.home"))
    return show(error)
