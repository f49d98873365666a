"""Complaints as their readers see them, uncovering a field for a purpose, and the auditors' log."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from app.domain.field_access import PURPOSES
from app.services.get_complaint import get_complaint
from app.services.read_access_log import LogWish, read_access_log
from app.services.read_complaints import list_recent_complaints
from app.services.reveal_field import Revealed, RevealWish, reveal_field
from app.storage.access_events import KINDS
from app.web import wire
from app.web.api.blueprint import ProductBlueprint, asking
from app.web.authentication import runtime

blueprint = ProductBlueprint("complaint_reading", "Complaints, and who looked at them")

IN_LIST: wire.Names = {
    "number": wire.text(),
    "status": wire.text(),
    "receivedAt": wire.instant(),
    "dueAt": wire.instant(null=True),
    "channel": wire.text(null=True),
    "complaintType": wire.text(null=True),
    "productLine": wire.text(null=True),
}
LISTED = wire.result("ListedComplaint", IN_LIST)
LIST_QUERY = wire.shape(
    "ComplaintListQuery", {"before": wire.text(longest=20), "limit": fields.Integer(validate=validate.Range(1, 200))}
)
COVER = wire.result("CoveredField", {"field": wire.text(), "mayReveal": wire.flag(), "until": wire.instant(null=True)})
COMPLAINT = wire.result("Complaint", {**IN_LIST, "fields": wire.a_map(), "covered": wire.many(COVER)})
REVEAL = wire.shape(
    "RevealWish",
    {
        "field": wire.text(required=True, shortest=1, longest=80),
        "purpose": wire.one_of(*PURPOSES, required=True),
        "reason": wire.text(required=True, shortest=4, longest=500),
    },
)
REVEALED = wire.result("RevealedField", {"value": fields.Raw(), "until": wire.instant()})
LOG_QUERY = wire.shape(
    "AccessLogQuery",
    {
        "person": wire.text(longest=255),
        "complaint": wire.text(longest=20),
        "kind": wire.one_of(*KINDS),
        "since": wire.instant(),
        "until": wire.instant(),
        "limit": fields.Integer(validate=validate.Range(1, 500)),
    },
)
LINE = wire.result(
    "AccessLogLine",
    {
        "at": wire.instant(),
        "person": wire.text(),
        "kind": wire.text(),
        "complaint": wire.text(null=True),
        "what": wire.text(null=True),
        "purpose": wire.text(null=True),
        "reason": wire.text(null=True),
        "expiresAt": wire.instant(null=True),
    },
)


@blueprint.operation("GET", "/complaints", LISTED, many=True, query=LIST_QUERY)
def complaints(query: dict[str, Any]) -> list[dict[str, Any]]:
    """List the complaints one may see, the newest first; `before` is the number of the last one of a page."""
    wish = {"before": query.get("before"), "most": query.get("limit", 50)}
    return [_listed(row) for row in runtime().perform(list_recent_complaints, asking(), **wish)]


@blueprint.operation("GET", "/complaints/<string:number>", COMPLAINT)
def complaint(number: str) -> dict[str, Any]:
    """Read a complaint with its fields as one may see them, and which of them are masked."""
    view = runtime().perform(get_complaint, asking(), number)
    covered = [
        {"field": name, "mayReveal": cover.may_reveal, "until": cover.until} for name, cover in view.covered.items()
    ]
    return {**_listed(view.row), "fields": view.fields, "covered": covered}


@blueprint.operation("POST", "/complaints/<string:number>/reveals", REVEALED, body=REVEAL)
def reveal(body: dict[str, Any], number: str) -> Revealed:
    """Uncover a masked field for a purpose; it is recorded who did, and why."""
    return runtime().perform(reveal_field, asking(), number, RevealWish(**body))


@blueprint.operation("GET", "/access-log", LINE, many=True, query=LOG_QUERY)
def access_log(query: dict[str, Any]) -> list[dict[str, Any]]:
    """List who looked at, uncovered or was refused what, the latest first."""
    wish = LogWish(
        actor=query.get("person"),
        complaint=query.get("complaint"),
        kind=query.get("kind"),
        since=query.get("since"),
        until=query.get("until"),
        most=query.get("limit", 50),
    )
    with runtime().reading() as connection:
        rows = read_access_log(connection, asking(), wish)
    return [
        {
            "at": row.at,
            "person": row.actor,
            "kind": row.kind,
            "complaint": row.number,
            "what": row.what,
            "purpose": row.purpose,
            "reason": row.reason,
            "expiresAt": row.expires_at,
        }
        for row in rows
    ]


def _listed(row: Any) -> dict[str, Any]:
    return {
        "number": row.number,
        "status": row.status,
        "receivedAt": row.received_at,
        "dueAt": row.due_at,
        "channel": row.channel,
        "complaintType": row.type,
        "productLine": row.product_line,
    }
