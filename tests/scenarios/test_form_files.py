"""Files in forms: checked, kept with the complaint, and not asked for again when another answer was wrong."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.services.assign_user_task import assign_user_task
from app.services.sweep_files import sweep_files
from app.storage.attachments import AttachmentRow
from app.storage.blobs import BlobRow
from app.storage.documents import DocumentRow
from tests.bank import COMPLAINT, CSRF, Bank
from tests.conformance.drawing import process, zeebe
from tests.desk import BOSS, work_for
from tests.scenarios.test_attachments import PDF, PNG, stored_files
from tests.scenarios.test_task_page import listening

FORM: dict[str, Any] = {
    "id": "proof",
    "type": "default",
    "schemaVersion": 18,
    "components": [
        {"type": "filepicker", "key": "scans", "label": "扫描件", "multiple": True, "accept": ".pdf,image/*"},
        {"type": "textfield", "key": "note", "label": "说明", "validate": {"required": True}},
        {
            "type": "dynamiclist",
            "path": "items",
            "components": [{"type": "filepicker", "key": "photo", "label": "照片"}],
        },
    ],
}


@pytest.fixture
def task(house: Bank) -> int:
    """A claimed task whose form asks for files, in a process of no complaint."""
    step = work_for("step", zeebe("formDefinition", formId="proof"), groups="intake")
    house.desk.deploy(process(step, flows="s -> step -> e"), proof__form=json.dumps(FORM))
    house.desk.start()
    key = house.desk.open_task("step")
    with house.person("lina") as browser:
        browser.post(f"/tasks/{key}/claim", data={"csrf_token": CSRF})
    return key


def send(house: Bank, path: str, **answers: Any) -> TestResponse:
    with house.person("lina") as browser:
        return browser.post(path, data={"csrf_token": CSRF, **answers}, content_type="multipart/form-data")


def upload(content: bytes, name: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def test_a_complaint_is_registered_with_its_evidence(house: Bank) -> None:
    answer = send(house, "/complaints/new", **COMPLAINT, evidence=[upload(PNG, "王小明.png"), upload(PDF, "账单.pdf")])
    assert answer.status_code == 302, answer.text
    complaint = house.complaint(answer.location.rsplit("/", 1)[1])
    rows = house.desk.rows(AttachmentRow, complaint_key=complaint.key)
    assert [one["documentId"] for one in complaint.data["evidence"]] == [row.reference for row in rows]
    assert "王小明" not in json.dumps(complaint.data, ensure_ascii=False)


def test_a_wrong_answer_does_not_ask_for_the_files_again(house: Bank) -> None:
    first = send(house, "/complaints/new", **(COMPLAINT | {"description": ""}), evidence=[upload(PNG, "a.png")])
    (word,) = re.findall(r'name="evidence.kept" value="([^"]+)"', first.text)
    assert (first.status_code, house.desk.rows(AttachmentRow)) == (422, [])
    second = send(house, "/complaints/new", **COMPLAINT, **{"evidence.kept": word})
    assert second.status_code == 302
    assert house.desk.row(AttachmentRow).media_type == "image/png"
    again = send(house, "/complaints/new", **COMPLAINT, **{"evidence.kept": word})
    assert (again.status_code, len(house.desk.rows(AttachmentRow))) == (409, 1)


def test_another_persons_or_a_made_up_file_is_passed_over(house: Bank) -> None:
    first = send(house, "/complaints/new", **(COMPLAINT | {"description": ""}), evidence=[upload(PNG, "a.png")])
    (word,) = re.findall(r'name="evidence.kept" value="([^"]+)"', first.text)
    with house.person("sunhong") as browser:
        data = {"csrf_token": CSRF, **COMPLAINT, "evidence.kept": [word, word[:-3] + "AAA", "[1]"]}
        browser.post("/complaints/new", data=data)
    assert house.desk.rows(AttachmentRow) == []


def test_a_form_refuses_what_is_no_file_of_the_kinds_it_takes(house: Bank, task: int) -> None:
    answer = send(house, f"/tasks/{task}", note="x", scans=[upload(b"hello there", "a.pdf"), upload(b"", "b.pdf")])
    assert answer.status_code == 422
    assert ("扫描件不接受这类文件：a.pdf" in answer.text, "b.pdf 为空" in answer.text) == (True, True)
    assert house.desk.rows(DocumentRow) == []


def test_files_of_a_process_without_a_complaint_become_its_documents(house: Bank, task: int) -> None:
    answers = {"note": "x", "scans": upload(PDF, "账单.pdf"), "items.0.photo": upload(PNG, "p.png")}
    assert send(house, f"/tasks/{task}", **answers).status_code == 302
    rows = house.desk.rows(DocumentRow)
    assert sorted(row.file_name for row in rows) == ["p.png", "账单.pdf"]
    variables = house.desk.variables(rows[0].instance_key)
    named = {variables["scans"][0]["documentId"], variables["items"][0]["photo"][0]["documentId"]}
    assert named == {row.document_id for row in rows}


def test_text_in_the_place_of_a_file_is_nothing(house: Bank) -> None:
    answer = send(house, "/complaints/new", **COMPLAINT, evidence="files::1")
    assert answer.status_code == 302
    assert house.complaint(answer.location.rsplit("/", 1)[1]).data.get("evidence") is None


def test_what_a_hidden_field_brought_is_swept(house: Bank) -> None:
    send(house, "/complaints/new", **(COMPLAINT | {"description": ""}), evidence=[upload(PNG, "a.png")])
    house.wait(hours=25)
    sweep_files(house.desk.runtime)
    assert (house.desk.rows(BlobRow), stored_files(house.desk)) == ([], [])


def stored(browser: FlaskClient, content: bytes, name: str) -> dict[str, Any]:
    """Store a document as Camunda's clients do; returns the reference to it."""
    answer = browser.post("/v2/documents", data={"file": upload(content, name)}, headers={"X-CSRF-Token": CSRF})
    assert answer.status_code == 201, answer.text
    reference: dict[str, Any] = answer.get_json()
    return reference


