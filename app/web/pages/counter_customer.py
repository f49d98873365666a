"""Whom a complaint is registered for: found as one types, chosen, and filled into the form from the record.

A found customer stands in the page as a word signed for the person who found it, so that nobody chooses a customer whom
he has not found. Knows neither masks nor rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app, render_template, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict

from app.domain.access import require_scope
from app.services.find_customers import FoundCustomer, find_customers
from app.services.recall_customer import RecalledCustomer, recall_customer
from app.services.see_customer import CUSTOMERS
from app.web.authentication import runtime
from app.web.limits import count_lookup
from app.web.pages.blueprint import actor, pages

CUSTOMER, CHOOSE, FORGET, SOUGHT = "_customer", "_choose", "_forget", "_sought"
"""Names of the input that holds the chosen customer, of the buttons that choose and forget one, of what is sought."""

ONCE = "_once"
"""Name of the input that holds the page's key: one page registers one complaint."""
BESIDE = (CUSTOMER, CHOOSE, FORGET, SOUGHT, ONCE)
"""What the page adds to what the complaint's form asks."""

LASTS_SECONDS = 12 * 3600


@pages.app_context_processor
def customer_choice() -> dict[str, Any]:
    """Give the templates what stands for a customer in a page."""
    return {"choice_of": choice_of, "chosen_word": _word_of, "finds_by_name": _finds_by_name}


@pages.route("/complaints/new/customers", methods=["POST"])
def customers_to_choose() -> str:
    """Show whom a number or name finds, as options for the page's script."""
    require_scope(actor(), "start")
    return render_template("pages/_customers_to_choose.html", found=find_sought(), is_listbox=True)


def find_sought() -> Sequence[FoundCustomer]:
    """Return whom the request's search finds."""
    wanted = request.form.get(SOUGHT, "").strip()
    if not wanted:
        return []
    count_lookup(actor().username)
    return runtime().perform(find_customers, actor(), wanted)


def choice_of(found: FoundCustomer) -> str:
    """Return the word for a found customer, for whoever found it."""
    return _signer().dumps([actor().username, found.key, [found.index] if found.index else []])


def chosen_customer(name: str = CUSTOMER) -> RecalledCustomer | None:
    """Return the customer that the request's form names; None for none, or for a word of another person or day."""
    try:
        username, key, picked = _signer().loads(request.form.get(name, ""), max_age=LASTS_SECONDS)
    except BadSignature:
        return None
    return runtime().perform(recall_customer, actor(), key, picked) if username == actor().username else None


def without_choice(sent: MultiDict[str, str]) -> MultiDict[str, str]:
    """Return what a form sent without what the page put beside it for its customer."""
    return MultiDict([(name, value) for name, value in sent.items(multi=True) if name not in BESIDE])


def take_masks(schema: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return a form's schema whose fields `names` take masked values; the server checks what they stand for."""
    return {**schema, "components": [_take_mask(one, names) for one in schema["components"]]}


def _take_mask(component: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    if isinstance(component.get("components"), list):
        return take_masks(component, names)
    if component.get("key") not in names or "validate" not in component:
        return component
    kept = {name: rule for name, rule in component["validate"].items() if name in ("required", "maxLength")}
    return {**component, "validate": kept}


def _finds_by_name() -> bool:
    return CUSTOMERS in actor().scopes


def _word_of(customer: RecalledCustomer) -> str:
    return _signer().dumps([actor().username, customer.key, list(customer.picked)])


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="a complaint's customer")
