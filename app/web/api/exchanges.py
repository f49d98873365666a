"""What is said around a complaint: contacts with the customer, colleagues' comments; and others that are like it."""

from __future__ import annotations

from typing import Any

from app.services.find_similar_complaints import SimilarComplaint, find_similar_complaints, find_similar_to_answers
from app.services.propose_major import decide_major, list_proposed
from app.services.read_exchanges import read_comments, read_contacts
from app.services.record_contact import DIRECTIONS, KINDS, LONGEST_SUMMARY, NewContact, record_contact
from app.services.write_comment import LONGEST, edit_comment, write_comment
from app.web import wire
from app.web.api.blueprint import ProductBlueprint, asking
from app.web.authentication import runtime

blueprint = ProductBlueprint("exchanges", "Contacts and comments on complaints, and complaints that are alike")

CONTACT_WISH = wire.shape(
    "NewContact",
    {
        "kind": wire.one_of(*KINDS, required=True),
        "direction": wire.one_of(*DIRECTIONS, required=True),
        "channel": wire.text(null=True, longest=20),
        "at": wire.instant(required=True),
        "summary": wire.text(required=True, shortest=1, longest=LONGEST_SUMMARY),
    },
)
CONTACT = wire.result(
    "Contact",
    {
        "key": wire.key(),
        "kind": wire.text(),
        "direction": wire.text(),
        "channel": wire.text(null=True),
        "at": wire.instant(),
        "by": wire.text(),
        "summary": wire.text(),
    },
)
KEY = wire.result("ExchangeKey", {"key": wire.key()})
COMMENT_WISH = wire.shape("NewComment", {"text": wire.text(required=True, shortest=1, longest=LONGEST)})
COMMENT_EDIT = wire.shape(
    "CommentEdit",
    {"text": wire.text(required=True, shortest=1, longest=LONGEST), "version": wire.whole(required=True, least=1)},
)
COMMENT = wire.result(
    "Comment",
    {
        "key": wire.key(),
        "author": wire.text(),
        "at": wire.instant(),
        "version": wire.whole(),
        "editedAt": wire.instant(null=True),
        "text": wire.text(),
        "before": wire.many(wire.text()),
    },
)
SIMILAR = wire.result(
    "SimilarComplaint",
    {
        "number": wire.text(),
        "receivedAt": wire.instant(),
        "status": wire.text(),
        "reasons": wire.many(wire.text()),
        "likelyDuplicate": wire.flag(),
    },
)
ANSWERS = wire.shape("ComplaintAnswers", {"answers": wire.a_map(required=True)})
GROUP = wire.result("MatterGroup", {"key": wire.key(), "foundAt": wire.instant(), "complaints": wire.many(wire.text())})
DECISION = wire.shape("MatterDecision", {"accepted": wire.flag(required=True)})
RAISED = wire.result("MatterDecided", {"complaints": wire.whole()})


@blueprint.operation("GET", "/complaints/<string:number>/contacts", CONTACT, many=True)
def contacts(number: str) -> list[dict[str, Any]]:
    """List the contacts about a complaint, the newest first."""
    found = runtime().perform(read_contacts, asking(), number)
    names = ("key", "kind", "direction", "channel", "at", "by")
    return [{**{name: getattr(row, name) for name in names}, "summary": summary} for row, summary in found]


@blueprint.operation("POST", "/complaints/<string:number>/contacts", KEY, status=201, body=CONTACT_WISH)
def add_contact(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Record a contact with the customer."""
    contact = NewContact(body["kind"], body["direction"], body["at"], body["summary"], body.get("channel"))
    return {"key": runtime().perform(record_contact, asking(), number, contact)}


@blueprint.operation("GET", "/complaints/<string:number>/comments", COMMENT, many=True)
def comments(number: str) -> list[dict[str, Any]]:
    """List the comments on a complaint, the newest first, each with what it said before."""
    return [
        {
            "key": one.row.key,
            "author": one.row.author,
            "at": one.row.at,
            "version": one.row.version,
            "editedAt": one.row.edited_at,
            "text": one.text,
            "before": [text for _, text in one.before],
        }
        for one in runtime().perform(read_comments, asking(), number)
    ]


@blueprint.operation("POST", "/complaints/<string:number>/comments", KEY, status=201, body=COMMENT_WISH)
def add_comment(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Comment on a complaint; whoever is mentioned with `@` is told and may see it."""
    return {"key": runtime().perform(write_comment, asking(), number, body["text"])}


@blueprint.operation("PUT", "/complaints/<string:number>/comments/<int:key>", KEY, body=COMMENT_EDIT)
def change_comment(body: dict[str, Any], number: str, key: int) -> dict[str, Any]:
    """Edit one's own comment, for a quarter of an hour."""
    runtime().perform(edit_comment, asking(), number, key, body["version"], body["text"])
    return {"key": key}


@blueprint.operation("GET", "/complaints/<string:number>/similar", SIMILAR, many=True)
def similar(number: str) -> list[dict[str, Any]]:
    """List complaints that may be about the same person or matter, and why."""
    return _told(runtime().perform(find_similar_complaints, asking(), number))


@blueprint.operation("POST", "/complaints/similar", SIMILAR, many=True, body=ANSWERS)
def similar_to_answers(body: dict[str, Any]) -> list[dict[str, Any]]:
    """List complaints that are like one with these answers, before it is filed."""
    return _told(runtime().perform(find_similar_to_answers, asking(), body["answers"]))


@blueprint.operation("GET", "/matter-groups", GROUP, many=True)
def groups() -> list[dict[str, Any]]:
    """List the groups of complaints on one matter that are proposed as major."""
    return [
        {"key": group.key, "foundAt": group.found_at, "complaints": [row.number for row in rows]}
        for group, rows in runtime().perform(list_proposed, asking())
    ]


@blueprint.operation("POST", "/matter-groups/<int:key>/decision", RAISED, body=DECISION)
def decide(body: dict[str, Any], key: int) -> dict[str, Any]:
    """Accept a group as major, which raises its complaints, or dismiss it."""
    return {"complaints": runtime().perform(decide_major, asking(), key, accepted=body["accepted"])}


def _told(found: list[SimilarComplaint]) -> list[dict[str, Any]]:
    return [
        {
            "number": one.row.number,
            "receivedAt": one.row.received_at,
            "status": one.row.status,
            "reasons": list(one.reasons),
            "likelyDuplicate": one.is_likely_duplicate,
        }
        for one in found
    ]
