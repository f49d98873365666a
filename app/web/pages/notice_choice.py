"""How a person wants to be reached, as they choose it on their own page."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from app.domain.notices.channels import Channel
from app.domain.portal import clean
from app.errors import InvalidInputError
from app.services.choose_own_notices import NoticeChoice, choose_own_notices
from app.web.authentication import runtime
from app.web.pages.blueprint import actor, pages
from app.web.pages.profile import show_profile

TYPED = (Channel.EMAIL, Channel.SMS)
"""Channels whose address a person types here; a robot's, with its secret, comes through the interface."""

PROBLEMS = {
    Channel.EMAIL: _("Give an e-mail address such as name@bank.cn, or leave the channel out."),
    Channel.SMS: _("Give a phone number such as 13800138000, or leave the channel out."),
    "quietFrom": _("Give both times, such as 22:00 and 08:00, or neither."),
    "quietTo": _("Give both times, such as 22:00 and 08:00, or neither."),
    "language": _("Choose a language of the list."),
}


@pages.route("/profile/notices", methods=["POST"])
def keep_notices() -> Response | tuple[str, int]:
    """Keep the channels, addresses, language and quiet hours that a person chose."""
    form = request.form
    typed = {str(one): clean(form.get(f"address-{one}", "")) for one in TYPED}
    choice = NoticeChoice(
        channels=form.getlist("channel"),
        language=form.get("notice_language") or None,
        quiet_from=form.get("quiet_from") or None,
        quiet_to=form.get("quiet_to") or None,
        addresses={channel: address for channel, address in typed.items() if address},
        forgotten=form.getlist("forget"),
    )
    try:
        runtime().perform(choose_own_notices, actor(), choice)
    except InvalidInputError as error:
        words = {
            name: str(PROBLEMS.get(name, gettext("There is no address for this channel."))) for name in error.fields
        }
        problems = words or {"": gettext("This cannot be accepted")}
        return show_profile(tried=vars(choice), problems=problems), 422
    flash(gettext("Your notices come this way from now on."), "success")
    return redirect(url_for("pages.profile", _anchor="notices"))
