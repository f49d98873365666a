"""The entrance: a phone number or e-mail address, the code sent to it, and out again.

Every answer is the same for contacts that are known and for those that are not.
"""

from __future__ import annotations

from flask import g, redirect, render_template, request, url_for
from flask_babel import gettext
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from app.errors import InvalidInputError
from app.services.open_portal_session import end_portal_session, open_portal_session
from app.services.read_own_complaints import list_own_complaints
from app.services.send_portal_code import CODE_MINUTES, send_portal_code
from app.web.authentication import runtime
from app.web.limits import count_code_request, count_code_try
from app.web.pages.blueprint import language
from app.web.portal.blueprint import COOKIE, PATH, keep_visit, portal, visitor

MOST_SECONDS = 24 * 3600


@portal.route("")
def home() -> str:
    """Show the entrance; to a visitor, the own complaints."""
    if g.visitor is not None:
        mine = runtime().perform(list_own_complaints, visitor())
        return render_template("portal/home.html", complaints=mine, contact=visitor().contact)
    return _entrance()


@portal.route("/code", methods=["POST"])
def ask_for_code() -> str | tuple[str, int]:
    """Send a code, and ask for it."""
    count_code_request()
    contact = request.form.get("contact", "")
    if request.form.get("website") or not _was_opened(request.form.get("seen", "")):  # only scripts fill what is hidden
        return _entrance(contact, gettext("Please try once more.")), 422
    try:
        code = runtime().perform(send_portal_code, contact, language())
    except InvalidInputError:
        return _entrance(contact, gettext("Please give a phone number or an e-mail address.")), 422
    return _ask(contact, shown=code if runtime().settings.mode == "demo" else None)


@portal.route("/enter", methods=["POST"])
def enter() -> str | Response | tuple[str, int]:
    """Let in who gives the code that was sent."""
    count_code_try()
    contact = request.form.get("contact", "")
    try:
        secret = runtime().perform(open_portal_session, contact, request.form.get("code", ""))
    except InvalidInputError:
        return _entrance(contact, gettext("Please give a phone number or an e-mail address.")), 422
    if secret is None:
        return _ask(contact, failed=True), 422
    return keep_visit(redirect(_wanted()), secret)


@portal.route("/leave", methods=["POST"])
def leave() -> Response:
    """End the visit."""
    runtime().perform(end_portal_session, request.cookies.get(COOKIE, ""))
    response = redirect(url_for("portal.home"))
    response.delete_cookie(COOKIE, path=PATH)
    return response


def _entrance(contact: str = "", error: str = "") -> str:
    return render_template(
        "portal/entrance.html", contact=contact, error=error, seen=_signer().dumps(0), wanted=_wanted()
    )


def _ask(contact: str, *, failed: bool = False, shown: str | None = None) -> str:
    return render_template(
        "portal/code.html", contact=contact, failed=failed, shown=shown, minutes=CODE_MINUTES, wanted=_wanted()
    )


def _was_opened(seen: str) -> bool:
    """Whether the sender has opened the page within a day: what posts blindly has not."""
    try:
        _signer().loads(seen, max_age=MOST_SECONDS)
    except BadSignature:
        return False
    return True


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(runtime().settings.secret_key, salt="portal entrance")


def _wanted() -> str:
    wanted = request.values.get("next", "")
    is_ours = wanted.startswith(f"{PATH}/") and "//" not in wanted and "\\" not in wanted
    return wanted if is_ours else url_for("portal.home")
