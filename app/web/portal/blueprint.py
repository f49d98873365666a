"""The portal's blueprint: whose visit a request belongs to, and from where an unsafe one may come."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import HTTPException, TooManyRequests
from werkzeug.wrappers import Response

from app.domain.portal import Visitor
from app.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from app.services.open_portal_session import find_visitor
from app.web.authentication import SAFE_METHODS, runtime
from app.web.pages.blueprint import refuse_null_characters

COOKIE = "redress_portal"
PATH = "/portal"
portal = Blueprint("portal", __name__, url_prefix=PATH)
OPEN_ENDPOINTS = frozenset({"portal.home", "portal.ask_for_code", "portal.enter", "portal.script", "portal.embedded"})
log = logging.getLogger(__name__)


@portal.before_request
def admit() -> Response | None:
    """Find whose visit it is; send strangers to the entrance, keeping where they wanted to go."""
    if request.method not in SAFE_METHODS:
        require_own_origin()
    refuse_null_characters()
    g.actor = None  # the portal knows visitors, not accounts, whoever else is signed in to this browser
    secret = request.cookies.get(COOKIE, "")
    g.visitor = runtime().perform(find_visitor, secret) if secret else None
    if g.visitor is None and request.endpoint not in OPEN_ENDPOINTS:
        return redirect(url_for("portal.home", next=request.path if request.method == "GET" else None))
    return None


def visitor() -> Visitor:
    """Return whose visit this is."""
    found = g.visitor
    assert isinstance(found, Visitor)
    return found


def require_own_origin() -> None:
    """Refuse a post that another site's page sent: browsers say where they come from, and nothing else posts here."""
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    if urlsplit(origin).netloc != request.host:
        raise ForbiddenError(f"Expected a page of this site to send this, but it comes from {origin[:100]!r}")


def keep_visit(response: Response, secret: str) -> Response:
    """Give the browser its visit; in pages of other sites too where the installation allows to embed the portal."""
    embedded = bool(runtime().settings.portal_embed_origins)
    response.set_cookie(
        COOKIE,
        secret,
        path=PATH,
        httponly=True,
        secure=embedded or current_app.config["SESSION_COOKIE_SECURE"],
        samesite="None" if embedded else "Lax",
        partitioned=embedded,
    )
    return response


@portal.errorhandler(Exception)
def show(error: Exception) -> tuple[str, int]:
    """Show a failure in plain words."""
    status, words = _words(error)
    if status == 500:
        log.error("portal failed", exc_info=error)
    return render_template("portal/failure.html", words=words), status


def _words(error: Exception) -> tuple[int, str]:
    if isinstance(error, TooManyRequests):
        return 429, gettext("You have asked very often. Please wait a few minutes and try again.")
    if isinstance(error, NotFoundError):
        return 404, gettext("We found no such complaint among those filed with your phone number or e-mail address.")
    if isinstance(error, ConflictError):
        return 409, gettext("This cannot be done (any more). Open your complaint again to see how it stands.")
    if isinstance(error, ForbiddenError):
        return 403, gettext("This request did not come from our own page. Open the page again and repeat.")
    if isinstance(error, InvalidInputError):
        return 400, gettext("Something is missing or too long. Go back, correct it, and send it again.")
    if isinstance(error, HTTPException):
        return error.code or 500, gettext("This page cannot be shown")
    return 500, gettext("Something went wrong on our side. Nothing was lost; please try again in a minute.")
