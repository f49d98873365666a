"""Filing complaints from other systems, by the form that the counter uses."""

from __future__ import annotations

import json
from typing import Any

from flask import request

from app.domain.access import require_scope
from app.services.answer_once import Answer, answer_once
from app.services.attach_documents import read_named_documents
from app.services.file_sent_complaint import SentComplaint, file_sent_complaint
from app.services.read_complaints import COMPLAINT_FORM, find_complaint_form
from app.services.read_deployed import read_named_schema
from app.services.read_task import form_environment
from app.services.unit_of_work import UnitOfWork
from app.web import wire
from app.web.api.blueprint import ProductBlueprint, asking, idempotency_key
from app.web.authentication import runtime
from app.web.json_body import read_json, write_json
from app.web.pages.blueprint import language
from app.web.pages.presenting import complaint_form

blueprint = ProductBlueprint("complaint_filing", "Filing complaints")

NEW = wire.shape(
    "NewComplaint",
    {
        "answers": wire.a_map(required=True),
        "receivedAt": wire.instant(null=True),
        "externalNumber": wire.text(null=True, shortest=1, longest=80),
    },
)
FORM = wire.result("ComplaintForm", {"schema": wire.anything()})
FILED = wire.result("FiledComplaint", {"number": wire.text(), "processInstanceKey": wire.key()})


@blueprint.operation("GET", "/complaint-form", FORM)
def form() -> dict[str, Any]:
    """Give the schema (form-js) of the form that complaints are filed with, which `answers` are checked against."""
    require_scope(asking(), "start")
    with runtime().reading() as connection:
        return {"schema": json.loads(read_named_schema(runtime(), connection, COMPLAINT_FORM))}


@blueprint.operation("POST", "/complaints", FILED, status=201, body=NEW, once=True)
def file(body: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """File a complaint by the answers of the complaint form, once for each Idempotency-Key.

    Documents that answers name (`POST /v2/documents` before) become its attachments. 400 with the messages by field
    where the form refuses its answers; 409 for an external number that there is, or a key of another request.
    """
    require_scope(asking(), "start")
    now = runtime()
    with now.reading() as connection:
        asked_for = find_complaint_form(now, connection) or complaint_form()
    answers = asked_for.check(body["answers"], language=language(), env=form_environment(now))
    documents = read_named_documents(now, answers)
    sent = SentComplaint(answers, documents, body.get("receivedAt"), body.get("externalNumber"))

    def create(work: UnitOfWork) -> Answer:
        filed = file_sent_complaint(work, asking(), sent)
        return Answer(201, write_json({"number": filed.number, "processInstanceKey": filed.instance_key}).decode())

    key, again = idempotency_key(), False
    if key is None:
        answer = now.perform(create)
    else:
        asked = b"POST /api/complaints " + request.get_data()
        answer, again = now.perform(answer_once, asking().username, key, asked, create)
    return read_json(answer.body.encode()), 201, {"Idempotency-Replayed": "true"} if again else {}
