"""The store of files over time: what broke off is swept, what was kept long enough goes, keys change, buckets serve."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from app.errors import ConflictError, UnavailableError
from app.services.add_attachment import add_attachment
from app.services.attach_file import NewAttachment
from app.services.open_runtime import open_runtime
from app.services.receive_file import receive_file
from app.services.sweep_files import sweep_files
from app.storage.attachments import AttachmentRow
from app.storage.blobs import BlobRow
from app.storage.complaints import change_status
from app.storage.files.bucket import PART_BYTES, open_s3_store
from tests.bank import Bank
from tests.conftest import TestDatabase
from tests.desk import BOSS, Desk, open_desk
from tests.scenarios.test_attachments import PDF, PNG, attach, read_back, stored_files


class BrokenStream(io.BytesIO):
    """A sender who goes away."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() > 300_000:
            raise ConnectionError("gone")
        return super().read(size)


def test_a_sender_who_goes_away_leaves_nothing_behind(desk: Desk) -> None:
    with pytest.raises(ConnectionError):
        receive_file(desk.runtime, BrokenStream(PDF + bytes(900_000)))
    assert stored_files(desk) == []
    sweep_files(desk.runtime)
    assert desk.rows(BlobRow) == []


def test_a_file_that_nothing_came_to_refer_to_is_swept_after_a_day(house: Bank, desk: Desk) -> None:
    number = house.file()
    received = receive_file(desk.runtime, io.BytesIO(PNG))
    sweep_files(desk.runtime)
    assert len(stored_files(desk)) == 1
    house.wait(hours=25)
    assert sweep_files(desk.runtime) == 1
    assert (stored_files(desk), desk.rows(BlobRow)) == ([], [])
    with pytest.raises(ConflictError, match="send it again"):
        desk.perform(add_attachment, BOSS, number, received, NewAttachment("late.png"))
    assert desk.rows(AttachmentRow) == []


def test_a_store_that_cannot_be_written_says_so_and_no_row_stands(desk: Desk) -> None:
    (desk.settings.data_dir / "files").write_text("no folder")
    with pytest.raises(UnavailableError, match="Expected the folder"):
        receive_file(desk.runtime, io.BytesIO(PNG))
    sweep_files(desk.runtime)
    assert desk.rows(BlobRow) == []


def test_files_go_when_they_were_kept_long_enough_after_the_end(database: TestDatabase) -> None:
    with open_desk(database.url, file_retention_days=1095) as desk:
        house = Bank(desk)
        number = house.file()
        attach(house, number)
        desk.perform(lambda work: change_status(work.connection, house.complaint(number).key, "closed", work.now))
        house.wait(days=1094)
        sweep_files(desk.runtime)
        assert len(stored_files(desk)) == 1
        house.wait(days=2)
        sweep_files(desk.runtime)
        row = desk.row(AttachmentRow)
        assert (row.deletion_reason, row.deleted_by, stored_files(desk)) == ("retention", "redress", [])


def test_a_new_key_seals_the_files_keys_anew_and_the_old_one_may_go(house: Bank, desk: Desk) -> None:
    row = attach(house, house.file(), PDF)
    (stored,) = stored_files(desk)
    before, old = stored.read_bytes(), desk.settings.data_keys
    rings = ({"second": b"2" * 32, **old}, {"second": b"2" * 32, "index": old["index"]})
    for ring in rings:
        runtime = open_runtime(replace(desk.settings, data_keys=ring), clock=desk.clock, nudges=desk.nudges)
        sweep_files(runtime)
        desk.runtime.engine.dispose()
        desk.runtime = runtime
        assert read_back(desk, row["blob_key"], 0, len(PDF)) == PDF
    assert (stored.read_bytes(), desk.row(BlobRow).key_name) == (before, "second")


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """The address of a bucket on a real S3 server in this process."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"s3://complaints/files?endpoint=http://{host}:{port}&region=cn-north-1"
    server.stop()


@pytest.fixture
def bucket_desk(database: TestDatabase, bucket: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "redress")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    client = open_s3_store(bucket)._client
    client.create_bucket(Bucket="complaints", CreateBucketConfiguration={"LocationConstraint": "cn-north-1"})
    with open_desk(database.url, files_url=bucket) as desk:
        yield desk
    for one in _objects(desk):
        client.delete_object(Bucket="complaints", Key=one["Key"])
    client.delete_bucket(Bucket="complaints")
    client.close()
    desk.runtime.files._client.close()


def _objects(desk: Desk) -> list[dict[str, Any]]:
    return desk.runtime.files._client.list_objects_v2(Bucket="complaints").get("Contents", [])


def test_files_lie_sealed_in_a_bucket_and_any_part_can_be_read(bucket_desk: Desk) -> None:
    content = PDF + bytes(range(256)) * (PART_BYTES // 256 + 5000)
    house = Bank(bucket_desk)
    row = attach(house, house.file(), content)
    (stored,) = _objects(bucket_desk)
    assert stored["Key"].startswith("files/")
    assert stored["Size"] > len(content)
    assert read_back(bucket_desk, row["blob_key"], 0, len(content)) == content
    assert read_back(bucket_desk, row["blob_key"], PART_BYTES - 3, 9) == content[PART_BYTES - 3 : PART_BYTES + 6]


def test_an_upload_to_a_bucket_that_breaks_off_leaves_no_part(bucket_desk: Desk) -> None:
    class Gone(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 2 * PART_BYTES:
                raise ConnectionError("gone")
            return super().read(size)

    with pytest.raises(ConnectionError):
        receive_file(bucket_desk.runtime, Gone(PDF + bytes(3 * PART_BYTES)))
    uploads = bucket_desk.runtime.files._client.list_multipart_uploads(Bucket="complaints")
    assert (_objects(bucket_desk), uploads.get("Uploads", [])) == ([], [])


def test_a_bucket_that_is_away_is_told_as_such(database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "redress")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with open_desk(database.url, files_url="s3://x?endpoint=http://127.0.0.1:9&region=a") as desk:
        with pytest.raises(UnavailableError, match="Expected the file store to answer"):
            receive_file(desk.runtime, io.BytesIO(PNG))
        desk.runtime.files._client.close()
