"""What people record on a complaint besides its steps: events that start clocks, new facts, merging, classes."""

from __future__ import annotations

from typing import Any

from app.services.classify_complaint import classify_complaint
from app.services.merge_complaints import merge_complaints
from app.services.read_classes import read_classes
from app.services.reopen_complaint import reopen_complaint
from app.services.report_event import REPORTABLE, report_event
from app.web import wire
from app.web.api.blueprint import ProductBlueprint, asking
from app.web.authentication import runtime

blueprint = ProductBlueprint("complaints", "What is recorded on complaints")

REPORT = wire.shape(
    "ComplaintReport",
    {
        "event": wire.one_of(*REPORTABLE, required=True),
        "at": wire.instant(required=True),
        "document": wire.text(longest=1000),
    },
)
REPORTED = wire.result("ComplaintReported", {"started": wire.many(wire.text()), "ended": wire.many(wire.key())})
NEW_FACTS = wire.shape(
    "NewFacts",
    {"receivedAt": wire.instant(required=True), "document": wire.text(required=True, shortest=1, longest=1000)},
)
MERGE = wire.shape(
    "ComplaintMerge",
    {
        "with": wire.text(required=True, shortest=1, longest=20),
        "document": wire.text(required=True, shortest=1, longest=1000),
    },
)
STANDS = wire.result("ComplaintNumber", {"number": wire.text()})
CLASSES = wire.shape(
    "ComplaintClasses",
    {
        "scheme": wire.text(required=True, shortest=1, longest=40),
        "codes": wire.a_map(required=True),
        "final": wire.flag(),
    },
)
CLASS = wire.result(
    "ComplaintClass",
    {
        "scheme": wire.text(),
        "version": wire.whole(),
        "facet": wire.text(),
        "stage": wire.text(),
        "code": wire.text(),
        "nameZh": wire.text(),
        "nameEn": wire.text(),
    },
)
CLASSES_GIVEN = wire.result("ComplaintClassesGiven", {"items": wire.many(CLASS)})
CLASSED = wire.result("ComplaintClassified", {"version": wire.whole()})


@blueprint.operation("POST", "/complaints/<string:number>/events", REPORTED, body=REPORT)
def report(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Record what happened to a complaint outside its process; clocks end and start by it."""
    document = body.get("document", "")
    done = runtime().perform(report_event, asking(), number, body["event"], body["at"], document=document)
    return {"started": sorted(done.started), "ended": list(done.ended)}


@blueprint.operation("POST", "/complaints/<string:number>/new-facts", STANDS, body=NEW_FACTS)
def take_new_facts(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Take new facts in: clocks run anew from their receipt, and an ended complaint is worked on again."""
    runtime().perform(reopen_complaint, asking(), number, body["receivedAt"], document=body["document"])
    return {"number": number}


@blueprint.operation("POST", "/complaints/<string:number>/merge", STANDS, body=MERGE)
def merge(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Merge two complaints; answers the number of the one that goes on, which is the one received earlier."""
    document = body["document"]
    return {"number": runtime().perform(merge_complaints, asking(), number, body["with"], document=document)}


@blueprint.operation("PUT", "/complaints/<string:number>/classification", CLASSED, body=CLASSES)
def classify(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Give a complaint its codes in a scheme's latest version, as it came in or, with `final`, as it turned out."""
    final = body.get("final", False)
    codes = {str(facet): str(code) for facet, code in body["codes"].items()}
    return {"version": runtime().perform(classify_complaint, asking(), number, body["scheme"], codes, final=final)}


@blueprint.operation("GET", "/complaints/<string:number>/classification", CLASSES_GIVEN)
def show_classes(number: str) -> dict[str, Any]:
    """Return the complaint's classes: as it came in (`first`) and as it turned out (`final`), by scheme and facet."""
    rows = runtime().perform(read_classes, asking(), number)
    return {
        "items": [
            {
                "scheme": row.name,
                "version": row.version,
                "facet": row.facet,
                "stage": row.stage,
                "code": row.code,
                "nameZh": row.name_zh,
                "nameEn": row.name_en,
            }
            for row in rows
        ]
    }
