"""Published complaints taken in as records: once, with what is wrong named by line, and without a process."""

from __future__ import annotations

import gzip
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.domain.actor import SYSTEM, Actor
from app.domain.cfpb import COLUMNS, PublishedFileError
from app.domain.reject import Reject
from app.errors import ForbiddenError, InvalidInputError, NotFoundError
from app.services.find_by_fields import find_by_fields
from app.services.import_complaints import BATCH, import_complaints
from app.services.import_file import ImportCount
from app.storage.classifications import list_classes
from app.storage.clocks import ClockRow
from app.storage.complaints import ComplaintRow
from app.storage.instances import ProcessInstanceRow
from tests.clock_desk import clocks
from tests.desk import BOSS, Desk

REAL = Path(__file__).parents[2] / "../shared/data/cfpb_complaints_2015.csv.gz"
GOOD = 'Mortgage,FHA mortgage,"Application, originator, mortgage broker",,MA,2127,3/17/2015,3/19/2015'
LINES = (
    f"11,{GOOD},Closed with explanation,Yes,Yes",
    f"12,{GOOD},In progress,Yes,",
    f"13,{GOOD},Closed,No,No",
)


@pytest.fixture
def bank(stocked: Desk) -> Desk:
    return stocked


def published(folder: Path, *lines: str) -> Path:
    path = folder / "published.csv"
    path.write_text("\n".join([",".join(COLUMNS), *lines, ""]), encoding="utf-8")
    return path


def take_in(bank: Desk, path: Path) -> tuple[ImportCount, list[Reject]]:
    rejects: list[Reject] = []
    return import_complaints(bank.runtime, SYSTEM, path, on_reject=rejects.append), rejects


def test_lines_become_archived_records_without_a_process(bank: Desk, tmp_path: Path) -> None:
    count, rejects = take_in(bank, published(tmp_path, *LINES))
    assert (count.read, count.added, count.known, rejects) == (3, 3, 0, [])
    rows = bank.rows(ComplaintRow)
    assert [row.number for row in rows] == ["TS-2015-000001", "TS-2015-000002", "TS-2015-000003"]
    assert {(row.status, row.process_id, row.instance_key, row.due_at, row.currency) for row in rows} == {
        ("archived", "", None, None, "USD")
    }
    assert rows[0].received_at == datetime(2015, 3, 17, 4, tzinfo=UTC)
    assert bank.rows(ProcessInstanceRow) == []


def test_their_clocks_stand_as_published(bank: Desk, tmp_path: Path) -> None:
    take_in(bank, published(tmp_path, *LINES))
    standing = {
        row.external_number: [view.row.standing for view in clocks(bank, row.number).values()]
        for row in bank.rows(ComplaintRow)
    }
    assert standing == {
        "CFPB-11": ["met", "met"],
        "CFPB-12": ["met", "superseded"],
        "CFPB-13": ["missed", "superseded"],
    }
    first = clocks(bank, "TS-2015-000001")["us_first_response"]
    assert first.ledger.deadline == first.row.deadline_at == datetime(2015, 4, 4, 4, tzinfo=UTC)
    assert len(first.ledger.days) == 16
    assert bank.rows(ClockRow, ended_at=None) == []


def test_they_are_classified_in_the_published_scheme(bank: Desk, tmp_path: Path) -> None:
    take_in(bank, published(tmp_path, LINES[0]))
    with bank.runtime.reading() as connection:
        kept = list_classes(connection, bank.row(ComplaintRow).key)
    assert [(row.facet, row.code, row.stage, row.version) for row in kept] == [
        ("issue", "application_originator_mortgage_broker", "first", 1),
        ("product", "mortgage/fha_mortgage", "first", 1),
    ]


def test_they_are_found_by_their_fields(bank: Desk, tmp_path: Path) -> None:
    take_in(bank, published(tmp_path, *LINES))
    for fields, numbers in (({"state": "ma", "timelyResponse": False}, [13]), ({"zipCode": "2127"}, [13, 12, 11])):
        rows = bank.perform(find_by_fields, BOSS, fields)
        assert [row.external_number for row in rows] == [f"CFPB-{number}" for number in numbers]


def test_the_same_file_again_adds_nothing_and_a_longer_one_the_rest(bank: Desk, tmp_path: Path) -> None:
    take_in(bank, published(tmp_path, LINES[0]))
    count, _ = take_in(bank, published(tmp_path, *LINES, LINES[2]))
    assert (count.added, count.known) == (2, 2)
    assert [row.number[-1] for row in bank.rows(ComplaintRow)] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("x,a,,b,,MA,1,3/17/2015,3/19/2015,Closed,Yes,", "a number as Complaint ID, but got 'x'"),
        ("14,a,,b,,MA,1,17/3/2015,3/19/2015,Closed,Yes,", "a day as M/D/YYYY in Date received"),
        ("14,a,,b,,MA,1,3/19/2015,3/17/2015,Closed,Yes,", "sent after it was received"),
        ("14,a,,b,,MA,1,3/17/2015,3/19/2015,Ignored,Yes,", "a published response"),
        ("14,a,,b", "12 values"),
        (f"14,{GOOD},Closed,Yes,,more", "12 values"),
        ("14,Moonshine,,b,,MA,1,3/17/2015,3/19/2015,Closed,Yes,", "a product of cfpb_2015, but got 'Moonshine'"),
    ],
)
def test_a_line_that_is_no_complaint_is_named_and_keeps_no_other_back(
    bank: Desk, tmp_path: Path, line: str, said: str
) -> None:
    count, (reject,) = take_in(bank, published(tmp_path, LINES[0], line, LINES[1]))
    assert (count.added, count.rejected, reject.line) == (2, 1, 3)
    assert said in reject.reason


def test_files_of_another_kind_are_refused(bank: Desk, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")
    with pytest.raises(PublishedFileError, match="Complaint ID"):
        take_in(bank, other)
    broken = tmp_path / "broken.csv.gz"
    broken.write_bytes(gzip.compress(b"x" * 9000)[:-20])
    with pytest.raises(InvalidInputError, match="whole gzip"):
        take_in(bank, broken)
    with pytest.raises(NotFoundError):
        take_in(bank, tmp_path / "nowhere.csv")
    with pytest.raises(ForbiddenError):
        import_complaints(bank.runtime, Actor("anna"), other)


def test_two_imports_of_one_file_at_once_add_each_complaint_once(bank: Desk, tmp_path: Path) -> None:
    path = published(tmp_path, *(f"{number},{GOOD},Closed,Yes," for number in range(2 * BATCH)))
    threads = [threading.Thread(target=take_in, args=(bank, path)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = sorted(row.number for row in bank.rows(ComplaintRow))
    assert numbers == [f"TS-2015-{sequence:06d}" for sequence in range(1, 2 * BATCH + 1)]


def test_real_complaints_are_taken_in_from_the_published_archive(bank: Desk, tmp_path: Path) -> None:
    if not REAL.exists():
        pytest.skip(f"Expected the published complaints at {REAL}, but they are not on this machine")
    with gzip.open(REAL, "rt", encoding="utf-8") as lines:
        first = [next(lines) for _ in range(1201)]
    path = tmp_path / "first.csv.gz"
    path.write_bytes(gzip.compress("".join(first).encode()))
    seen: list[float] = []
    count = import_complaints(bank.runtime, SYSTEM, path, on_progress=lambda now: seen.append(now.fraction))
    assert (count.added, count.rejected) == (1200, 0)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
