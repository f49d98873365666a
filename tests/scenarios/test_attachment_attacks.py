"""Files that lie about what they are, people who ask for what is not theirs, and a store that somebody changed."""

from __future__ import annotations

import io
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.services.resolve_incident import resolve_incident
from app.storage.attachments import AttachmentRow
from app.storage.audit import AuditRow
from app.storage.blobs import BlobRow
from app.storage.complaints import ComplaintEventRow
from app.storage.files import CHUNK_BYTES
from app.storage.incidents import IncidentRow
from tests.bank import CSRF, Bank, post
from tests.desk import BOSS
from tests.scenarios.test_attachments import PNG, attach, stored_files

HTML = b"<!DOCTYPE html><html><script>alert(document.cookie)</script></html>"


def get(house: Bank, number: str, key: int, who: str = "lina", *, show: bool = False, **headers: str) -> TestResponse:
    with house.person(who) as browser:
        path = f"/complaints/{number}/attachments/{key}" + ("?show" if show else "")
        return browser.get(path, headers=headers, buffered=False)


def send(house: Bank, number: str, *files: tuple[bytes, str], **more: Any) -> TestResponse:
    data = {"csrf_token": CSRF, "files": [(io.BytesIO(content), name) for content, name in files], **more}
    with house.person("lina") as browser:
        return browser.post(f"/complaints/{number}/attachments", data=data)


@pytest.mark.parametrize(
    ("content", "name", "media_type", "saved_as"),
    [
        (HTML, "photo.jpg", "text/html", "photo.jpg.html"),
        (b"GIF89a/*" + HTML, "fun.gif", "text/html", "fun.gif.html"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "logo.png", "image/svg+xml", "logo.png.svg"),
        (b"@echo off\r\ndel *.*", "statement.pdf.bat", "text/plain", "statement.pdf.bat.txt"),
        (PNG, "../../etc/passwd.png", "image/png", "passwd.png"),
        (PNG, "..\\..\\boot.png", "image/png", "boot.png"),
        (PNG, "photo\u202egnp.exe", "image/png", "photognp.exe.png"),
        (PNG, "a\x00b\r\nSet-Cookie: x.png", "image/png", "abSet-Cookie_ x.png"),
    ],
)
def test_a_name_is_not_believed_and_what_could_run_is_a_download(
    house: Bank, content: bytes, name: str, media_type: str, saved_as: str
) -> None:
    number = house.file()
    row = attach(house, number, content, name)
    answer = get(house, number, row["key"], show=True)
    assert (row["media_type"], answer.status_code) == (media_type, 200)
    if media_type != "image/png":
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    with house.person("lina") as browser:
        assert saved_as in browser.get(f"/complaints/{number}/attachments").text


def test_what_can_be_taken_is_taken_and_what_cannot_is_told_file_by_file(house: Bank) -> None:
    number = house.file()
    answer = send(house, number, (PNG, "a.png"), (b"", "empty.png"), (b"MZ" + bytes(99), "run.png"), purpose="evidence")
    assert answer.status_code == 302
    with house.person("lina") as browser:
        assert post(browser, f"/complaints/{number}/attachments", {"purpose": "evidence"}).status_code == 302
    assert len(house.desk.rows(AttachmentRow)) == 1


def test_a_request_beyond_the_limit_is_413_and_stores_nothing(house: Bank) -> None:
    number = house.file()
    with house.person("lina") as browser:
        answer = browser.post(
            f"/complaints/{number}/attachments",
            input_stream=io.BytesIO(b""),
            environ_overrides={"CONTENT_LENGTH": str(house.desk.settings.max_file_bytes * 2)},
            content_type="multipart/form-data; boundary=x",
        )
    assert (answer.status_code, "内容过大" in answer.text) == (413, True)
    assert stored_files(house.desk) == []


def test_an_upload_that_breaks_off_leaves_nothing(house: Bank) -> None:
    number = house.file()
    part = "--x\r\nContent-Disposition: form-data; name="
    start = f'{part}"csrf_token"\r\n\r\n{CSRF}\r\n{part}"files"; filename="a.png"\r\n\r\n'
    with house.person("lina") as browser:
        answer = browser.post(
            f"/complaints/{number}/attachments",
            input_stream=io.BytesIO(start.encode() + PNG),
            environ_overrides={"CONTENT_LENGTH": "100000"},
            content_type="multipart/form-data; boundary=x",
        )
    assert answer.status_code == 400
    assert (house.desk.rows(AttachmentRow), stored_files(house.desk)) == ([], [])


