"""Customers: the search, all round one, and merging two; what is known of whoever a complaint is registered for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import InvalidInputError
from app.services.ask_outside_system import SystemAnswer, ask_outside_system, outside_systems
from app.services.dismiss_customer_proposal import dismiss_customer_proposal
from app.services.find_customers import find_customers
from app.services.get_complaint import ComplaintView
from app.services.merge_customers import MERGE, merge_customers
from app.services.read_customer import CustomerView, list_customer_proposals, read_customer
from app.services.see_customer import CUSTOMERS
from app.services.unit_of_work import UnitOfWork
from app.services.unmerge_customers import unmerge_customers
from app.web.authentication import runtime
from app.web.limits import count_lookup
from app.web.pages.blueprint import actor, pages

IDENTITY_KINDS: Mapping[str, object] = {
    "id": _("ID number"),
    "wechat": _("WeChat id"),
    "number": _("Customer number"),
    "phone": _("Phone"),
    "email": _("E-mail"),
}
TAG_KINDS: Mapping[str, object] = {"fact": _("fact"), "rule": _("rule"), "model": _("model")}
CONFLICTS: Mapping[str, object] = {
    "given-together": _("identities of both were given with one complaint"),
    "shared": _("both use one phone or e-mail address, under different names"),
    "two-people": _("both use one identity, but their ID numbers differ"),
}


@pages.app_context_processor
def customer_words() -> dict[str, Any]:
    """Give the templates the words around customers."""
    return {
        "identity_kind": lambda kind: IDENTITY_KINDS.get(kind, kind),
        "tag_kind": lambda kind: TAG_KINDS.get(kind, kind),
        "conflict": lambda reason: CONFLICTS.get(reason, reason),
        "source_name": source_name,
    }


def source_name(source: str) -> str:
    """Return in words where something about a customer came from."""
    kind, _colon, name = source.partition(":")
    words: dict[str, str] = {
        "complaint": gettext("complaint %(name)s", name=name),
        "import": gettext("import of %(name)s", name=name),
        "system": gettext("system %(name)s", name=name),
        "rule": gettext("rule %(name)s", name=name),
        "person": gettext("entered by %(name)s", name=name),
    }
    return words.get(kind, source)


@pages.route("/customers", methods=["GET", "POST"])
def customers() -> str:
    """Search for customers. What is searched for comes in the body: it is personal and must not stand in an address."""
    who = actor()
    if CUSTOMERS not in who.scopes:
        require_scope(who, "start")
    wanted = request.form.get("text", "").strip()
    found = []
    if wanted:
        count_lookup(who.username)
        found = runtime().perform(find_customers, who, wanted)
    proposals = runtime().perform(list_customer_proposals, who) if MERGE in who.scopes else []
    may = CUSTOMERS in who.scopes
    return render_template("pages/customers.html", wanted=wanted, found=found, proposals=proposals, by_name=may)


@pages.route("/customers/<int:key>")
def customer(key: int) -> str | Response:
    """Show all round a customer."""
    view = runtime().perform(read_customer, actor(), key)
    if view.key != key:
        return redirect(url_for("pages.customer", key=view.key))
    return _customer_page(view, None)


@pages.route("/customers/<int:key>/systems/<name>", methods=["POST"])
def ask_system(key: int, name: str) -> str:
    """Ask another system about a customer and show what it says."""
    answer = ask_outside_system(runtime(), actor(), key, name)
    return _customer_page(runtime().perform(read_customer, actor(), key), answer)


def _customer_page(view: CustomerView, answer: SystemAnswer | None) -> str:
    systems = outside_systems(runtime())
    may_merge = MERGE in actor().scopes
    return render_template("pages/customer.html", customer=view, may_merge=may_merge, systems=systems, answer=answer)


@pages.route("/customers/<int:key>/merge/<int:other>")
def confirm_merge(key: int, other: int) -> str:
    """Show two customers side by side, to decide whether they are one person."""
    require_scope(actor(), MERGE)
    views = [runtime().perform(read_customer, actor(), each) for each in (key, other)]
    if views[0].key == views[1].key:
        raise InvalidInputError("Expected two customers to compare, but both are one already")
    return render_template("pages/merge_customers.html", customers=views)


@pages.route("/customers/<int:key>/merge/<int:other>", methods=["POST"])
def merge(key: int, other: int) -> Response:
    """Merge two customers, or say that they are two people."""
    if request.form.get("decision") == "two":
        runtime().perform(dismiss_customer_proposal, actor(), key, other)
        flash(gettext("They are kept as two people and are not proposed again"), "success")
        return redirect(url_for("pages.customer", key=key))
    stays = runtime().perform(merge_customers, actor(), key, other, reason=request.form.get("reason", ""))
    flash(gettext("Both are shown as one person now; the merge can be taken back below"), "success")
    return redirect(url_for("pages.customer", key=stays))


@pages.route("/customer-merges/<int:key>/undo", methods=["POST"])
def undo_merge(key: int) -> Response:
    """Take a merge back."""
    alone = runtime().perform(unmerge_customers, actor(), key, reason=request.form.get("reason", ""))
    flash(gettext("The merge was taken back: this customer stands by itself again"), "success")
    return redirect(url_for("pages.customer", key=alone))


def read_customer_section(work: UnitOfWork, who: Actor, complaint: ComplaintView) -> dict[str, Any]:
    """Read the section "Customer" of a complaint's page."""
    key = complaint.row.customer_key
    return {"customer": None if key is None else read_customer(work, who, key), "may_merge": MERGE in who.scopes}
