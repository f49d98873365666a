"""Customers: finding one, seeing all round one, and saying who is one person."""

from __future__ import annotations

from typing import Any

from app.services.ask_outside_system import ask_outside_system
from app.services.dismiss_customer_proposal import dismiss_customer_proposal
from app.services.find_customers import find_customers
from app.services.merge_customers import merge_customers
from app.services.read_customer import read_customer
from app.services.unmerge_customers import unmerge_customers
from app.web import wire
from app.web.api.blueprint import ProductBlueprint, asking
from app.web.authentication import runtime
from app.web.limits import count_lookup

blueprint = ProductBlueprint("customers", "Who complains, known by identities, and all that is known of one")

SEARCH = wire.shape("CustomerSearch", {"text": wire.text(required=True, shortest=1, longest=200)})
MASKED = wire.result("MaskedIdentity", {"kind": wire.text(), "value": wire.text()})
FOUND = wire.result(
    "FoundCustomer",
    {
        "key": wire.key(),
        "name": wire.text(),
        "identities": wire.many(MASKED),
        "complaints": wire.whole(),
        "tags": wire.many(wire.text()),
        "foundBy": wire.text(),
    },
)
IDENTITY = wire.result(
    "CustomerIdentity",
    {"kind": wire.text(), "value": wire.text(), "source": wire.text(), "since": wire.instant()},
)
TAG = wire.result(
    "CustomerTag",
    {
        "tag": wire.text(),
        "value": wire.text(),
        "kind": wire.text(),
        "source": wire.text(),
        "since": wire.instant(),
        "until": wire.instant(null=True),
    },
)
COMPLAINT = wire.result(
    "CustomerComplaint",
    {
        "number": wire.text(),
        "receivedAt": wire.instant(),
        "status": wire.text(),
        "type": wire.text(null=True),
        "productLine": wire.text(null=True),
    },
)
PROPOSAL = wire.result(
    "CustomerProposal", {"key": wire.key(), "name": wire.text(), "reason": wire.text(), "at": wire.instant()}
)
MERGED = wire.result(
    "CustomerMerge",
    {
        "key": wire.key(),
        "stays": wire.key(),
        "goes": wire.key(),
        "reason": wire.text(),
        "by": wire.text(),
        "at": wire.instant(),
        "undoneBy": wire.text(null=True),
        "undoneAt": wire.instant(null=True),
    },
)
CUSTOMER = wire.result(
    "Customer",
    {
        "key": wire.key(),
        "name": wire.text(),
        "tier": wire.text(null=True),
        "language": wire.text(null=True),
        "preferredChannel": wire.text(null=True),
        "identities": wire.many(IDENTITY),
        "tags": wire.many(TAG),
        "products": wire.many(wire.text()),
        "complaints": wire.many(COMPLAINT),
        "unseenComplaints": wire.whole(),
        "proposals": wire.many(PROPOSAL),
        "merges": wire.many(MERGED),
    },
)
REASON = {"reason": wire.text(required=True, shortest=1, longest=1000)}
MERGE = wire.shape("CustomerMergeWish", {"with": wire.key(required=True), **REASON})
UNDO = wire.shape("CustomerMergeUndo", {"reason": wire.text(required=True, shortest=1, longest=1000)})
SAID_VALUE = wire.result("SystemValue", {"zh": wire.text(), "en": wire.text(), "lines": wire.many(wire.text())})
SAID = wire.result(
    "SystemAnswer", {"system": wire.text(), "values": wire.many(SAID_VALUE), "failure": wire.text(null=True)}
)
STANDS = wire.result("CustomerKey", {"key": wire.key()})


@blueprint.operation("POST", "/customers/search", FOUND, many=True, body=SEARCH)
def search(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Find customers by a whole identity, a complaint's number or a whole name; what is shown is masked."""
    who = asking()
    count_lookup(who.username)
    return [
        {
            "key": one.key,
            "name": one.name,
            "identities": [{"kind": kind, "value": value} for kind, value in one.identities],
            "complaints": one.complaints,
            "tags": list(one.tags),
            "foundBy": one.found_by,
        }
        for one in runtime().perform(find_customers, who, body["text"])
    ]


@blueprint.operation("GET", "/customers/<int:key>", CUSTOMER)
def read(key: int) -> dict[str, Any]:
    """Show all round a customer; a key that was merged answers for the one that stands for it."""
    view = runtime().perform(read_customer, asking(), key)
    return {
        "key": view.key,
        "name": view.name,
        "tier": view.tier,
        "language": view.language,
        "preferredChannel": view.preferred_channel,
        "identities": [
            {"kind": one.kind, "value": one.value, "source": one.source, "since": one.since} for one in view.identities
        ],
        "tags": [
            {
                "tag": row.tag,
                "value": row.value,
                "kind": row.kind,
                "source": row.source,
                "since": row.since,
                "until": row.until,
            }
            for row in view.tags
        ],
        "products": list(view.products),
        "complaints": [
            {
                "number": row.number,
                "receivedAt": row.received_at,
                "status": row.status,
                "type": row.type,
                "productLine": row.product_line,
            }
            for row in view.complaints
        ],
        "unseenComplaints": view.unseen,
        "proposals": [{"key": one.key, "name": one.name, "reason": one.reason, "at": one.at} for one in view.proposals],
        "merges": [
            {
                "key": row.key,
                "stays": row.stays_key,
                "goes": row.goes_key,
                "reason": row.reason,
                "by": row.by,
                "at": row.at,
                "undoneBy": row.undone_by,
                "undoneAt": row.undone_at,
            }
            for row in view.merges
        ],
    }


@blueprint.operation("POST", "/customers/<int:key>/systems/<string:name>/ask", SAID)
def ask(key: int, name: str) -> dict[str, Any]:
    """Ask another system about a customer; its tags are kept. A system that does not answer is told as `failure`."""
    answer = ask_outside_system(runtime(), asking(), key, name)
    values = [{"zh": one.zh, "en": one.en, "lines": list(lines)} for one, lines in answer.shown]
    return {"system": answer.system.name, "values": values, "failure": answer.failure}


@blueprint.operation("POST", "/customers/<int:key>/merge", STANDS, body=MERGE)
def merge(body: dict[str, Any], key: int) -> dict[str, Any]:
    """Say that two customers are one person; answers the key of the one that stands for both."""
    return {"key": runtime().perform(merge_customers, asking(), key, body["with"], reason=body["reason"])}


@blueprint.operation("POST", "/customer-merges/<int:key>/undo", STANDS, body=UNDO)
def undo(body: dict[str, Any], key: int) -> dict[str, Any]:
    """Take a merge back; answers the key of the customer that stands by itself again."""
    return {"key": runtime().perform(unmerge_customers, asking(), key, reason=body["reason"])}


@blueprint.operation("POST", "/customers/<int:key>/proposals/<int:other>/dismiss", STANDS)
def dismiss(key: int, other: int) -> dict[str, Any]:
    """Say that two proposed customers are two people."""
    runtime().perform(dismiss_customer_proposal, asking(), key, other)
    return {"key": key}
