"""Signing in, with a second factor where the account has one, and out; choosing the language."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.domain.languages import LANGUAGES
from app.services.check_password import check_password
from app.services.describe_account import describe_account
from app.services.need_second_factor import will_need_second_factor
from app.services.prove_second_factor import prove_second_factor
from app.services.seed_demo import PASSWORD, PEOPLE
from app.storage.second_factors import find_second_factor
from app.web.authentication import end_session, runtime, session_actor, start_session
from app.web.limits import check_sign_ins, count_failed_sign_in
from app.web.pages.blueprint import pages

PENDING, PENDING_SECONDS = "pending", 300
"""Where the cookie keeps whose password was right, and for how long the code may follow."""


@pages.route("/login", methods=["GET", "POST"])
def sign_in() -> str | Response | tuple[str, int]:
    """Show the sign-in form; sign in who knows a name and its password, or ask them for a code."""
    wanted = safe_target(request.values.get("next"))
    if request.method == "GET":
        return redirect(wanted) if session_actor() is not None else _form(wanted)
    check_sign_ins()
    username, password = request.form.get("username", "").strip(), request.form.get("password", "")
    if not check_password(runtime(), username, password):
        count_failed_sign_in()
        return _form(wanted, username=username, failed=True), 401
    return admit_person(username, wanted)


@pages.route("/login/code", methods=["GET", "POST"])
def prove() -> str | Response | tuple[str, int]:
    """Ask for the one-time code, or a recovery code, of whose password was right just now."""
    wanted = safe_target(request.values.get("next"))
    pending = session.get(PENDING)
    if not isinstance(pending, list) or pending[1] < _seconds() - PENDING_SECONDS:
        return redirect(url_for("pages.sign_in", next=wanted))
    if request.method == "GET":
        return render_template("pages/sign_in_code.html", wanted=wanted, failed=False)
    check_sign_ins()
    if not prove_second_factor(runtime(), pending[0], request.form.get("code", "")):
        count_failed_sign_in()
        return render_template("pages/sign_in_code.html", wanted=wanted, failed=True), 401
    return _enter(pending[0], wanted)


def admit_person(username: str, wanted: str) -> Response:
    """Start the session of who has shown who they are; ask for a code first where the account has a second factor."""
    with runtime().reading() as connection:
        has_second_factor = find_second_factor(connection, username) is not None
    if not has_second_factor:
        return _enter(username, wanted)
    session[PENDING] = [username, _seconds()]
    return redirect(url_for("pages.prove", next=wanted))


def _seconds() -> int:
    """The machine's time, which a demo's moved clock does not touch, in whole seconds."""
    return int(runtime().clock.now().timestamp())


def _enter(username: str, wanted: str) -> Response:
    with runtime().reading() as connection:
        account = describe_account(connection, username)
    chosen = session.get("language")
    start_session(username)
    session["display_name"] = account.display_name
    if account.language or chosen:
        session["language"] = account.language or chosen
    _tell_of_second_factor(username)
    return redirect(wanted)


def _tell_of_second_factor(username: str) -> None:
    """Say from which day on somebody's role demands a second factor, as long as they have time to set it up."""
    settings = runtime().settings.second_factor
    if settings is None:
        return
    with runtime().reading() as connection:
        is_to_come = will_need_second_factor(runtime(), connection, username)
    if is_to_come:
        day = settings.since.isoformat()
        words = gettext("From %(day)s on your role demands a second factor. Set it up on your own page.", day=day)
        flash(words, "warning")


@pages.route("/logout", methods=["POST"])
def sign_out() -> Response:
    """End the session; the language stays."""
    chosen = session.get("language")
    end_session()
    if chosen:
        session["language"] = chosen
    return redirect(url_for("pages.sign_in"))


@pages.route("/language", methods=["POST"])
def choose() -> Response:
    """Keep the language this browser wants."""
    wanted = request.form.get("language", "")
    if wanted in LANGUAGES:
        session["language"] = wanted
    return redirect(safe_target(request.form.get("next")))


def refuse_sign_in(wanted: str) -> tuple[str, int]:
    """Show the form again to whom another system vouches for, but nobody here is."""
    return _form(wanted, failed=True), 401


def _form(wanted: str, *, username: str = "", failed: bool = False) -> str:
    settings = runtime().settings
    return render_template(
        "pages/sign_in.html",
        wanted=wanted,
        username=username,
        failed=failed,
        demo=PEOPLE if settings.mode == "demo" else (),
        demo_password=PASSWORD,
        provider=settings.oidc,
    )


def safe_target(target: str | None) -> str:
    """Return a path on this site, the inbox for anything else."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return url_for("pages.inbox")
    if not target.isprintable() or urlsplit(target).netloc:  # no header holds a line's end
        return url_for("pages.inbox")
    return target
