"""The portal as JSON, for the institution's own apps and sites: the same use cases as the pages, for the same visitors.

A visit's secret is given as a bearer token; it is worth one contact's complaints for two hours, and nothing else.
"""

from __future__ import annotations

import json
from typing import Any

from flask import Response, g, request

from app.domain.portal import Visitor
from app.services.file_own_complaint import find_portal_form, find_portal_schema
from app.services.file_own_once import Sending, digest_of, file_own_once, find_filed
from app.services.open_portal_session import end_portal_session, find_visitor, open_portal_session
from app.services.read_own_complaints import OwnComplaint, list_own_complaints, next_deadline, read_own_complaint
from app.services.read_task import form_environment
from app.services.send_portal_code import send_portal_code
from app.services.speak_as_customer import Saying, speak_as_customer
from app.web import wire
from app.web.api.blueprint import ProductBlueprint, check_paths, idempotency_key
from app.web.authentication import runtime
from app.web.errors import UnauthenticatedError
from app.web.limits import count_code_request, count_code_try, count_portal_filing, count_portal_words
from app.web.pages.blueprint import language

OPEN_ENDPOINTS = frozenset({"api_portal.send_code", "api_portal.open_visit", "api_portal.portal_form"})


def _admit() -> None:
    """Find whose visit it is."""
    check_paths()
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    g.visitor = runtime().perform(find_visitor, secret.strip()) if kind == "Bearer" else None
    if g.visitor is None and request.method != "OPTIONS" and request.endpoint not in OPEN_ENDPOINTS:
        raise UnauthenticatedError("Expected the bearer token of a visit to the portal, but there is none that lasts")


blueprint = ProductBlueprint("portal", "The customer portal, without an account", admit=_admit)

CONTACT = wire.shape("PortalContact", {"contact": wire.text(required=True, longest=254)})
CODE = wire.shape(
    "PortalCode", {"contact": wire.text(required=True, longest=254), "code": wire.text(required=True, longest=12)}
)
ANSWERS = wire.shape("PortalAnswers", {"answers": wire.anything(required=True)})
SAYING = wire.shape(
    "PortalSaying",
    {
        "act": wire.text(required=True, longest=12),
        "words": wire.text(longest=4000),
        "satisfactionScore": wire.whole(),
        "npsScore": wire.whole(),
    },
)
DONE = wire.result("PortalDone", {"done": wire.flag()})
VISIT = wire.result("PortalVisit", {"token": wire.text(), "expiresInSeconds": wire.whole()})
FORM = wire.result("PortalForm", {"schema": wire.anything()})
FILED = wire.result("PortalFiled", {"number": wire.text()})
COMPLAINT = wire.result(
    "OwnComplaint",
    {
        "number": wire.text(),
        "status": wire.text(),
        "receivedAt": wire.instant(),
        "endedAt": wire.instant(null=True),
        "complaintType": wire.text(null=True),
        "productLine": wire.text(null=True),
        "dueAt": wire.instant(null=True),
        "units": wire.anything(),
        "deadlines": wire.anything(),
        "acts": wire.anything(),
    },
)


@blueprint.operation("POST", "/portal/codes", DONE, body=CONTACT)
def send_code(body: dict[str, Any]) -> dict[str, Any]:
    """Send a code to a phone number or e-mail address; the answer is the same whether it is known or not."""
    count_code_request()
    runtime().perform(send_portal_code, body["contact"], language())
    return {"done": True}


@blueprint.operation("POST", "/portal/visits", VISIT, status=201, body=CODE)
def open_visit(body: dict[str, Any]) -> dict[str, Any]:
    """Open a visit with the code that was sent; 401 for a code that is wrong, old or used."""
    count_code_try()
    secret = runtime().perform(open_portal_session, body["contact"], body["code"])
    if secret is None:
        raise UnauthenticatedError("Expected the code that was sent last, but this one is wrong, old or used")
    return {"token": secret, "expiresInSeconds": 7200}


