"""Administration: units and posts, people, rights and locks; each part for the duty it belongs to."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.domain.access import ROLES
from app.domain.organisation import UNIT_KINDS
from app.domain.passwords import WeakPasswordError
from app.errors import ConflictError, InvalidInputError
from app.services.change_password import set_password
from app.services.change_person import PersonWish, add_person, change_person
from app.services.change_unit import PostWish, UnitWish, change_post, change_unit
from app.services.end_sessions import end_other_sessions, end_session
from app.services.grant_rights import grant_rights, open_account, unlock_account
from app.services.issue_own_token import revoke_listed_token
from app.services.plan_absence import cancel_absence
from app.services.read_accounts import read_account, read_locked, read_organisation
from app.services.set_second_factor import reset_second_factor
from app.web.authentication import runtime
from app.web.pages.blueprint import actor, pages
from app.web.pages.failures import detail_of


@pages.route("/organisation")
def organisation() -> str:
    """Show the units as a tree with their people, and the posts with who holds them."""
    return render_template("pages/organisation.html", organisation=runtime().perform(read_organisation, actor()))


@pages.route("/organisation/units", methods=["GET", "POST"])
def unit() -> str | Response:
    """Show the form of a unit, new or there already, or store it."""
    unit_id = request.values.get("unit", "")
    if request.method == "POST":
        wish = UnitWish(
            kind=_text("kind"),
            name_zh=_text("name_zh"),
            name_en=_text("name_en"),
            parent_id=_choice("parent_id"),
            head=_choice("head"),
            calendar=_choice("calendar"),
        )
        return _done(url_for("pages.organisation"), lambda: runtime().perform(change_unit, actor(), unit_id, wish))
    found = runtime().perform(read_organisation, actor())
    row = next((one for one in found.units if one.id == unit_id), None)
    return render_template("pages/unit.html", organisation=found, unit=row, kinds=tuple(UNIT_KINDS))


@pages.route("/organisation/posts", methods=["GET", "POST"])
def post() -> str | Response:
    """Show the form of a post, new or there already, or store it."""
    post_id = request.values.get("post", "")
    if request.method == "POST":
        wish = PostWish(name_zh=_text("name_zh"), name_en=_text("name_en"), unit_id=_choice("unit_id"))
        return _done(url_for("pages.organisation"), lambda: runtime().perform(change_post, actor(), post_id, wish))
    found = runtime().perform(read_organisation, actor())
    row = next((one for one in found.posts if one.id == post_id), None)
    return render_template("pages/post.html", organisation=found, post=row)


@pages.route("/accounts")
def accounts() -> str:
    """List the accounts, and which are locked or closed."""
    found = runtime().perform(read_organisation, actor())
    return render_template("pages/accounts.html", organisation=found, locked=runtime().perform(read_locked, actor()))


@pages.route("/accounts/new", methods=["GET", "POST"])
def new_account() -> str | Response:
    """Show the form of a new person, or make them."""
    if request.method == "POST":
        username = _text("username")
        return _done(
            url_for("pages.accounts"), lambda: runtime().perform(add_person, actor(), username, _person_wish())
        )
    return render_template("pages/new_account.html", organisation=runtime().perform(read_organisation, actor()))


@pages.route("/accounts/<string:username>", methods=["GET", "POST"])
def account(username: str) -> str | Response:
    """Show one account, or store the person's names and place."""
    if request.method == "POST":
        return _changed(username, lambda: runtime().perform(change_person, actor(), username, _person_wish()))
    return render_template(
        "pages/account.html",
        account=runtime().perform(read_account, actor(), username),
        organisation=runtime().perform(read_organisation, actor()),
        roles=sorted(ROLES),
        may_organise="organise" in actor().scopes,
        may_secure="security" in actor().scopes and username != actor().username,
    )


@pages.route("/accounts/<string:username>/rights", methods=["POST"])
def rights(username: str) -> Response:
    """Give an account the chosen roles and posts."""
    roles, groups = request.form.getlist("role"), request.form.getlist("post")
    return _changed(username, lambda: runtime().perform(grant_rights, actor(), username, roles=roles, groups=groups))


@pages.route("/accounts/<string:username>/password", methods=["POST"])
def reset_password(username: str) -> Response:
    """Give somebody a password."""
    new = request.form.get("new", "")
    return _changed(username, lambda: runtime().perform(set_password, actor(), username, new))


@pages.route("/accounts/<string:username>/unlock", methods=["POST"])
def unlock(username: str) -> Response:
    """Unlock an account that failed sign-ins have locked."""
    return _changed(username, lambda: runtime().perform(unlock_account, actor(), username))


@pages.route("/accounts/<string:username>/open", methods=["POST"])
def open_or_close(username: str) -> Response:
    """Let an account be used, or close it."""
    is_open = request.form.get("open") == "yes"
    return _changed(username, lambda: runtime().perform(open_account, actor(), username, is_open=is_open))


@pages.route("/accounts/<string:username>/sessions/end", methods=["POST"])
def end_their_sessions(username: str) -> Response:
    """End one session of an account, or every one."""
    one = request.form.get("session")
    if one is not None:
        return _changed(username, lambda: runtime().perform(end_session, actor(), username, one))
    return _changed(username, lambda: runtime().perform(end_other_sessions, actor(), username))


@pages.route("/accounts/<string:username>/second-factor/remove", methods=["POST"])
def remove_their_second_factor(username: str) -> Response:
    """Take an account's second factor away, for who has lost the phone and the recovery codes."""
    return _changed(username, lambda: runtime().perform(reset_second_factor, actor(), username))


@pages.route("/accounts/<string:username>/tokens/revoke", methods=["POST"])
def revoke_their_token(username: str) -> Response:
    """Revoke a token of an account."""
    token = request.form.get("token", "")
    return _changed(username, lambda: runtime().perform(revoke_listed_token, actor(), username, token))


@pages.route("/accounts/<string:username>/absences/cancel", methods=["POST"])
def cancel_their_absence(username: str) -> Response:
    """End somebody's absence."""
    key = request.form.get("absence", type=int) or 0
    return _changed(username, lambda: runtime().perform(cancel_absence, actor(), username, key))


def _person_wish() -> PersonWish:
    return PersonWish(
        display_name=_text("display_name"),
        email=_choice("email"),
        unit_id=_choice("unit_id"),
        superior=_choice("superior"),
        calendar=_choice("calendar"),
    )


def _text(name: str) -> str:
    return request.form.get(name, "").strip()


def _choice(name: str) -> str | None:
    return _text(name) or None


def _changed(username: str, act: Callable[[], object]) -> Response:
    return _done(url_for("pages.account", username=username), act)


def _done(address: str, act: Callable[[], object]) -> Response:
    try:
        act()
    except WeakPasswordError:
        words = gettext("Choose a password of 8 characters or more, 5 of them different, without your name in it.")
        flash(words, "danger")
    except ConflictError:
        flash(gettext("Somebody has this name already."), "danger")
    except InvalidInputError as error:
        detail = detail_of(error)
        told = gettext("This cannot be accepted: %(why)s", why=detail) if detail else gettext("This cannot be accepted")
        flash(told, "danger")
    else:
        flash(gettext("Done, and recorded in the audit log."), "success")
    return redirect(address)
