"""Files that a virus scanner looks at first: nobody reads one before its verdict, or ever where something was found."""

from __future__ import annotations

import io
import socketserver
import struct
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.config import read_settings
from app.errors import UnavailableError
from app.scanners.clamd import find_virus
from app.services.add_attachment import add_attachment
from app.services.attach_file import NewAttachment
from app.services.create_account import create_account
from app.services.receive_file import receive_file
from app.services.resolve_incident import resolve_incident
from app.services.scan_files import claim_files_to_scan, scan_files
from app.setting_values import SettingError
from app.storage.attachments import AttachmentRow
from app.storage.blobs import BlobRow
from app.storage.complaints import ComplaintEventRow
from app.storage.incidents import IncidentRow
from app.storage.notices import NoticeRow
from tests.bank import CSRF, Bank
from tests.conftest import TestDatabase
from tests.desk import BOSS, open_desk
from tests.scenarios.test_attachments import PDF, PNG

BAD = PDF + b"a virus of this test"


class Scanner(socketserver.ThreadingTCPServer):
    """Speaks clamd's INSTREAM, and finds one virus; `answer` is what it says instead."""

    daemon_threads = True
    answer: bytes | None = None

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Stream)
        self.url = f"tcp://127.0.0.1:{self.server_address[1]}"


class _Stream(socketserver.StreamRequestHandler):
    server: Scanner

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\x00"
        content = b""
        while size := struct.unpack(">I", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        verdict = b"stream: Test-Signature FOUND" if BAD in content else b"stream: OK"
        self.wfile.write((self.server.answer or verdict) + b"\x00")


@pytest.fixture
def scanner() -> Iterator[Scanner]:
    with Scanner() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def guarded(database: TestDatabase, scanner: Scanner) -> Iterator[Bank]:
    with open_desk(database.url, clamd_url=scanner.url) as desk:
        yield Bank(desk)


def attach(house: Bank, content: bytes) -> tuple[str, Any]:
    """Attach a file to a new complaint; returns the complaint's number and the attachment."""
    number = house.file()
    received = receive_file(house.desk.runtime, io.BytesIO(content))
    return number, house.desk.perform(add_attachment, BOSS, number, received, NewAttachment("账单.pdf"))


def scan(house: Bank) -> int:
    return scan_files(house.desk.runtime, house.desk.perform(claim_files_to_scan, 10))


def read(house: Bank, number: str, key: int) -> Any:
    with house.person("admin") as browser:
        return browser.get(f"/api/complaints/{number}/attachments/{key}")


def test_a_file_is_given_out_once_the_scanner_found_it_clean(guarded: Bank) -> None:
    number, row = attach(guarded, PNG)
    assert read(guarded, number, row["key"]).status_code == 503
    with guarded.person("lina") as browser:
        page = browser.get(f"/complaints/{number}/attachments").text
        assert ("等待病毒扫描" in page, f"attachments/{row['key']}?show" in page) == (True, False)
    assert (scan(guarded), scan(guarded)) == (1, 0)
    assert read(guarded, number, row["key"]).data == PNG


def test_a_file_with_a_virus_is_quarantined_and_people_are_told_once(guarded: Bank) -> None:
    guarded.desk.perform(create_account, "guard", display_name="安全员", roles=["security_admin"])
    number, row = attach(guarded, BAD)
    (key,) = guarded.desk.perform(claim_files_to_scan, 10)
    assert [scan_files(guarded.desk.runtime, [key]) for _ in range(2)] == [1, 1]
    answer = read(guarded, number, row["key"])
    assert (answer.status_code, "Test-Signature" in answer.get_json()["detail"]) == (403, True)
    with guarded.person("admin") as browser:
        (shown,) = browser.get(f"/api/complaints/{number}/attachments").get_json()
        assert (shown["held"], shown["virus"]) == ("INFECTED", "Test-Signature")
        assert "发现病毒：Test-Signature" in browser.get(f"/complaints/{number}/attachments").text
    assert len(guarded.desk.rows(ComplaintEventRow, kind="attachment-infected")) == 1
    assert "guard" in {row.recipient for row in guarded.desk.rows(NoticeRow, template="file_infected")}
    incident = guarded.desk.row(IncidentRow)
    assert "Test-Signature" in incident.message
    guarded.desk.perform(resolve_incident, BOSS, incident.key)
    assert read(guarded, number, row["key"]).status_code == 403


def test_while_the_scanner_is_away_files_wait_and_are_tried_again(guarded: Bank, scanner: Scanner) -> None:
    number, row = attach(guarded, PNG)
    scanner.answer = b"INSTREAM size limit exceeded. ERROR"
    assert scan(guarded) == 0
    assert "size limit exceeded" in guarded.desk.row(BlobRow).scan_said
    assert (read(guarded, number, row["key"]).status_code, scan(guarded)) == (503, 0)
    scanner.answer = None
    guarded.desk.clock.move(timedelta(minutes=1))
    assert (scan(guarded), read(guarded, number, row["key"]).data) == (1, PNG)


def test_a_document_of_the_engines_interface_waits_too_and_is_attached_by_its_kind(guarded: Bank) -> None:
    with guarded.person("admin") as browser:
        sent = {"file": (io.BytesIO(PDF), "a.pdf")}
        stored = browser.post("/v2/documents", data=sent, headers={"X-CSRF-Token": CSRF}).get_json()
        path = f"/v2/documents/{stored['documentId']}"
        assert browser.get(path).status_code == 503
        scan(guarded)
        assert browser.get(path).data == PDF


def test_without_a_scanner_files_are_given_out_at_once_and_found_ones_never(house: Bank, scanner: Scanner) -> None:
    number, row = attach(house, PNG)
    assert (house.desk.perform(claim_files_to_scan, 10), read(house, number, row["key"]).data) == ([], PNG)
    assert house.desk.row(BlobRow).scan_state is None
    assert house.desk.row(AttachmentRow).key == row["key"]


def test_the_daemon_is_spoken_to_in_pieces_and_its_absence_is_told(scanner: Scanner) -> None:
    pieces = [BAD[:50], b"", BAD[50:]]
    assert find_virus(scanner.url, pieces, timeout_seconds=5) == "Test-Signature"
    assert find_virus(scanner.url, [], timeout_seconds=5) is None
    with pytest.raises(UnavailableError, match="FileNotFoundError"):
        find_virus("unix:///nowhere/clamd.ctl", [PNG], timeout_seconds=5)


@pytest.mark.parametrize("url", ["tcp://", "http://scanner", "unix://clamd", "scanner:3310"])
def test_an_address_that_is_none_stops_the_boot(url: str, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="REDRESS_CLAMD_URL"):
        read_settings({"REDRESS_MODE": "test", "REDRESS_DATA_DIR": str(tmp_path), "REDRESS_CLAMD_URL": url})
