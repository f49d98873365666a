"""Contacts, comments and related complaints: sections of a complaint's page, and what is entered there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import InvalidInputError
from app.services.find_customers import find_customers
from app.services.find_similar_complaints import find_similar_complaints, find_similar_to_answers
from app.services.get_complaint import ComplaintView
from app.services.merge_complaints import merge_complaints
from app.services.propose_major import OVERSEE, decide_major, list_proposed
from app.services.read_complaints import find_complaint_form
from app.services.read_exchanges import read_comments, read_contacts
from app.services.record_contact import NewContact, record_contact
from app.services.unit_of_work import UnitOfWork
from app.services.write_comment import edit_comment, write_comment
from app.web.authentication import runtime
from app.web.limits import count_lookup
from app.web.pages.blueprint import actor, pages
from app.web.pages.counter_customer import chosen_customer, without_choice
from app.web.pages.form_view import read_answers
from app.web.pages.presenting import complaint_form, fields_by_name

CONTACT_KINDS: Mapping[str, object] = {
    "call": _("Call"),
    "letter": _("Letter"),
    "visit": _("Visit"),
    "message": _("Message"),
}
CONTACT_DIRECTIONS: Mapping[str, object] = {"in": _("from the customer"), "out": _("to the customer")}
REASONS: Mapping[str, object] = {
    "same-customer": _("same customer"),
    "same-identity": _("same phone, e-mail or number"),
    "same-number": _("same order, contract or document number"),
    "same-product": _("same product line"),
    "alike-text": _("tells nearly the same"),
}


@pages.app_context_processor
def exchange_words() -> dict[str, Any]:
    """Give the templates the words around contacts and related complaints."""
    return {
        "contact_kinds": CONTACT_KINDS,
        "contact_directions": CONTACT_DIRECTIONS,
        "reason_name": lambda reason: REASONS.get(reason, reason),
    }


def read_contacts_section(work: UnitOfWork, who: Actor, complaint: ComplaintView) -> dict[str, Any]:
    """Read the section "Contacts"."""
    channel = fields_by_name()["channel"].options
    return {
        "contacts": read_contacts(work, who, complaint.row.number),
        "channels": channel.fixed if channel is not None else (),
        "now": work.now.astimezone(work.runtime.zone).strftime("%Y-%m-%dT%H:%M"),
    }


def read_comments_section(work: UnitOfWork, who: Actor, complaint: ComplaintView) -> dict[str, Any]:
    """Read the section "Comments"."""
    return {"comments": read_comments(work, who, complaint.row.number)}


def read_related_section(work: UnitOfWork, who: Actor, complaint: ComplaintView) -> dict[str, Any]:
    """Read the section "Related"."""
    return {"similar": find_similar_complaints(work, who, complaint.row.number)}


@pages.route("/complaints/<number>/contacts", methods=["POST"])
def add_contact(number: str) -> Response:
    """Record a contact."""
    form = request.form
    try:
        at = datetime.fromisoformat(form.get("at", "")).replace(tzinfo=runtime().zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInputError("Expected when the contact was, but it is no date and time") from error
    kind, direction = form.get("kind", ""), form.get("direction", "")
    contact = NewContact(kind, direction, at, form.get("summary", ""), form.get("channel") or None)
    runtime().perform(record_contact, actor(), number, contact)
    flash(gettext("The contact was recorded"), "success")
    return redirect(url_for("pages.complaint_section", number=number, section="contacts"))


@pages.route("/complaints/<number>/comments", methods=["POST"])
def add_comment(number: str) -> Response:
    """Comment on a complaint."""
    runtime().perform(write_comment, actor(), number, request.form.get("text", ""))
    flash(gettext("The comment was added"), "success")
    return redirect(url_for("pages.complaint_section", number=number, section="comments"))


@pages.route("/complaints/<number>/comments/<int:key>", methods=["POST"])
def change_comment(number: str, key: int) -> Response:
    """Edit one's own comment."""
    version = request.form.get("version", type=int) or 0
    runtime().perform(edit_comment, actor(), number, key, version, request.form.get("text", ""))
    flash(gettext("The comment was changed; what it said before is kept"), "success")
    return redirect(url_for("pages.complaint_section", number=number, section="comments"))


@pages.route("/complaints/<number>/merge", methods=["POST"])
def merge_related(number: str) -> Response:
    """Merge a related complaint with this one; the one received earlier goes on."""
    with_, document = request.form.get("with", ""), request.form.get("document", "").strip()
    if not document:
        raise InvalidInputError("Expected what the merge rests on, but nothing was said")
    stays = runtime().perform(merge_complaints, actor(), number, with_, document=document)
    flash(gettext("Merged; %(number)s goes on", number=stays), "success")
    return redirect(url_for("pages.complaint", number=stays))


@pages.route("/complaints/new/related", methods=["POST"])
def related_to_answers() -> str:
    """Show, while a complaint is registered, whose it probably is and what came before: a part of the page."""
    who = actor()
    require_scope(who, "start")
    count_lookup(who.username)
    return render_template("pages/_related_now.html", **related_now(who))


def related_now(who: Actor) -> dict[str, Any]:
    """Read who is known by the answers of the request, and the complaints that are like it."""
    with runtime().reading() as connection:
        form = find_complaint_form(runtime(), connection) or complaint_form()
    answers = read_answers(form, without_choice(request.form), str(runtime().zone))
    chosen = chosen_customer()
    if chosen is not None:
        answers = chosen.fill(answers)
    identities = [
        str(answers[name])
        for name in ("customerIdNumber", "customerNumber", "customerPhone", "customerEmail", "customerWechat")
        if answers.get(name)
    ]
    known = {one.key: one for text in identities for one in reversed(runtime().perform(find_customers, who, text))}
    return {
        "known": [one for one in known.values() if chosen is None or one.key != chosen.key],
        "similar": runtime().perform(find_similar_to_answers, who, answers),
        "checked": True,
    }


@pages.route("/matters")
def matters() -> str:
    """Show the groups of complaints on one matter that are proposed as major."""
    return render_template("pages/matters.html", groups=runtime().perform(list_proposed, actor()))


@pages.route("/matters/<int:key>", methods=["POST"])
def decide_matter(key: int) -> Response:
    """Accept a group as major, or dismiss it."""
    require_scope(actor(), OVERSEE)
    accepted = request.form.get("decision") == "accept"
    size = runtime().perform(decide_major, actor(), key, accepted=accepted)
    said = (
        gettext("%(count)s complaints were raised as major", count=size) if accepted else gettext("Not a major matter")
    )
    flash(said, "success")
    return redirect(url_for("pages.matters"))