def test_a_stranger_may_not_even_send_the_files(house: Bank) -> None:
    number = house.file()
    answer = house.app.test_client().post(
        f"/complaints/{number}/attachments", data={"files": (io.BytesIO(PNG), "a.png")}
    )
    assert (answer.status_code, answer.location.split("?")[0]) == (302, "/login")
    assert house.desk.rows(BlobRow) == []


def test_another_complaints_attachment_is_not_there_and_other_peoples_is_refused(house: Bank) -> None:
    own, other = house.file(), house.file()
    key = attach(house, other)["key"]
    assert get(house, own, key).status_code == 404
    assert get(house, other, key, "zhangmin").status_code == 403
    with house.person("zhangmin") as browser:
        assert browser.get(f"/complaints/{other}/attachments").status_code == 403
        answer = browser.post(
            f"/complaints/{other}/attachments", data={"csrf_token": CSRF, "files": (io.BytesIO(PNG), "a.png")}
        )
    assert (answer.status_code, len(house.desk.rows(BlobRow))) == (403, 1)


def test_every_reading_is_logged(house: Bank) -> None:
    number = house.file()
    key = attach(house, number)["key"]
    get(house, number, key, Range="bytes=0-3")
    (line,) = house.desk.rows(AuditRow, operation="READ", entity="ATTACHMENT")
    assert (line.actor, line.entity_key, line.details) == ("lina", key, {"part": "bytes=0-3"})


@pytest.mark.parametrize(
    ("asked", "status", "told", "body"),
    [
        ("bytes=0-3", 206, "bytes 0-3/54", PNG[:4]),
        ("bytes=50-", 206, "bytes 50-53/54", PNG[50:]),
        ("bytes=-4", 206, "bytes 50-53/54", PNG[-4:]),
        ("bytes=0-99999999999999999999", 200, None, PNG),
        ("bytes=-99999999999999999999", 200, None, PNG),
        ("bytes=54-", 416, "bytes */54", b""),
        ("bytes=9-3", 200, None, PNG),
        ("bytes=-0", 200, None, PNG),
        ("bytes=" + ",".join(["0-"] * 500), 200, None, PNG),
        ("lines=1-2", 200, None, PNG),
        ("bytes=x-y", 200, None, PNG),
    ],
)
def test_a_part_of_a_file_is_answered_and_an_absurd_one_costs_nothing(
    house: Bank, asked: str, status: int, told: str | None, body: bytes
) -> None:
    number = house.file()
    answer = get(house, number, attach(house, number)["key"], Range=asked)
    assert (answer.status_code, answer.headers.get("Content-Range"), answer.data) == (status, told, body)


def test_a_file_changed_in_the_store_is_an_incident_and_never_garbage(house: Bank) -> None:
    number = house.file()
    key = attach(house, number)["key"]
    (stored,) = stored_files(house.desk)
    *kept, last = stored.read_bytes()
    stored.write_bytes(bytes([*kept, last ^ 1]))
    first, again = get(house, number, key), get(house, number, key)
    assert (first.status_code, again.status_code) == (500, 500)
    assert "文件已损坏" in first.text
    incident = house.desk.row(IncidentRow)
    assert (incident.element_id, "was changed" in incident.message) == ("attachment", True)
    assert len(house.desk.rows(ComplaintEventRow, kind="attachment-damaged")) == 1


def test_a_file_that_was_put_back_is_given_again_once_its_incident_is_resolved(house: Bank) -> None:
    number = house.file()
    key = attach(house, number)["key"]
    (stored,) = stored_files(house.desk)
    whole = stored.read_bytes()
    for count in (1, 2):
        stored.write_bytes(b"?" * len(whole))
        assert get(house, number, key).status_code == 500
        incident = house.desk.row(IncidentRow, state="ACTIVE")
        stored.write_bytes(whole)
        house.desk.perform(resolve_incident, BOSS, incident.key)
        assert (get(house, number, key).data, len(house.desk.rows(IncidentRow))) == (PNG, count)


@pytest.mark.parametrize("damage", ["cut at a chunk", "chunks swapped", "another file's", "lost"])
def test_no_other_damage_goes_unseen(house: Bank, damage: str) -> None:
    number = house.file()
    key = attach(house, number, PNG + bytes(3 * CHUNK_BYTES))["key"]
    (stored,) = stored_files(house.desk)
    bytes_, step = stored.read_bytes(), CHUNK_BYTES + 16
    changed = {
        "cut at a chunk": bytes_[: 3 * step],
        "chunks swapped": bytes_[step : 2 * step] + bytes_[:step] + bytes_[2 * step :],
    }
    if damage == "another file's":
        attach(house, number, PNG + bytes(3 * CHUNK_BYTES))
        (other,) = set(stored_files(house.desk)) - {stored}
        changed[damage] = other.read_bytes()
    stored.unlink() if damage == "lost" else stored.write_bytes(changed[damage])
    assert get(house, number, key).status_code == 500


