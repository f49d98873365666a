"""Uncovering a masked field on a complaint's page."""

from __future__ import annotations

from collections.abc import Mapping

from flask import redirect, request, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from app.services.reveal_field import RevealWish, reveal_field
from app.web.authentication import runtime
from app.web.pages.blueprint import actor, pages

PURPOSES: Mapping[str, object] = {
    "contact_customer": _("Contact the customer"),
    "verify_identity": _("Verify who it is"),
    "check_transaction": _("Check a transaction"),
    "answer_authority": _("Answer an authority"),
    "customer_request": _("The customer asks for it"),
}


@pages.route("/complaints/<number>/reveals", methods=["POST"])
def reveal(number: str) -> Response:
    """Uncover a field for who asks; the page shows it until the time is up."""
    said = request.form
    wish = RevealWish(said.get("field", ""), said.get("purpose", ""), said.get("reason", ""))
    runtime().perform(reveal_field, actor(), number, wish)
    return redirect(url_for("pages.complaint", number=number, _anchor=f"field-{wish.field}"))


@pages.app_context_processor
def words() -> dict[str, object]:
    """Give the templates the purposes one may choose from."""
    return {"reveal_purposes": PURPOSES}
