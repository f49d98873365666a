"""Clocks: what runs on a complaint with its ledger, what happens to a clock, and which complaints are due next."""

from __future__ import annotations

from datetime import date
from typing import Any

from marshmallow import fields, validate

from app.domain.clocks import Ledger
from app.services.draft_extension import ExtensionDraft, draft_extension
from app.services.list_deadlines import list_deadlines
from app.services.read_clocks import ClockView, read_clocks
from app.services.record_clock_event import RECORDABLE, ClockFact, record_clock_event
from app.web import wire
from app.web.api.blueprint import ProductBlueprint, asking
from app.web.authentication import runtime

blueprint = ProductBlueprint("clocks", "Deadlines on complaints, and what they rest on")

DAY = wire.result(
    "ClockDay",
    {
        "day": fields.Date(),
        "number": wire.whole(null=True),
        "reason": wire.text(),
        "restsOn": wire.text(),
        "document": wire.text(),
    },
)
EVENT = wire.result(
    "ClockEvent",
    {
        "id": wire.text(),
        "kind": wire.text(),
        "at": wire.instant(),
        "by": wire.text(),
        "document": wire.text(),
        "details": wire.a_map(),
        "recordedAt": wire.instant(),
        "recordedBy": wire.text(),
    },
)
LEDGER_MEMBERS: wire.Names = {
    "standing": wire.text(),
    "startedAt": wire.instant(),
    "deadline": wire.instant(),
    "length": wire.whole(),
    "secondsLeft": fields.Float(),
    "provisionalYears": wire.many(wire.whole()),
    "days": wire.many(DAY),
}
LEDGER = wire.result("ClockLedger", LEDGER_MEMBERS)
CLOCK = wire.result(
    "Clock",
    {
        "key": wire.key(),
        "clock": wire.text(),
        "nameZh": wire.text(),
        "nameEn": wire.text(),
        "party": wire.text(),
        "unit": wire.text(),
        "article": wire.text(),
        "certainty": wire.text(),
        "calendar": wire.text(),
        "table": wire.a_map(),
        "endedAt": wire.instant(null=True),
        "ledger": wire.nested(LEDGER),
        "events": wire.many(EVENT),
    },
)
FACT = wire.shape(
    "ClockFact",
    {
        "id": wire.text(required=True, shortest=1, longest=80),
        "kind": wire.one_of(*RECORDABLE, required=True),
        "at": wire.instant(required=True),
        "document": wire.text(longest=1000),
        "details": wire.a_map(),
    },
)
DRAFT_WISH = wire.shape(
    "ExtensionWish",
    {
        "length": wire.whole(required=True, least=1, most=10_000),
        "reason": wire.text(required=True, shortest=1, longest=4000),
        "language": wire.one_of("zh", "en"),
    },
)
DRAFT = wire.result("ExtensionDraft", {"text": wire.text(), "level": wire.text(), "deadline": wire.instant()})
DEADLINE_QUERY = wire.shape(
    "DeadlineQuery", {"before": wire.instant(), "limit": fields.Integer(validate=validate.Range(1, 500))}
)
DEADLINE = wire.result(
    "Deadline", {"number": wire.text(), "status": wire.text(), "dueAt": wire.instant(), "receivedAt": wire.instant()}
)


@blueprint.operation("GET", "/complaints/<string:number>/clocks", CLOCK, many=True)
def complaint_clocks(number: str) -> list[dict[str, Any]]:
    """List a complaint's clocks, those that run and are due first at the top."""
    return [_clock(view) for view in runtime().perform(read_clocks, asking(), number)]


@blueprint.operation("POST", "/clocks/<int:key>/events", LEDGER, body=FACT)
def record(body: dict[str, Any], key: int) -> dict[str, Any]:
    """Record what happened to a clock; the same id and content again changes nothing."""
    fact = ClockFact(body["kind"], body["id"], body["at"], body.get("document", ""), body.get("details", {}))
    return _ledger(runtime().perform(record_clock_event, asking(), key, fact))


@blueprint.operation("POST", "/clocks/<int:key>/extension-draft", DRAFT, body=DRAFT_WISH)
def draft(body: dict[str, Any], key: int) -> ExtensionDraft:
    """Draft the request for an extension; nothing is recorded."""
    wish = {"language": body.get("language", "zh")}
    return runtime().perform(draft_extension, asking(), key, body["length"], body["reason"], **wish)


@blueprint.operation("GET", "/deadlines", DEADLINE, many=True, query=DEADLINE_QUERY)
def deadlines(query: dict[str, Any]) -> list[dict[str, Any]]:
    """List complaints by their nearest deadline."""
    found = runtime().perform(list_deadlines, asking(), before=query.get("before"), most=query.get("limit", 100))
    return [
        {"number": row.number, "status": row.status, "dueAt": row.due_at, "receivedAt": row.received_at}
        for row in found
    ]


def _clock(view: ClockView) -> dict[str, Any]:
    row, definition = view.row, view.rule.definition
    return {
        "key": row.key,
        "clock": row.clock_id,
        "nameZh": definition.name,
        "nameEn": view.rule.name_en,
        "party": row.party,
        "unit": str(definition.unit),
        "article": definition.article,
        "certainty": definition.certainty,
        "calendar": f"{row.calendar_name} {row.calendar_version}",
        "table": row.definition["table"],
        "endedAt": row.ended_at,
        "ledger": _ledger(view.ledger),
        "events": [
            {
                "id": event.event_id,
                "kind": event.kind,
                "at": event.at,
                "by": event.actor,
                "document": event.document,
                "details": event.details,
                "recordedAt": event.recorded_at,
                "recordedBy": event.recorded_by,
            }
            for event in view.events
        ],
    }


def _ledger(ledger: Ledger) -> dict[str, Any]:
    return {
        "standing": str(ledger.standing),
        "startedAt": ledger.started_at,
        "deadline": ledger.deadline,
        "length": ledger.length,
        "secondsLeft": ledger.left_seconds,
        "provisionalYears": list(ledger.provisional_years),
        "days": [_day(each.day, each.number, each.reason, each.rests_on, each.document) for each in ledger.days],
    }


def _day(day: date, number: int | None, reason: str, rests_on: str, document: str) -> dict[str, Any]:
    return {"day": day, "number": number, "reason": reason, "restsOn": rests_on, "document": document}
