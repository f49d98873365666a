"""What a file is, by its first bytes: never by its name or by what the sender says of it.

Owns which kinds are taken as evidence, which a browser may show in a page of ours, and which names go with a kind.
Archives and documents are never opened: nothing here unpacks.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Mapping
from typing import Literal

import filetype

HEAD_BYTES = 64 * 1024
UNKNOWN = "application/octet-stream"
LONGEST_NAME = 120

EXTENSIONS: Mapping[str, tuple[str, ...]] = {
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/png": (".png",),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/bmp": (".bmp",),
    "image/tiff": (".tif", ".tiff"),
    "image/heic": (".heic", ".heif"),
    "image/svg+xml": (".svg",),
    "audio/mpeg": (".mp3",),
    "audio/mp4": (".m4a", ".mp4"),
    "audio/aac": (".aac",),
    "audio/ogg": (".ogg", ".oga", ".opus"),
    "audio/x-wav": (".wav",),
    "audio/x-flac": (".flac",),
    "audio/amr": (".amr",),
    "video/mp4": (".mp4", ".m4v"),
    "video/x-m4v": (".m4v", ".mp4"),
    "video/quicktime": (".mov", ".qt"),
    "video/webm": (".webm",),
    "video/x-matroska": (".mkv", ".webm"),
    "video/x-msvideo": (".avi",),
    "video/x-ms-wmv": (".wmv", ".wma"),
    "video/mpeg": (".mpg", ".mpeg"),
    "video/3gpp": (".3gp", ".3gpp"),
    "application/pdf": (".pdf",),
    "application/rtf": (".rtf",),
    "application/x-ole-storage": (".doc", ".xls", ".ppt", ".msg", ".wps", ".et"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": (".pptx",),
    "application/vnd.oasis.opendocument.text": (".odt",),
    "application/vnd.oasis.opendocument.spreadsheet": (".ods",),
    "application/vnd.oasis.opendocument.presentation": (".odp",),
    "text/plain": (".txt", ".csv", ".log", ".md", ".json"),
    "text/html": (".html", ".htm"),
    "application/xml": (".xml",),
    "message/rfc822": (".eml",),
    "application/zip": (".zip", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".ofd"),
    "application/gzip": (".gz",),
    "application/x-7z-compressed": (".7z",),
    "application/x-rar-compressed": (".rar",),
}
"""The kinds that are taken, each with the names that go with it, the usual one first."""

_FAMILIES: Mapping[str, str] = {
    "image/": "picture",
    "audio/": "sound",
    "video/": "film",
    "application/pdf": "pdf",
    "application/rtf": "office",
    "application/x-ole-storage": "office",
    "application/vnd.": "office",
    "text/": "text",
    "application/xml": "text",
    "message/": "mail",
    "application/": "archive",
}
TAKEN_FAMILIES = tuple(
    dict.fromkeys(next(family for start, family in _FAMILIES.items() if kind.startswith(start)) for kind in EXTENSIONS)
)
"""What people call the kinds that are taken, each once: picture, sound, film, pdf, office, text, mail, archive."""

SHOWN = frozenset(
    {
        *("image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp"),
        *("audio/mpeg", "audio/mp4", "audio/aac", "audio/ogg", "audio/x-wav", "audio/x-flac"),
        *("video/mp4", "video/x-m4v", "video/webm", "video/quicktime"),
    }
)
"""What browsers show or play without running anything in it."""

SIGNATURES: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"#!AMR"), "audio/amr"),
    (re.compile(rb".{4}ftyp3g", re.DOTALL), "video/3gpp"),
    (re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "application/x-ole-storage"),
    (re.compile(rb"II\*\x00|MM\x00\*"), "image/tiff"),
    (re.compile(rb"#!"), "text/x-shellscript"),
)
"""What `filetype` does not know or finds only with more of the file."""

MARKUP = re.compile(rb"<\s*(!doctype\s+html|html|head|body|script|iframe|svg|object|embed)\b", re.IGNORECASE)
MAIL = re.compile(rb"(From|To|Received|Subject|Date|Return-Path|MIME-Version|Delivered-To): ", re.IGNORECASE)
CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
RESERVED = re.compile(r'[<>:"|?*]')


def recognise(head: bytes) -> str:
    """Return the media type of a file that begins with `head`; UNKNOWN where it is none that is known here.

    A picture, film or sound that holds markup in its head is told as text/html, so that nothing shows it in a page.
    """
    for pattern, media_type in SIGNATURES:
        if pattern.match(head):
            return media_type
    found = filetype.guess_mime(head)
    if found is None:
        return _recognise_text(head)
    if found.split("/")[0] in ("image", "audio", "video") and MARKUP.search(head[:4096]):
        return "text/html"
    return str(found)


def is_taken(media_type: str) -> bool:
    """Tell whether files of this kind are taken as evidence: pictures, sound, films, documents and archives."""
    return media_type in EXTENSIONS


def fits(accept: str, media_type: str) -> bool:
    """Tell whether a kind is among those that a file input's `accept` names: `image/*`, `application/pdf` or `.pdf`."""
    wanted = [one.strip().lower() for one in accept.split(",") if one.strip()]
    family = media_type.split("/")[0]
    known = {media_type, f"{family}/*", *EXTENSIONS.get(media_type, ())}
    return not wanted or any(one in known for one in wanted)


