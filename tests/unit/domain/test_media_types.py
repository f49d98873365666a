"""What a file is told to be by its first bytes, and what becomes of its name."""

from __future__ import annotations

import io
import zipfile

import pytest

from app.domain.media_types import clean_name, fits, has_location, is_misnamed, is_taken, recognise


def zipped(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return target.getvalue()


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FILES = {
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(50),
    "image/gif": b"GIF89a" + bytes(50),
    "image/webp": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    "image/tiff": b"II*\x00\x08\x00\x00\x00",
    "image/heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
    "image/svg+xml": b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- x --><svg xmlns="http://www.w3.org/2000/svg">',
    "audio/mpeg": b"ID3\x04\x00\x00" + bytes(50),
    "audio/amr": b"#!AMR\n\x00",
    "audio/x-wav": b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(50),
    "audio/mp4": b"\x00\x00\x00\x18ftypM4A \x00\x00\x02\x00" + bytes(50),
    "video/mp4": b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + bytes(50),
    "video/3gpp": b"\x00\x00\x00\x14ftyp3gp4" + bytes(50),
    "application/pdf": b"%PDF-1.7\n",
    WORD: zipped("[Content_Types].xml", "word/document.xml"),
    "application/zip": zipped("a.txt"),
    "application/x-ole-storage": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600),
    "text/plain": "投诉：年费\r\n".encode("gb18030"),
    "text/html": b"  <HTML><body>",
    "message/rfc822": b"From: a@example.com\r\nSubject: x\r\n\r\nhi",
    "application/xml": b'<?xml version="1.0"?><invoice/>',
}


@pytest.mark.parametrize("media_type", FILES)
def test_a_file_is_known_by_its_bytes(media_type: str) -> None:
    assert (recognise(FILES[media_type]), is_taken(media_type)) == (media_type, True)


@pytest.mark.parametrize(
    "content", [b"", b"MZ" + bytes(99), b"\x7fELF\x02\x01\x01" + bytes(60), b"#!/bin/sh\n", bytes(range(200)), b"\x00"]
)
def test_programs_and_noise_are_no_evidence(content: bytes) -> None:
    assert not is_taken(recognise(content))


def test_text_cut_off_within_a_character_and_wide_text_are_still_text() -> None:
    assert recognise("投诉".encode()[:-1]) == recognise("投诉".encode("utf-16")) == "text/plain"


@pytest.mark.parametrize(
    "head", [b"\xff\xd8\xff" + b"Exif\x00\x00" + bytes(3), b"\xff\xd8\xffExif\x00\x00II*\x00\xff\xff\xff\xff", b"GIF"]
)
def test_broken_exif_data_hold_no_place_and_break_nothing(head: bytes) -> None:
    assert not has_location(head)


def test_a_photograph_with_its_place_is_told() -> None:
    tiff = b"II*\x00\x08\x00\x00\x00" + b"\x02\x00" + b"\x0f\x01" + bytes(10) + b"\x25\x88" + bytes(10)
    assert has_location(b"\xff\xd8\xff\xe1\x00\x40Exif\x00\x00" + tiff)


@pytest.mark.parametrize(
    ("name", "media_type", "kept"),
    [
        ("对账单.pdf", "application/pdf", "对账单.pdf"),
        ("a/../../b.PDF", "application/pdf", "b.PDF"),
        ("", "image/png", "file.png"),
        (". . ", "image/png", "file.png"),
        ("x.exe", "image/png", "x.exe.png"),
        ("y" * 300 + ".pdf", "application/pdf", "y" * 116 + ".pdf"),
        ("data.csv", "text/plain", "data.csv"),
    ],
)
def test_a_name_is_made_safe_and_true(name: str, media_type: str, kept: str) -> None:
    assert clean_name(name, media_type) == kept


def test_what_a_form_accepts_is_asked_of_the_bytes() -> None:
    assert fits("", "image/png")
    assert fits(".pdf, image/*", "image/png")
    assert not fits(".pdf,video/mp4", "image/png")
    assert (is_misnamed("a.jpg", "image/png"), is_misnamed("a", "image/png")) == (True, False)
