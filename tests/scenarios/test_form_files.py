"""Files in forms: checked, kept with the complaint, and not asked for again when another answer was wrong."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.services.sweep_files import sweep_files
from app.storage.attachments import AttachmentRow
from app.storage.blobs import BlobRow
from app.storage.documents import DocumentRow
from tests.bank import COMPLAINT, CSRF, Bank
from tests.conformance.drawing import process, zeebe
from tests.desk import work_for
from tests.scenarios.test_attachments import PDF, PNG, stored_files

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
