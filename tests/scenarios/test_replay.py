"""The replay: real complaints through all procedures with moved time, and counts that add up."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.cli import main
from app.errors import InvalidInputError
from app.services.replay_file import SAMPLE, read_replay_file, replay_in_scratch


def test_twelve_complaints_go_through_without_an_incident(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo-replay", "--limit", "12", "--file", str(SAMPLE)]) == 0
    out = dict(line.split(": ") for line in capsys.readouterr().out.splitlines())
    assert list(out) == ["closed", "open", "overdue", "escalated", "incidents"]
    assert int(out["closed"]) + int(out["open"]) == 12
    assert int(out["closed"]) >= 9
    assert out["incidents"] == "0"


def test_the_same_complaints_come_out_the_same() -> None:
    complaints = read_replay_file(SAMPLE, 4)
    counts = [replay_in_scratch(complaints, say=lambda done, total: None) for _ in range(2)]
    assert counts[0] == counts[1]


def test_a_company_that_was_late_is_escalated() -> None:
    late = [one for one in read_replay_file(SAMPLE, None) if not one.is_timely and not one.is_in_progress][:2]
    counts = replay_in_scratch(late, say=lambda done, total: None)
    assert (counts.escalated, counts.overdue) == (2, 2)


def test_a_limit_takes_complaints_from_the_whole_file() -> None:
    days = {one.received_on for one in read_replay_file(SAMPLE, 10)}
    assert (max(days) - min(days)).days > 30
    assert len(read_replay_file(SAMPLE, 10)) == 10
    with pytest.raises(InvalidInputError, match="--limit"):
        read_replay_file(SAMPLE, 0)


def test_a_file_that_is_none_or_no_csv_is_told(tmp_path: Path) -> None:
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\x9c\x00")
    (tmp_path / "plain.gz").write_bytes(b"Complaint ID")
    for name in ("none.csv", "picture.csv", "plain.gz"):
        with pytest.raises(InvalidInputError, match=f"Expected a readable CSV file .*{name}, but it cannot be read"):
            read_replay_file(tmp_path / name, 1)
