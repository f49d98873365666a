"""docs/camunda-api.md and the routes say the same of every operation."""

from __future__ import annotations

import re
from pathlib import Path

import app.web.v2  # noqa: F401 - fills the registry
from app.web.v2.operation import OPERATIONS

PAGE = Path(__file__).parents[3] / "docs" / "camunda-api.md"
ROW = re.compile(r"^\| (\w+) \| (\w+) \| `([^`]+)` \| (\w+) \| ([\w-]+) \| (.*) \|$", re.M)


def test_the_page_names_every_operation_with_its_state_and_scope() -> None:
    told = {row[0]: row[1:5] for row in ROW.findall(PAGE.read_text(encoding="utf-8"))}
    served = {name: (one.method, one.path, "served", one.scope or "-") for name, one in OPERATIONS.items()}
    assert told == served


def test_the_page_marks_what_honours_an_idempotency_key() -> None:
    marked = {row[0] for row in ROW.findall(PAGE.read_text(encoding="utf-8")) if "Idempotency-Key" in row[5]}
    assert marked == {name for name, one in OPERATIONS.items() if one.creates}