@blueprint.operation("DELETE", "/portal/visits/current", DONE)
def end_visit() -> dict[str, Any]:
    """End the visit."""
    runtime().perform(end_portal_session, request.headers["Authorization"].partition(" ")[2].strip())
    return {"done": True}


@blueprint.operation("GET", "/portal/form", FORM)
def portal_form() -> dict[str, Any]:
    """Give the form's schema (form-js), which `answers` are checked against."""
    with runtime().reading() as connection:
        return {"schema": json.loads(find_portal_schema(runtime(), connection))}


@blueprint.operation("GET", "/portal/complaints", COMPLAINT, many=True)
def own_complaints() -> list[dict[str, Any]]:
    """List the complaints that were filed with the visitor's contact, the newest first."""
    rows = runtime().perform(list_own_complaints, _visitor())
    return [_show(runtime().perform(read_own_complaint, _visitor(), row.number)) for row in rows]


@blueprint.operation("POST", "/portal/complaints", FILED, status=201, body=ANSWERS, once=True)
def file_own(body: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """File a complaint, once for each Idempotency-Key and, while it is open, for the same answers.

    400 with the messages by field where the form refuses its answers, 409 for a key that came with other answers.
    """
    with runtime().reading() as connection:
        form = find_portal_form(runtime(), connection)
    checked = form.check(body["answers"], language=language(), env=form_environment(runtime()))
    sending = Sending(digest_of(checked), idempotency_key())
    number, again = runtime().perform(find_filed, _visitor(), sending), True
    if number is None:
        count_portal_filing(_visitor().index)
        number, again = file_own_once(runtime(), _visitor(), sending, checked, language())
    return {"number": number}, 201, {"Idempotency-Replayed": "true"} if again else {}


@blueprint.operation("GET", "/portal/complaints/<string:number>", COMPLAINT)
def own_complaint(number: str) -> dict[str, Any]:
    """Tell where a complaint stands; 404 alike for another's and for none."""
    return _show(runtime().perform(read_own_complaint, _visitor(), number))


@blueprint.operation("POST", "/portal/complaints/<string:number>/sayings", DONE, body=SAYING)
def say(body: dict[str, Any], number: str) -> dict[str, Any]:
    """Take in evidence, consent (`confirm`), `object`, `withdraw`, `rate` or `review`: those among the `acts`."""
    count_portal_words(_visitor().index)
    scores = {name: body[name] for name in ("satisfactionScore", "npsScore") if body.get(name) is not None}
    saying = Saying(body["act"], body.get("words") or "", scores)
    speak_as_customer(runtime(), _visitor(), number, saying)
    return {"done": True}


def allow_origins(response: Response) -> Response:
    """Let the named sites' pages call this part of the API."""
    origin = request.headers.get("Origin", "")
    if origin in runtime().settings.portal_embed_origins:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type, Idempotency-Key"
        response.headers["Access-Control-Expose-Headers"] = "Idempotency-Replayed"
        response.headers["Access-Control-Allow-Methods"] = "GET, POST, DELETE"
        response.headers.add("Vary", "Origin")
    return response


blueprint.after_request(allow_origins)


def _visitor() -> Visitor:
    found = g.visitor
    assert isinstance(found, Visitor)
    return found


def _show(complaint: OwnComplaint) -> dict[str, Any]:
    row = complaint.row
    deadlines = [
        {
            "name": one.rule.definition.name,
            "nameEn": one.rule.name_en,
            "article": one.rule.definition.article,
            "deadline": one.ledger.deadline.isoformat(),
            "standing": str(one.ledger.standing),
        }
        for one in complaint.clocks
    ]
    return {
        "number": row.number,
        "status": row.status,
        "receivedAt": row.received_at,
        "endedAt": row.ended_at,
        "complaintType": row.type,
        "productLine": row.product_line,
        "dueAt": next_deadline(complaint),
        "units": list(complaint.units),
        "deadlines": deadlines,
        "acts": sorted(complaint.acts),
    }