def complete(browser: FlaskClient, key: int, **variables: Any) -> TestResponse:
    body = {"variables": variables}
    return browser.post(f"/v2/user-tasks/{key}/completion", json=body, headers={"X-CSRF-Token": CSRF})


def with_steps(house: Bank, *steps: str) -> str:
    """File a complaint whose procedure asks for files at each of these steps; returns its number."""
    form = zeebe("formDefinition", formId="proof")
    flows = " -> ".join(("s", *steps, "e"))
    drawn = process(*[work_for(step, form, groups="intake") for step in steps], flows=flows, ident="complaint_handling")
    house.desk.deploy(drawn, proof__form=json.dumps(FORM))
    return house.file()


def test_a_document_that_a_program_names_at_a_complaints_step_becomes_an_attachment_once(house: Bank) -> None:
    number = with_steps(house, "first", "second")
    complaint = house.complaint(number)
    with house.person("admin") as browser:
        named = stored(browser, PNG, "王小明.exe")
        assert named["metadata"]["fileName"] == "王小明.exe"
        key = house.desk.open_task("first")
        assert complete(browser, key, note="x", scans=[named], again=named).status_code == 204
        row = house.desk.row(AttachmentRow, complaint_key=complaint.key)
        assert (row.reference, row.source, row.media_type) == (named["documentId"], "api", "image/png")
        assert (row.sha256, row.misnamed, house.desk.rows(DocumentRow)) == (named["contentHash"], True, [])
        variables = house.desk.variables(complaint.instance_key)
        assert "fileName" not in variables["scans"][0]["metadata"]
        assert "王小明" not in json.dumps(variables, ensure_ascii=False)
        read = browser.get(f"/v2/documents/{named['documentId']}")
        assert (read.data, "attachment" in read.headers["Content-Disposition"]) == (PNG, True)
        assert "王小明.exe.png" in browser.get(f"/complaints/{number}/attachments").text
        assert complete(browser, house.desk.open_task("second"), note="x", scans=[named]).status_code == 204
    assert len(house.desk.rows(AttachmentRow)) == 1
    with house.person("chenjie") as stranger:
        assert stranger.get(f"/v2/documents/{named['documentId']}").status_code == 403


def test_a_document_that_is_no_evidence_or_anothers_keeps_the_step_open(house: Bank) -> None:
    with_steps(house, "only")
    key = house.desk.open_task("only")
    with house.person("admin") as browser:
        script, mine = stored(browser, b"#!/bin/sh\nrm -rf /", "a.png"), stored(browser, PDF, "a.pdf")
        refused = complete(browser, key, note="x", scans=[script])
        assert (refused.status_code, "shell" in refused.get_json()["detail"]) == (400, True)
    with house.person("lina") as browser:
        browser.post(f"/tasks/{key}/claim", data={"csrf_token": CSRF})
        assert complete(browser, key, note="x", scans=[mine]).status_code == 403
    assert (house.desk.rows(AttachmentRow), len(house.desk.rows(DocumentRow))) == ([], 2)


def test_a_document_named_in_a_process_of_no_complaint_stays_one(house: Bank, task: int) -> None:
    with house.person("lina") as browser:
        named = stored(browser, PDF, "a.pdf")
        assert complete(browser, task, note="x", scans=[named]).status_code == 204
    assert [row.document_id for row in house.desk.rows(DocumentRow)] == [named["documentId"]]


CHECKED = zeebe("taskListeners", zeebe("taskListener", eventType="completing", type="check", retries="1"))


@pytest.mark.parametrize("ident", ["complaint_handling", "other"])
def test_files_of_a_denied_completion_are_sent_again_without_being_asked_for(house: Bank, ident: str) -> None:
    step = work_for("step", CHECKED, zeebe("formDefinition", formId="proof"), groups="intake")
    house.desk.deploy(process(step, flows="s -> step -> e", ident=ident), proof__form=json.dumps(FORM))
    if ident == "other":
        house.desk.start(ident)
    else:
        house.file()
    key = house.desk.open_task("step")
    house.desk.perform(assign_user_task, BOSS, key, "lina")
    with listening(house.desk, denied=True, reason="缺少说明"):
        denied = send(house, f"/tasks/{key}", note="x", scans=upload(PDF, "账单.pdf"))
    (word,) = re.findall(r'name="scans.kept" value="([^"]+)"', denied.text)
    with listening(house.desk):
        assert send(house, f"/tasks/{key}", note="y", **{"scans.kept": word}).status_code == 302
    assert len(house.desk.rows(AttachmentRow if ident == "complaint_handling" else DocumentRow)) == 1
