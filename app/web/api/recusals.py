"""Who is recused from a complaint (回避), and saying which account it is about."""

from __future__ import annotations

from typing import Any

from app.services.name_respondent import name_respondent, read_recusals
from app.web import wire
from app.web.api.blueprint import ProductBlueprint, asking
from app.web.authentication import runtime

blueprint = ProductBlueprint("recusals", "Who is recused from a complaint")

RECUSAL = wire.result(
    "ComplaintRecusal",
    {
        "username": wire.text(),
        "relation": wire.text(),
        "source": wire.one_of("named", "chosen", "cleared", "line"),
        "hidden": wire.flag(),
        "setBy": wire.text(null=True),
        "setAt": wire.instant(),
    },
)
WISH = wire.shape(
    "RespondentWish", {"respondent": wire.flag(required=True), "reason": wire.text(required=True, longest=400)}
)


@blueprint.operation("GET", "/complaints/<string:number>/recusals", RECUSAL, many=True)
def recusals(number: str) -> list[dict[str, Any]]:
    """List who is recused from a complaint, and of whom somebody said that it is not about them."""
    return _shown(number)


@blueprint.operation("PUT", "/complaints/<string:number>/recusals/<string:username>", RECUSAL, body=WISH, many=True)
def name(body: dict[str, Any], number: str, username: str) -> list[dict[str, Any]]:
    """Say that a complaint is about an account, or not, for a reason; for who oversees."""
    is_respondent, reason = body["respondent"], body["reason"]
    runtime().perform(name_respondent, asking(), number, username, is_respondent=is_respondent, reason=reason)
    return _shown(number)


def _shown(number: str) -> list[dict[str, Any]]:
    return [
        {
            "username": row.username,
            "relation": row.relation,
            "source": row.source,
            "hidden": row.hidden,
            "setBy": row.set_by or None,
            "setAt": row.set_at,
        }
        for row in runtime().perform(read_recusals, asking(), number)
    ]
