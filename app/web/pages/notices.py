"""Notices: a person's own with the bell, those about a complaint with the rules behind them, and those that failed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import Row
from werkzeug.wrappers import Response as Answer

from app.domain.actor import OPERATE, Actor
from app.domain.notices import TemplateError, find_template
from app.domain.notices.channels import RecipientKind
from app.services.get_complaint import ComplaintView
from app.services.read_complaint_notices import read_complaint_notices
from app.services.read_notices import count_own_unread, list_dead, list_own_notices, mark_notices_read, retry_notice
from app.services.unit_of_work import UnitOfWork
from app.web.authentication import runtime
from app.web.pages.blueprint import actor, language, pages
from app.web.pages.people_called import person_called
from app.web.pages.post_names import group_name

PAGE_SIZE = 50
CHANNELS: Mapping[str, object] = {
    "in_app": _("in the product"),
    "email": _("e-mail"),
    "sms": _("text message"),
    "app": _("mobile banking"),
    "wechat": _("WeChat"),
    "dingtalk": _("DingTalk"),
    "wecom": _("WeCom"),
    "feishu": _("Feishu"),
    "webhook": _("another system"),
}
NOTICE_STATES: Mapping[str, tuple[object, str]] = {
    "WAITING": (_("waits to be sent"), "yellow"),
    "SENT": (_("sent"), "green"),
    "DEAD": (_("failed"), "red"),
}
ACTION_WORDS: Mapping[str, object] = {
    "assign": _("assigned"),
    "set_priority": _("set the priority"),
    "set_flag": _("raised a flag"),
    "notify": _("told somebody"),
    "create_task": _("made a task"),
    "start_process": _("started a procedure"),
    "tag_customer": _("tagged the customer"),
    "propose_major": _("proposed a major matter"),
    "archive": _("archived"),
    "webhook": _("told another system"),
}
RECIPIENTS: Mapping[str, object] = {
    "owner": _("who has the step"),
    "superior": _("the superior"),
    "customer": _("the customer"),
}
FLAGS: Mapping[str, object] = {"regulator_attention": _("Regulator's attention")}
RULE_TABLES: Mapping[str, object] = {
    "on_complaint_filed": _("Rules when a complaint is registered"),
    "on_customer_changed": _("Rules about customers"),
    "on_volume": _("Rules about many complaints"),
    "on_status_changed": _("Rules when the status changes"),
    "on_complaint_closed": _("Rules after closing"),
    "on_task_overdue": _("Rules about overdue steps and deadlines"),
}


@pages.app_context_processor
def notice_words() -> dict[str, Any]:
    """Give the templates the words for notices, and the count beside the bell."""
    return {
        "unread_notices": unread_notices,
        "notice_name": notice_name,
        "recipient_name": recipient_name,
        "channel_name": lambda channel: CHANNELS.get(channel, channel),
        "notice_state": lambda state: NOTICE_STATES.get(state, (state, "secondary")),
        "action_name": lambda action: ACTION_WORDS.get(action, action),
        "rule_table_name": lambda table: RULE_TABLES.get(table, table),
        "flag_name": lambda flag: FLAGS.get(flag, flag),
        "rule_parameters": rule_parameters,
    }


def unread_notices() -> int:
    """Return how many notices of whoever is signed in are unread."""
    return runtime().perform(count_own_unread, actor())[0]


def notice_name(row: Row[Any]) -> str:
    """Return what kind of notice this is."""
    return _template_name(row.template, row.template_version)


def _template_name(template: str, version: int | None) -> str:
    try:
        return find_template(template, version).names[language()]
    except TemplateError:  # a webhook has no template
        return str(CHANNELS.get(template, template))


def recipient_name(row: Row[Any]) -> str:
    """Return who is told: the customer, a group's name, a person's account, another system."""
    if row.recipient_kind == RecipientKind.CUSTOMER:
        return str(gettext("the customer"))
    if row.recipient_kind == RecipientKind.PERSON:
        return person_called(row.recipient)
    return group_name(row.recipient, language())


def rule_parameters(parameters: Mapping[str, Any]) -> list[str]:
    """Return a rule's parameters as people read them, in the order of its row."""
    return [_parameter(name, value) for name, value in parameters.items()]


def _parameter(name: str, value: Any) -> str:
    if isinstance(value, list):
        return ("、" if language() == "zh" else ", ").join(_parameter(name, one) for one in value)
    match name:
        case "recipients" | "group":
            return str(RECIPIENTS.get(value, group_name(value, language())))
        case "channels":
            return str(CHANNELS.get(value, value))
        case "flag":
            return str(FLAGS.get(value, value))
        case "template":
            return _template_name(value, None)
        case "dueHours":
            return str(gettext("due in %(hours)s hours", hours=value))
        case "priority":
            return str(gettext("priority %(number)s", number=value))
        case "days":
            return str(gettext("for %(days)s days", days=value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def read_told(work: UnitOfWork, who: Actor, complaint: ComplaintView) -> Mapping[str, Any]:
    """Read the values of a complaint's section of notices."""
    return {"told": read_complaint_notices(work, who, complaint.row.number), "may_retry": OPERATE in who.scopes}


@pages.route("/notices")
def notices() -> str:
    """List one's own notices, the newest first."""
    before = request.args.get("before", type=int)
    inbox = runtime().perform(list_own_notices, actor(), language(), before=before)
    more = inbox.notices[-1].key if len(inbox.notices) == PAGE_SIZE else None
    return render_template("pages/notices.html", inbox=inbox, more=more, is_later=before is not None)


@pages.route("/notices/unread")
def unread() -> Answer:
    """Say how many notices are unread; 304 while that has not changed."""
    count, newest = runtime().perform(count_own_unread, actor())
    answer = jsonify(unread=count)
    answer.set_etag(f"{count}-{newest}")
    return answer.make_conditional(request)


@pages.route("/notices/read", methods=["POST"])
def mark_read() -> Answer:
    """Mark the notices of the list as read."""
    keys = [int(key) for key in request.form.getlist("key") if key.isascii() and key.isdecimal()][:PAGE_SIZE]
    runtime().perform(mark_notices_read, actor(), keys)
    return redirect(url_for("pages.notices"))


@pages.route("/notices/failed")
def failed_notices() -> str:
    """List the notices that nobody could be given."""
    return render_template("pages/failed_notices.html", notices=runtime().perform(list_dead, actor()))


@pages.route("/notices/<int:key>/retry", methods=["POST"])
def retry(key: int) -> Answer:
    """Send a failed notice again."""
    runtime().perform(retry_notice, actor(), key)
    flash(gettext("It is sent again now"), "success")
    number = request.form.get("complaint")
    if number:
        return redirect(url_for("pages.complaint_section", number=number, section="notices"))
    return redirect(url_for("pages.failed_notices"))
