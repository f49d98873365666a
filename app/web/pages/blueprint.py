"""The pages' blueprint: who may come in, and what every unsafe request must carry."""

from __future__ import annotations

from flask import Blueprint, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from app.domain.actor import Actor
from app.errors import InvalidInputError
from app.web.authentication import SAFE_METHODS, SecondFactorNeededError, require_csrf_token, session_actor

pages = Blueprint("pages", __name__)

OPEN_ENDPOINTS = frozenset(
    {"pages.sign_in", "pages.prove", "pages.sign_in_elsewhere", "pages.come_back", "pages.choose"}
)


@pages.before_request
def admit() -> Response | None:
    """Send strangers to the sign-in page; refuse an unsafe request without the session's CSRF token."""
    try:
        g.actor = session_actor()
    except SecondFactorNeededError:
        g.actor = None
        return redirect(url_for("pages.second_factor"))
    if g.actor is None and request.endpoint not in OPEN_ENDPOINTS:
        wanted = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("pages.sign_in", next=wanted))
    if request.method not in SAFE_METHODS:  # after who it is: the token may come in a form that brings files
        require_csrf_token(request)
    g.display_name = session.get("display_name") or (g.actor.username if g.actor else "")
    refuse_null_characters()
    return None


def refuse_null_characters() -> None:
    """Raise InvalidInputError for a character that no database keeps as text."""
    sent = [*request.args.items(multi=True)]
    if request.method not in SAFE_METHODS:
        sent += request.form.items(multi=True)
    if "\x00" in request.path or any("\x00" in value for _, value in sent):
        raise InvalidInputError("Expected text without NUL characters, but got one")


def actor() -> Actor:
    """Return who is signed in."""
    found = g.actor
    assert isinstance(found, Actor)
    return found


def language() -> str:
    """Return the language of this page: zh or en."""
    from flask_babel import get_locale

    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "zh"
