"""A complaint's record: what was found about it, and finding complaints by any field of the form."""

from __future__ import annotations

from typing import Any

from app.services.find_by_fields import MOST, find_by_fields
from app.services.record_findings import Finding, read_findings, record_findings
from app.web import wire
from app.web.api.blueprint import ProductBlueprint, asking
from app.web.authentication import runtime

blueprint = ProductBlueprint("complaint_records", "What complaints' records say")

FINDING = wire.result(
    "ComplaintFinding",
    {
        "name": wire.text(),
        "value": wire.anything(),
        "at": wire.instant(),
        "actor": wire.text(),
        "userTaskKey": wire.key(null=True),
    },
)
FINDINGS = wire.shape("ComplaintFindings", {"values": wire.a_map(required=True)})
SEARCH = wire.shape(
    "ComplaintSearch",
    {
        "fields": wire.a_map(required=True),
        "before": wire.key(null=True),
        "limit": wire.whole(least=1, most=MOST),
    },
)
FOUND = wire.result(
    "FoundComplaint",
    {
        "key": wire.key(),
        "number": wire.text(),
        "externalNumber": wire.text(null=True),
        "receivedAt": wire.instant(),
        "status": wire.text(),
    },
)


@blueprint.operation("GET", "/complaints/<string:number>/findings", FINDING, many=True)
def findings(number: str) -> list[dict[str, Any]]:
    """List what was found about a complaint; names and free texts as the reader may see them."""
    return [_show(one) for one in runtime().perform(read_findings, asking(), number)]


@blueprint.operation("PUT", "/complaints/<string:number>/findings", FINDING, body=FINDINGS, many=True)
def set_findings(body: dict[str, Any], number: str) -> list[dict[str, Any]]:
    """Set findings by hand, for who oversees; those that are not named stay as they are."""
    runtime().perform(record_findings, asking(), number, body["values"], language="en")
    return [_show(one) for one in runtime().perform(read_findings, asking(), number)]


@blueprint.operation("POST", "/complaints/search", FOUND, body=SEARCH, many=True)
def search(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Find complaints by values of fields, personal ones too, which is why they come in the body.

    A value is whole, or of a text a part: `{"contains": "…"}`.
    """
    now = runtime()
    most = body.get("limit", 50)
    rows = now.perform(find_by_fields, asking(), body["fields"], before=body.get("before"), most=most)
    return [
        {
            "key": row.key,
            "number": row.number,
            "externalNumber": row.external_number,
            "receivedAt": row.received_at,
            "status": row.status,
        }
        for row in rows
    ]


def _show(one: Finding) -> dict[str, Any]:
    return {"name": one.name, "value": one.value, "at": one.at, "actor": one.actor, "userTaskKey": one.task_key}
