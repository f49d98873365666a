"""Files of a complaint: taken in, kept sealed, given back whole or not at all, and gone with a reason."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from app.errors import InvalidInputError, TooLargeError
from app.services.add_attachment import add_attachment
from app.services.attach_file import NewAttachment
from app.services.open_file import open_file
from app.services.receive_file import receive_file
from app.storage.attachments import AttachmentRow
from app.storage.complaints import ComplaintEventRow
from app.storage.files import CHUNK_BYTES
from tests.bank import Bank
from tests.conftest import TestDatabase
from tests.desk import BOSS, Desk, open_desk

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(38)
PDF = b"%PDF-1.7\n" + b"x" * 200


def attach(house: Bank, number: str, content: bytes = PNG, name: str = "receipt.png", **told: Any) -> Any:
    desk = house.desk
    received = receive_file(desk.runtime, io.BytesIO(content))
    return desk.perform(add_attachment, BOSS, number, received, NewAttachment(name, **told))


def read_back(desk: Desk, blob_key: int, start: int, length: int) -> bytes:
    with desk.runtime.reading() as connection:
        return b"".join(open_file(desk.runtime, connection, blob_key, start, length))


def stored_files(desk: Desk) -> list[Path]:
    return [path for path in (desk.settings.data_dir / "files").rglob("*") if path.is_file()]


def test_a_file_is_kept_sealed_and_comes_back_as_it_was(house: Bank, desk: Desk) -> None:
    content = PDF + bytes(range(256)) * 1000
    row = attach(house, house.file(), content, "对账单.pdf")
    (stored,) = stored_files(desk)
    assert b"%PDF" not in stored.read_bytes()
    assert read_back(desk, row["blob_key"], 0, len(content)) == content
    assert (row["media_type"], row["size"]) == ("application/pdf", len(content))


@pytest.mark.parametrize(
    ("start", "length"), [(0, 1), (CHUNK_BYTES - 1, 2), (CHUNK_BYTES, CHUNK_BYTES), (3 * CHUNK_BYTES, 99)]
)
def test_any_part_of_a_file_can_be_read(house: Bank, desk: Desk, start: int, length: int) -> None:
    content = PDF.ljust(CHUNK_BYTES, b"a") + b"b" * CHUNK_BYTES + b"c" * CHUNK_BYTES + b"d" * 99
    row = attach(house, house.file(), content)
    assert read_back(desk, row["blob_key"], start, length) == content[start : start + length]


def test_an_attachment_stands_on_the_timeline_without_its_name(house: Bank, desk: Desk) -> None:
    number = house.file()
    row = attach(house, number, name="王小明的身份证.png")
    event = desk.row(ComplaintEventRow, complaint_key=house.complaint(number).key, kind="attached")
    assert event.details == {
        "attachment": str(row["key"]),
        "mediaType": "image/png",
        "size": len(PNG),
        "purpose": "evidence",
    }
    assert "王小明" not in desk.row(AttachmentRow).file_name


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00" + bytes(200), "x-msdownload"),
        (b"#!/bin/sh\nrm -rf /", "shell"),
        (b"\x00\x01\x02" * 9, "octet"),
    ],
)
def test_what_is_no_evidence_is_refused_and_leaves_nothing(desk: Desk, content: bytes, said: str) -> None:
    with pytest.raises(InvalidInputError, match=said):
        receive_file(desk.runtime, io.BytesIO(content))
    assert stored_files(desk) == []


def test_a_file_above_the_limit_is_refused_before_it_is_all_read(database: TestDatabase) -> None:
    with open_desk(database.url, max_file_bytes=300_000) as desk:
        stream = io.BytesIO(PDF + bytes(900_000))
        with pytest.raises(TooLargeError, match="at most 300,000 bytes"):
            receive_file(desk.runtime, stream)
        assert (stream.tell() < 500_000, stored_files(desk)) == (True, [])
