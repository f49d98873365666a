"""Attachments of complaints: the list, bringing files, reading one, deleting one."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from app.errors import InvalidInputError
from app.services.add_attachment import add_attachment
from app.services.attach_file import API, PURPOSES, NewAttachment
from app.services.open_attachment import get_attachment
from app.services.read_attachments import ShownAttachment, read_attachments
from app.services.receive_file import receive_file
from app.services.remove_attachment import remove_attachment
from app.services.see_complaint import see_complaint
from app.storage.blobs import INFECTED
from app.web import wire
from app.web.api.blueprint import ProductBlueprint, asking
from app.web.authentication import runtime
from app.web.file_answers import answer_file
from app.web.uploads import sent_files, takes_files

blueprint = ProductBlueprint("attachments", "Files of complaints")

ATTACHMENT = wire.result(
    "Attachment",
    {
        "key": wire.key(),
        "documentId": wire.text(),
        "fileName": wire.text(),
        "mediaType": wire.text(),
        "size": wire.whole(),
        "sha256": wire.text(),
        "purpose": wire.text(),
        "source": wire.text(),
        "misnamed": wire.flag(),
        "hasLocation": wire.flag(),
        "sameAs": wire.key(null=True),
        "addedAt": wire.instant(),
        "addedBy": wire.text(),
        "held": wire.text(null=True),
        "virus": wire.text(null=True),
        "deletedAt": wire.instant(null=True),
        "deletedBy": wire.text(null=True),
        "deletionReason": wire.text(null=True),
    },
)
DELETION = wire.shape("AttachmentDeletion", {"reason": wire.text(required=True, shortest=1, longest=500)})
DELETED = wire.result("AttachmentDeleted", {"key": wire.key()})
FORM = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {"type": "string", "format": "binary"},
                    "purpose": {"type": "string", "enum": list(PURPOSES)},
                },
            }
        }
    },
}
FILE = {"200": {"description": "The file", "content": {"application/octet-stream": {}}}}


@blueprint.operation("GET", "/complaints/<string:number>/attachments", ATTACHMENT, many=True)
def attachments(number: str) -> list[dict[str, Any]]:
    """List a complaint's files in the order they came; of a deleted one its tombstone."""
    return [_show(one) for one in runtime().perform(read_attachments, asking(), number)]


@blueprint.operation("POST", "/complaints/<string:number>/attachments", ATTACHMENT, status=201)
@blueprint.doc(requestBody=FORM)  # type: ignore[untyped-decorator]
@takes_files
def attach(number: str) -> dict[str, Any]:
    """Attach a file (part `file`); 413 beyond the limit, 400 for what is no picture, recording, film or document."""
    runtime().perform(see_complaint, asking(), number)
    files = sent_files("file")
    if len(files) != 1:
        raise InvalidInputError(f"Expected one part named file with a file name, but there are {len(files)}")
    new = NewAttachment(files[0].filename or "", request.form.get("purpose", PURPOSES[0]), API)
    received = receive_file(runtime(), files[0].stream)
    row = runtime().perform(add_attachment, asking(), number, received, new)
    listed = runtime().perform(read_attachments, asking(), number)
    return next(_show(one) for one in listed if one.row.key == row["key"])


@blueprint.get("/complaints/<string:number>/attachments/<int:key>")  # type: ignore[untyped-decorator]
@blueprint.doc(responses=FILE)  # type: ignore[untyped-decorator]
def read(number: str, key: int) -> Response:
    """Read a file, or with a Range header one part of it; always as a download."""
    part = request.headers.get("Range", "all")[:60]
    return answer_file(runtime().perform(get_attachment, asking(), number, key, wanted=part))


@blueprint.operation("POST", "/complaints/<string:number>/attachments/<int:key>/deletion", DELETED, body=DELETION)
def remove(body: dict[str, Any], number: str, key: int) -> dict[str, Any]:
    """Delete a file for a reason; its tombstone stays."""
    runtime().perform(remove_attachment, asking(), number, key, body["reason"])
    return {"key": key}


def _show(one: ShownAttachment) -> dict[str, Any]:
    row = one.row
    return {
        "key": row.key,
        "documentId": row.reference,
        "fileName": one.file_name,
        "mediaType": row.media_type,
        "size": row.size,
        "sha256": row.sha256,
        "purpose": row.purpose,
        "source": row.source,
        "misnamed": row.misnamed,
        "hasLocation": row.has_location,
        "sameAs": row.same_as,
        "addedAt": row.added_at,
        "addedBy": row.added_by,
        "held": one.held,
        "virus": row.scan_said if one.held == INFECTED else None,
        "deletedAt": row.deleted_at,
        "deletedBy": row.deleted_by,
        "deletionReason": row.deletion_reason,
    }
