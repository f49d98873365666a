"""A person's own page: password, second factor, sessions, API tokens, language, notices, absences with a stand-in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import segno
from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.domain.languages import LANGUAGES
from app.domain.passwords import WeakPasswordError
from app.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from app.services.authenticate_token import hash_token
from app.services.change_password import change_own_password
from app.services.end_sessions import end_other_sessions, end_session
from app.services.issue_own_token import issue_own_token, revoke_listed_token
from app.services.need_second_factor import needs_second_factor
from app.services.plan_absence import cancel_absence, plan_absence
from app.services.prove_second_factor import prove_second_factor
from app.services.read_notice_preference import read_notice_preference
from app.services.read_profile import read_profile, set_own_language
from app.services.set_second_factor import (
    confirm_second_factor,
    propose_secret,
    provisioning_address,
    remove_second_factor,
    renew_recovery_codes,
)
from app.storage.sealing import SealError
from app.web.authentication import SECRET, runtime
from app.web.authentication import end_session as end_browser_session
from app.web.limits import check_sign_ins, count_failed_sign_in
from app.web.pages.blueprint import actor, pages

TOKEN_DAYS = (30, 90, 365)


@pages.route("/profile")
def profile() -> str:
    """Show one's own page."""
    return show_profile()


def show_profile(
    *, token: str | None = None, tried: Mapping[str, Any] | None = None, problems: Mapping[str, str] | None = None
) -> str:
    """Return one's own page: with a token just issued, or with notice settings as `tried` and what is wrong in them."""
    secret = session.get(SECRET)
    preference = runtime().perform(read_notice_preference, actor())
    return render_template(
        "pages/profile.html",
        profile=runtime().perform(read_profile, actor()),
        this_session=hash_token(secret) if isinstance(secret, str) else None,
        scopes=sorted(actor().scopes),
        token_days=TOKEN_DAYS,
        token=token,
        preference=preference,
        wish=tried or vars(preference) | {"addresses": {}, "forgotten": ()},
        problems=problems or {},
        today=_today(),
    )


@pages.route("/profile/password", methods=["POST"])
def change_password() -> Response:
    """Change one's own password; the other sessions end."""
    old, new = request.form.get("old", ""), request.form.get("new", "")
    check_sign_ins()
    if new != request.form.get("again"):
        return _back(gettext("The new password was typed differently the second time."), wrong=True)
    try:
        change_own_password(runtime(), actor(), old, new, session=session.get(SECRET))
    except WeakPasswordError:
        words = gettext("Choose a password of 8 characters or more, 5 of them different, without your name in it.")
        return _back(words, wrong=True)
    except ForbiddenError:
        count_failed_sign_in()
        return _back(gettext("The present password is wrong, or the account is locked for a while."), wrong=True)
    return _back(gettext("Your password is changed. Your other sessions have ended."))


@pages.route("/profile/second-factor")
def second_factor() -> str:
    """Show a new secret as a QR code, to be confirmed by its first code."""
    return _proposal(propose_secret())


def _proposal(secret: str, *, wrong: bool = False) -> str:
    code = segno.make(provisioning_address(actor().username, secret), error="m")
    return render_template(
        "pages/second_factor.html",
        image=Markup(code.svg_inline(scale=5, border=3, light="#fff")),  # noqa: S704 - drawn here, of our own text
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        proposal=runtime().sealer.seal(secret, _proposal_place()),
        wrong=wrong,
        must=_must_enrol(),
    )


def _must_enrol() -> bool:
    with runtime().reading() as connection:
        return needs_second_factor(runtime(), connection, actor().username)


@pages.route("/profile/second-factor", methods=["POST"])
def confirm() -> str | Response:
    """Turn the second factor on when the first code is right; the recovery codes are shown this once."""
    try:
        secret = runtime().sealer.open(request.form.get("proposal", ""), _proposal_place())
    except SealError as error:
        raise InvalidInputError("Expected the proposal as it was shown, but it was changed") from error
    check_sign_ins()
    try:
        codes = runtime().perform(confirm_second_factor, actor(), secret, request.form.get("code", ""))
    except InvalidInputError:
        count_failed_sign_in()
        return _proposal(secret, wrong=True)
    return render_template("pages/recovery_codes.html", codes=codes)


@pages.route("/profile/second-factor/remove", methods=["POST"])
def remove() -> Response:
    """Turn the second factor off, against a code."""
    if not _is_proved():
        return _wrong_code()
    return _done(lambda: runtime().perform(remove_second_factor, actor()), gettext("Removed."))


