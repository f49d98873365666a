"""Sealed files in a bucket of S3, or of what speaks like it. Credentials come from botocore's usual places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from app.errors import UnavailableError
from app.storage.files.chunks import DamagedFileError, rechunk

PART_BYTES = 8 * 1024 * 1024
"""Of a multipart upload; S3 takes none below 5 MiB but the last, and 10,000 of them: 80 GB."""
PIECE_BYTES = 256 * 1024
MISSING = frozenset({"404", "NoSuchKey", "NotFound"})


class S3Store:
    """Files as objects of one bucket; at most two parts are in memory at a time."""

    def __init__(self, client: Any, bucket: str, prefix: str) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = prefix

    def put(self, path: str, pieces: Iterable[bytes]) -> None:
        """Upload in parts; an upload that breaks off is aborted, so that no part stays and costs."""
        parts = rechunk(pieces, PART_BYTES)
        first = next(parts, b"")
        second = next(parts, None)
        with _failures_told(path):
            if second is None:
                self._client.put_object(**self._object(path), Body=first)
                return
            upload = self._client.create_multipart_upload(**self._object(path))["UploadId"]
        is_whole = False
        try:
            with _failures_told(path):
                self._send(path, upload, first, second, parts)
            is_whole = True
        finally:
            if not is_whole:
                with _failures_told(path):
                    self._client.abort_multipart_upload(**self._object(path), UploadId=upload)

    def _send(self, path: str, upload: str, first: bytes, second: bytes, rest: Iterator[bytes]) -> None:
        sent = []
        for number, part in enumerate(_chain(first, second, rest), 1):
            answer = self._client.upload_part(**self._object(path), UploadId=upload, PartNumber=number, Body=part)
            sent.append({"ETag": answer["ETag"], "PartNumber": number})
        self._client.complete_multipart_upload(**self._object(path), UploadId=upload, MultipartUpload={"Parts": sent})

    def read(self, path: str, offset: int, length: int) -> Iterator[bytes]:
        """Yield bytes of an object."""
        if length <= 0:
            return
        with _failures_told(path):
            found = self._client.get_object(**self._object(path), Range=f"bytes={offset}-{offset + length - 1}")
            with closing(found["Body"]) as body:
                yield from body.iter_chunks(PIECE_BYTES)

    def length(self, path: str) -> int:
        """Return an object's length."""
        with _failures_told(path):
            return int(self._client.head_object(**self._object(path))["ContentLength"])

    def delete(self, path: str) -> None:
        """Delete an object."""
        with _failures_told(path):
            self._client.delete_object(**self._object(path))

    def _object(self, path: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._prefix + path}


def open_s3_store(url: str) -> S3Store:
    """Return the store at `s3://bucket/prefix?endpoint=https://…&region=…`; all but the bucket may be absent."""
    parts = urlsplit(url)
    told = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    client = botocore.session.get_session().create_client(
        "s3",
        endpoint_url=told.get("endpoint"),
        region_name=told.get("region"),
        config=Config(
            retries={"mode": "standard", "max_attempts": 3},
            connect_timeout=5,
            read_timeout=60,
            request_checksum_calculation="when_required",  # stores that only speak like S3 do not know the newer ones
            response_checksum_validation="when_required",
        ),
    )
    prefix = parts.path.strip("/")
    return S3Store(client, parts.netloc, f"{prefix}/" if prefix else "")


def _chain(first: bytes, second: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield second
    yield from rest


@contextmanager
def _failures_told(path: str) -> Iterator[None]:
    """Raise DamagedFileError for an object that is not there, UnavailableError for any other failure of the store."""
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in MISSING:
            raise DamagedFileError(f"Expected a stored file {path}, but it is lost") from error
        raise UnavailableError(f"Expected the file store to answer, but it says {code}") from error
    except BotoCoreError as error:
        raise UnavailableError(f"Expected the file store to answer, but {type(error).__name__}") from error
