"""Signing in and out, and choosing the language."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from app.services.authenticate_password import authenticate_password
from app.services.describe_account import describe_account
from app.services.seed_demo import PASSWORD, PEOPLE
from app.web.authentication import end_session, runtime, session_actor, start_session
from app.web.limits import check_sign_ins, count_failed_sign_in
from app.web.pages.blueprint import pages

LANGUAGES = ("zh", "en")


@pages.route("/login", methods=["GET", "POST"])
def sign_in() -> str | Response | tuple[str, int]:
    """Show the sign-in form; sign in who knows a name and its password."""
    wanted = _safe(request.values.get("next"))
    if request.method == "GET":
        return redirect(wanted) if session_actor() is not None else _form(wanted)
    check_sign_ins()
    username, password = request.form.get("username", "").strip(), request.form.get("password", "")
    found = authenticate_password(runtime(), username, password)
    with runtime().reading() as connection:
        account = None if found is None else describe_account(connection, found.username)
    if found is None or account is None:
        count_failed_sign_in()
        return _form(wanted, username=username, failed=True), 401
    chosen = session.get("language")
    start_session(found)
    session["display_name"] = account.display_name
    if chosen or account.language:
        session["language"] = chosen or account.language
    return redirect(wanted)


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
    return redirect(_safe(request.form.get("next")))


def _form(wanted: str, *, username: str = "", failed: bool = False) -> str:
    demo = PEOPLE if runtime().settings.mode == "demo" else ()
    return render_template(
        "pages/sign_in.html", wanted=wanted, username=username, failed=failed, demo=demo, demo_password=PASSWORD
    )


def _safe(target: str | None) -> str:
    """Return a path on this site, the inbox for anything else."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or urlsplit(target).netloc:
        return url_for("pages.inbox")
    return target