@pages.route("/profile/recovery-codes", methods=["POST"])
def renew_codes() -> str | Response:
    """Show new recovery codes, against a code; the old ones open nothing any more."""
    if not _is_proved():
        return _wrong_code()
    return render_template("pages/recovery_codes.html", codes=runtime().perform(renew_recovery_codes, actor()))


@pages.route("/profile/sessions/end", methods=["POST"])
def end_sessions() -> Response:
    """End one of one's sessions, all but this one, or all."""
    if "everywhere" in request.form:
        runtime().perform(end_other_sessions, actor(), actor().username)
        end_browser_session()
        return redirect(url_for("pages.sign_in"))
    one = request.form.get("session")
    if one is None:
        return _done(
            lambda: runtime().perform(end_other_sessions, actor(), actor().username, keep=session.get(SECRET)),
            gettext("Your other sessions have ended."),
        )
    return _done(
        lambda: runtime().perform(end_session, actor(), actor().username, one), gettext("The session has ended.")
    )


@pages.route("/profile/tokens", methods=["POST"])
def issue_token() -> str | Response:
    """Issue an API token and show it this once."""
    name, days = request.form.get("name", ""), request.form.get("days", type=int) or 0
    try:
        issued = runtime().perform(issue_own_token, actor(), name, request.form.getlist("scope"), days)
    except InvalidInputError:
        return _back(gettext("Give the token a name, one right or more, and a length of life."), wrong=True)
    return show_profile(token=issued.token)


@pages.route("/profile/tokens/revoke", methods=["POST"])
def revoke_token() -> Response:
    """Revoke one of one's tokens."""
    one = request.form.get("token", "")
    return _done(
        lambda: runtime().perform(revoke_listed_token, actor(), actor().username, one), gettext("The token is revoked.")
    )


@pages.route("/profile/language", methods=["POST"])
def keep_language() -> Response:
    """Keep the language in which one reads pages and is written to."""
    wanted = request.form.get("language", "")
    if wanted in LANGUAGES:
        runtime().perform(set_own_language, actor(), wanted)
        session["language"] = wanted
    return redirect(url_for("pages.profile"))


@pages.route("/profile/absences", methods=["POST"])
def plan() -> Response:
    """Plan an absence, from the first day to the last, with a stand-in."""
    try:
        first, last = (date.fromisoformat(request.form.get(name, "")) for name in ("first", "last"))
        starts_at, ends_at = _midnight(first), _midnight(last + timedelta(days=1))
    except (ValueError, OverflowError):
        return _back(gettext("Give the first and the last day of the absence."), wrong=True)
    stand_in = request.form.get("stand_in", "").strip()
    if not stand_in:
        return _back(gettext("Choose who stands in for you."), wrong=True)
    return _done(
        lambda: runtime().perform(plan_absence, actor(), actor().username, stand_in, starts_at, ends_at),
        gettext("The absence is planned. Your stand-in sees your tasks on those days."),
        missing=gettext("Nobody is called %(person)s. Choose the stand-in from the list.", person=stand_in),
    )


@pages.route("/profile/absences/cancel", methods=["POST"])
def cancel() -> Response:
    """End an absence now, or call it off."""
    key = request.form.get("absence", type=int) or 0
    return _done(
        lambda: runtime().perform(cancel_absence, actor(), actor().username, key), gettext("The absence is over.")
    )


def _wrong_code() -> Response:
    return _back(gettext("This code is wrong, or was used already. Wait for the next one and try again."), wrong=True)


def _is_proved() -> bool:
    check_sign_ins()
    if prove_second_factor(runtime(), actor().username, request.form.get("code", "")):
        return True
    count_failed_sign_in()
    return False


def _done(act: Callable[[], object], words: str, *, missing: str = "") -> Response:
    """Do it and go back to the page; `missing` is said where what it is done with is not there."""
    try:
        act()
    except ConflictError:
        return _back(gettext("You are absent on some of these days already."), wrong=True)
    except InvalidInputError:
        return _back(gettext("Choose somebody else as the stand-in, and days that are not over."), wrong=True)
    except NotFoundError:
        return _back(missing or gettext("It has ended or been removed already."), wrong=True)
    return _back(words)


def _back(words: str, *, wrong: bool = False) -> Response:
    flash(words, "danger" if wrong else "success")
    return redirect(url_for("pages.profile"))


def _proposal_place() -> str:
    return f"second_factor.proposal:{actor().username}"


def _today() -> date:
    return runtime().now().astimezone(runtime().zone).date()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), runtime().zone)