def test_a_file_changed_in_its_middle_breaks_off_there(house: Bank) -> None:
    number = house.file()
    key = attach(house, number, PNG + bytes(3 * CHUNK_BYTES))["key"]
    (stored,) = stored_files(house.desk)
    damaged = bytearray(stored.read_bytes())
    damaged[2 * (CHUNK_BYTES + 16) + 5] ^= 1
    stored.write_bytes(damaged)
    with house.person("lina") as browser:
        answer = browser.get(f"/complaints/{number}/attachments/{key}", buffered=False)
        pieces = iter(answer.response)
        assert sum(len(next(pieces)) for _ in range(2)) == 2 * CHUNK_BYTES
        with pytest.raises(Exception, match="chunk 2 was changed"):
            next(pieces)
    assert len(house.desk.rows(IncidentRow)) == 1


def test_deleting_needs_the_right_and_a_reason_and_leaves_a_tombstone(house: Bank) -> None:
    number = house.file()
    key = attach(house, number)["key"]
    path = f"/complaints/{number}/attachments/{key}/delete"
    with house.person("lina") as browser:
        assert post(browser, path, {"reason": "mistake"}).status_code == 403
    with house.person("admin") as browser:
        assert post(browser, path, {"reason": " "}).status_code == 400
        assert post(browser, path, {"reason": "另一位客户的证件"}).status_code == 302
        assert post(browser, path, {"reason": "twice"}).status_code == 409
        assert "另一位客户的证件" in browser.get(f"/complaints/{number}/attachments").text
    assert get(house, number, key).status_code == 404
    row = house.desk.row(AttachmentRow)
    assert (row.blob_key, row.deleted_by, house.desk.row(BlobRow).file_key) == (None, "admin", "")


def test_the_api_takes_lists_gives_and_deletes_files(house: Bank) -> None:
    path = f"/api/complaints/{house.file()}/attachments"
    headers = {"X-CSRF-Token": CSRF}
    with house.person("admin") as browser:
        sent = {"file": (io.BytesIO(PNG), "a.png"), "purpose": "answer"}
        added = browser.post(path, data=sent, headers=headers).get_json()
        again = browser.post(path, data={"file": (io.BytesIO(PNG), "b.png")}, headers=headers).get_json()
        assert (added["mediaType"], added["purpose"], again["sameAs"]) == ("image/png", "answer", added["key"])
        answer = browser.get(f"{path}/{added['key']}", headers={"Range": "bytes=1-3"})
        assert (answer.status_code, answer.data, answer.content_type) == (206, b"PNG", "application/octet-stream")
        gone = browser.post(f"{path}/{added['key']}/deletion", json={"reason": "mistake"}, headers=headers)
        assert (gone.status_code, browser.get(f"{path}/{added['key']}").status_code) == (200, 404)
        assert [one["deletionReason"] for one in browser.get(path).get_json()] == ["mistake", None]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 400),
        ({"file": b""}, 400),
        ({"file": b"MZ" + bytes(99)}, 400),
        ({"file": PNG, "purpose": "fun"}, 400),
    ],
)
def test_the_api_refuses_what_is_no_evidence(house: Bank, sent: dict[str, Any], status: int) -> None:
    path = f"/api/complaints/{house.file()}/attachments"
    sent = {name: (io.BytesIO(one), "a.png") if isinstance(one, bytes) else one for name, one in sent.items()}
    with house.person("admin") as browser:
        answer = browser.post(path, data=sent, headers={"X-CSRF-Token": CSRF}, content_type="multipart/form-data")
    assert (answer.status_code, house.desk.rows(AttachmentRow)) == (status, [])


def test_the_api_says_how_much_it_takes(house: Bank) -> None:
    path = f"/api/complaints/{house.file()}/attachments"
    with house.person("admin") as browser:
        answer = browser.post(
            path,
            input_stream=io.BytesIO(b""),
            environ_overrides={"CONTENT_LENGTH": str(2**31)},
            content_type="multipart/form-data; boundary=x",
            headers={"X-CSRF-Token": CSRF},
        )
    assert (answer.status_code, "at most 109,051,904 bytes" in answer.get_json()["detail"]) == (413, True)