def clean_name(name: str, media_type: str) -> str:
    """Return a name that is safe to show and to save under: no path, no hidden characters, an ending that is true.

    A name whose ending does not go with the file's kind gets the usual one added: `statement.bat` that is text becomes
    `statement.bat.txt`, so that no computer takes it for a program.
    """
    plain = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(one for one in plain if unicodedata.category(one)[0] != "C")  # controls, and marks that turn text
    plain = RESERVED.sub("_", plain).strip(". ") or "file"
    stem, dot, ending = plain.rpartition(".")
    known = EXTENSIONS.get(media_type, (".bin",))
    if dot and f".{ending.lower()}" in known:
        return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
    return plain[: LONGEST_NAME - len(known[0])] + known[0]


def is_misnamed(name: str, media_type: str) -> bool:
    """Tell whether a name's ending belongs to another known kind, or to none, than the file does."""
    ending = "." + name.rpartition(".")[2].lower() if "." in name else ""
    return bool(ending) and ending not in EXTENSIONS.get(media_type, ())


def has_location(head: bytes) -> bool:
    """Tell whether a JPEG's Exif data (TIFF 6.0, first directory) points to where the picture was taken."""
    at = head.find(b"Exif\x00\x00")
    if not head.startswith(b"\xff\xd8\xff") or at < 0:
        return False
    tiff = head[at + 6 :]
    order: Literal["little", "big"] = "little" if tiff[:2] == b"II" else "big"
    first = int.from_bytes(tiff[4:8], order)
    count = int.from_bytes(tiff[first : first + 2], order)
    tags = (tiff[first + 2 + 12 * index : first + 4 + 12 * index] for index in range(min(count, 200)))
    return any(int.from_bytes(tag, order) == 0x8825 for tag in tags)


def _recognise_text(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and _reads(head, "utf-16"):
        return "text/plain"  # markup in it is a download all the same: text is never shown
    if not head or CONTROLS.search(head):
        return UNKNOWN
    if not _reads(head, "utf-8") and not _reads(head, "gb18030"):
        return UNKNOWN
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if start.startswith(b"<") and re.search(rb"<svg\b", start[:4096], re.IGNORECASE):
        return "image/svg+xml"
    if MARKUP.search(start[:4096]):
        return "text/html"
    if start.startswith(b"<?xml"):
        return "application/xml"
    return "message/rfc822" if MAIL.match(start) else "text/plain"


def _reads(head: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(head)  # a character cut off at the end is none to mind
    except UnicodeDecodeError:
        return False
    return True
