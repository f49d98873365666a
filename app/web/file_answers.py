"""An attachment as an answer: the whole or the one part that was asked for, and nothing that runs in our origin.

Only what browsers show or play without running anything goes out under its own kind, and only where that was asked for;
all else is a download (RFC 9110 on ranges, RFC 6266 on names).
"""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, request

from app.domain.media_types import SHOWN, UNKNOWN
from app.services.open_attachment import AttachedFile, open_attachment
from app.web.authentication import runtime

POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"


def answer_file(found: AttachedFile, *, show: bool = False) -> Response:
    """Return the file, or the part that the request's Range names; 416 for a part that it does not have.

    More than one range in a request is answered with the whole file, as the standard allows: it can only cost.
    """
    row = found.row
    is_shown = show and row.media_type in SHOWN
    etag, name = f'"{row.sha256}"', quote(found.file_name, safe="")
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Disposition": f"{'inline' if is_shown else 'attachment'}; filename*=UTF-8''{name}",
        "Content-Security-Policy": POLICY,
        "Cross-Origin-Resource-Policy": "same-origin",
        "ETag": etag,
    }
    kind = row.media_type if is_shown else UNKNOWN
    part = asked_part(row.size, etag)
    if part is None:
        return Response(status=416, headers={**headers, "Content-Range": f"bytes */{row.size}"})
    start, length = part
    if length == row.size:
        status = 200
    else:
        status, headers["Content-Range"] = 206, f"bytes {start}-{start + length - 1}/{row.size}"
    headers["Content-Length"] = str(length)
    pieces = open_attachment(runtime(), row, start, length) if length else iter(())
    return Response(pieces, status, headers, content_type=kind, direct_passthrough=True)


def asked_part(size: int, etag: str) -> tuple[int, int] | None:
    """Return (start, length) of what the request asks for; None for a part that a file of `size` bytes has not."""
    asked = request.range
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return 0, size
    if request.headers.get("If-Range", etag) != etag:
        return 0, size
    start, end = asked.ranges[0]
    if start < 0:
        start, end = max(0, size + start), size
    end = size if end is None else min(end, size)
    return (start, end - start) if start < end else None
