"""Documents: store, read, link, delete."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, current_app, g, request
from itsdangerous import BadSignature, URLSafeSerializer
from marshmallow import ValidationError, validate
from sqlalchemy import Connection, Row
from werkzeug.datastructures import FileStorage

from app.clock import SystemClock
from app.errors import InvalidInputError, NotFoundError, RedressError
from app.services.open_attachment import get_attached_document
from app.services.open_file import open_file
from app.services.receive_file import receive_file
from app.services.store_document import STORE, NewDocument, delete_document, get_document, see_document, store_document
from app.web import wire
from app.web.authentication import runtime
from app.web.errors import FAILURES
from app.web.file_answers import answer_file
from app.web.json_body import read_json, write_json
from app.web.v2.operation import Call, operation

LINK_SECONDS = 3600
LONGEST_LINK_SECONDS = 7 * 24 * 3600
METADATA = wire.shape(
    "DocumentMetadata",
    {
        "contentType": wire.text(longest=255),
        "fileName": wire.text(longest=255),
        "expiresAt": wire.instant(null=True),
        "size": wire.whole(least=0),
        "processDefinitionId": wire.text(null=True),
        "processInstanceKey": wire.key(null=True),
        "customProperties": wire.a_map(null=True),
    },
)
STORED = wire.result(
    "DocumentMetadataResponse",
    {
        "contentType": wire.text(),
        "fileName": wire.text(),
        "expiresAt": wire.instant(null=True),
        "size": wire.whole(),
        "processDefinitionId": wire.text(null=True),
        "processInstanceKey": wire.key(null=True),
        "customProperties": wire.a_map(),
    },
)
REFERENCE = wire.result(
    "DocumentReference",
    {
        "camunda.document.type": wire.text(),
        "storeId": wire.text(),
        "documentId": wire.text(),
        "contentHash": wire.text(null=True),
        "metadata": wire.nested(STORED),
    },
)
FAILED = wire.result(
    "DocumentCreationFailureDetail",
    {"fileName": wire.text(), "status": wire.whole(), "title": wire.text(), "detail": wire.text()},
)
BATCH = wire.result(
    "DocumentCreationBatchResponse", {"failedDocuments": wire.many(FAILED), "createdDocuments": wire.many(REFERENCE)}
)
DOCUMENT_ID = wire.TextField(
    validate=[
        validate.Length(1, 64),
        validate.Regexp(r"^(?!\.{1,2}$)[^/]+$", error="Expected an id that a path can hold, but got {input!r}."),
    ]
)
STORE_QUERY: wire.Names = {"storeId": wire.text(), "documentId": DOCUMENT_ID}
ONE = wire.shape("DocumentForm", {"file": wire.upload(), "metadata": wire.nested(METADATA)})
MANY = wire.shape("DocumentsForm", {"files": wire.many(wire.upload()), "metadataList": wire.many(METADATA)})
_metadata = METADATA()


def _take_in(_call: Call) -> None:
    file = request.files.get("file")
    if file is not None:
        g.received = receive_file(runtime(), file.stream, any_kind=True)
        file.stream.seek(0)  # its bytes make the request the same one


@operation(
    "create_document",
    "POST",
    "/documents",
    scope="documents",
    form=ONE,
    query=wire.shape("DocumentCreationQuery", STORE_QUERY),
    result=REFERENCE,
    status=201,
    creates=True,
    before=_take_in,
)
def create_document(call: Call) -> dict[str, Any]:
    """Store a file (part `file`) with what is known of it (part `metadata`, JSON)."""
    _check_store(call)
    file = request.files.get("file")
    if file is None:
        raise InvalidInputError("Expected a part named file, but there is none")
    new = _new(file, next(iter(_parts("metadata")), {}), call.query.get("documentId"))
    return _show(call.perform(store_document, call.actor, new))


@operation(
    "create_documents",
    "POST",
    "/documents/batch",
    scope="documents",
    form=MANY,
    query=wire.shape("DocumentsCreationQuery", {"storeId": wire.text()}),
    result=BATCH,
    status=201,
)
def create_documents(call: Call) -> Response | dict[str, Any]:
    """Store several files (parts `files`, `metadataList`); 207 tells which could not be stored."""
    _check_store(call)
    files, told = request.files.getlist("files"), _parts("metadataList")
    if not files:
        raise InvalidInputError("Expected at least one part named files, but there is none")
    if len(told) == 1 and isinstance(told[0], list):  # all in one part, or each in a part of its own
        told = told[0]
    if told and len(told) != len(files):
        raise InvalidInputError(
            f"Expected metadataList to have an entry for each of {len(files)} files, but it has not"
        )
    created, failed = [], []
    for position, file in enumerate(files):
        try:
            new = _new(file, told[position] if told else {})
            created.append(_show(call.perform(store_document, call.actor, new)))
        except RedressError as error:
            status, title = next((s, t) for family, s, t in FAILURES if isinstance(error, family))
            failed.append({"fileName": file.filename or "", "status": status, "title": title, "detail": str(error)})
    body = {"failedDocuments": failed, "createdDocuments": created}
    return body if not failed else Response(write_json(body), 207, content_type="application/json")


def _parts(name: str) -> list[Any]:
    """Return the JSON values of the parts called `name`, also of those with a file name of their own."""
    files = [part.stream.read().decode(errors="replace") for part in request.files.getlist(name)]
    return [read_json(text.encode()) for text in (*request.form.getlist(name), *files)]


def _new(file: FileStorage, told: Any, document_id: str | None = None) -> NewDocument:
    try:
        metadata = _metadata.load(told)
    except ValidationError as error:
        raise InvalidInputError(f"Expected valid metadata, but {error.messages}") from error
    name = metadata.get("fileName") or file.filename or "document"
    return NewDocument(
        received=g.pop("received", None) or receive_file(runtime(), file.stream, any_kind=True),
        file_name=name[:255].replace("\x00", ""),
        content_type=metadata.get("contentType") or file.mimetype or "application/octet-stream",
        document_id=document_id,
        expires_at=metadata.get("expiresAt"),
        process_id=metadata.get("processDefinitionId"),
        instance_key=metadata.get("processInstanceKey"),
        custom=metadata.get("customProperties") or {},
    )


def _show(row: Row[Any]) -> dict[str, Any]:
    metadata = {
        "contentType": row.content_type,
        "fileName": row.file_name,
        "expiresAt": None if row.expires_at is None else wire.show_instant(row.expires_at),
        "size": row.size,
        "processDefinitionId": row.process_id,
        "processInstanceKey": None if row.instance_key is None else str(row.instance_key),
        "customProperties": row.custom or {},
    }
    named = {"storeId": row.store_id, "documentId": row.document_id, "contentHash": row.checksum}
    return {"camunda.document.type": "camunda", **named, "metadata": metadata}


def _check_store(call: Call) -> None:
    store = call.query.get("storeId")
    if store not in (None, STORE):
        raise InvalidInputError(f"Expected the document store '{STORE}', but got '{store}'")


READING = wire.shape("DocumentReadingQuery", {"storeId": wire.text(), "contentHash": wire.text()})


@operation(
    "get_document",
    "GET",
    "/documents/{document_id}",
    scope="documents",
    query=READING,
    media="application/octet-stream",
)
def read_document(call: Call) -> Response:
    """Read a document's bytes, always as a download; one that became a complaint's attachment is read as that."""
    _check_store(call)
    document_id, wanted = call.path["document_id"], call.query.get("contentHash")
    with call.runtime.reading() as connection:
        try:
            return _download(connection, see_document(connection, call.actor, document_id, call.runtime.now(), wanted))
        except NotFoundError:
            pass
    found = call.perform(get_attached_document, call.actor, document_id)
    if wanted not in (None, found.row.sha256):
        raise InvalidInputError(f"Expected the content hash of document '{document_id}', but got another")
    return answer_file(found)


def _download(connection: Connection, row: Row[Any]) -> Response:
    pieces: Iterable[bytes] = [row.content or b""]
    if row.blob_key is not None and row.size:
        pieces = open_file(runtime(), connection, row.blob_key, 0, row.size)
    response = Response(pieces, content_type="application/octet-stream", direct_passthrough=True)
    response.headers["Content-Length"] = str(row.size)
    kind: str = row.content_type
    runs = any(word in kind.lower() for word in ("html", "xml", "svg", "script"))
    if kind.isascii() and kind.isprintable() and not runs:
        response.headers["Content-Type"] = kind  # nothing a browser would run in this origin
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(row.file_name)}"
    return response


@operation(
    "delete_document",
    "DELETE",
    "/documents/{document_id}",
    scope="documents",
    query=wire.shape("DocumentDeletionQuery", {"storeId": wire.text()}),
    status=204,
)
def remove_document(call: Call) -> None:
    """Forget a document."""
    _check_store(call)
    call.perform(delete_document, call.actor, call.path["document_id"])


LINK_REQUEST = wire.shape("DocumentLinkRequest", {"timeToLive": wire.whole(least=1, most=LONGEST_LINK_SECONDS * 1000)})
LINK = wire.result("DocumentLink", {"url": wire.text(), "expiresAt": wire.instant()})
links = Blueprint("document_links", __name__)


@operation(
    "create_document_link",
    "POST",
    "/documents/{document_id}/links",
    scope="documents",
    body=LINK_REQUEST,
    query=READING,
    result=LINK,
    status=201,
)
def create_document_link(call: Call) -> dict[str, Any]:
    """Make an address from which anybody may read a document for `timeToLive` ms (an hour, if not said)."""
    _check_store(call)
    with call.runtime.reading() as connection:
        now = call.runtime.now()
        row = see_document(connection, call.actor, call.path["document_id"], now, call.query.get("contentHash"))
    length = timedelta(milliseconds=call.body.get("timeToLive", LINK_SECONDS * 1000))
    expires_at = SystemClock().now() + length
    token = _signer().dumps([row.document_id, int(expires_at.timestamp())])
    url = f"{call.runtime.settings.public_url}/document-links/{token}"
    return {"url": url, "expiresAt": wire.show_instant(expires_at)}


@links.get("/document-links/<token>")
def follow_link(token: str) -> Response:
    """Return the document a link stands for, while it does."""
    try:
        document_id, until = _signer().loads(token)
    except BadSignature as error:
        raise NotFoundError("Expected a document link of this installation, but this is none") from error
    if SystemClock().now().timestamp() > until:
        raise NotFoundError("Expected a document link that still holds, but this one has expired")
    with runtime().reading() as connection:
        return _download(connection, get_document(connection, document_id, runtime().now()))


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="document-link")
