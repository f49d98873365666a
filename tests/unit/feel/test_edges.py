"""JSON and Python values come in exactly, and go out with every digit."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from app.feel import ContextType, FeelError, FeelLimitError, ListType, compile_expression, to_feel, to_json
from app.feel.types import DATE, DATE_TIME, DAYS_TIME, TIME, YEARS_MONTHS


def test_numbers_come_in_through_their_text_and_leave_exact() -> None:
    assert to_feel({"a": [1, 0.1, True, None]}) == {"a": [Decimal(1), Decimal("0.1"), True, None]}
    assert to_feel(True) is True
    assert to_json([Decimal("10.00"), Decimal("1.10"), Decimal("1E+5")]) == [10, Decimal("1.10"), 100_000]
    assert type(to_json(Decimal("10.00"))) is int
    assert to_json(Decimal("1E+6000")) == Decimal("1E+6000")


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        (DATE, "2026-03-01", "2026-03-01"),
        (DATE, "2026-03-01T10:00:00Z", "2026-03-01"),
        (TIME, "10:30:00Z", "10:30:00Z"),
        (DATE_TIME, "2026-03-01", "2026-03-01T00:00:00Z"),
        (DATE_TIME, "2026-03-01T10:00:00+08:00", "2026-03-01T10:00:00+08:00"),
        (DAYS_TIME, "PT24H", "P1D"),
        (YEARS_MONTHS, "P12M", "P1Y"),
    ],
)
def test_texts_become_temporals_where_a_type_asks_for_it(kind: Any, text: str, found: str) -> None:
    assert str(to_feel(text, kind)) == found
    assert not isinstance(to_feel(text, kind), str)
    assert to_feel(text) == text
    assert to_feel("P1X", kind) == "P1X"


def test_types_reach_into_lists_and_contexts() -> None:
    kind = ContextType(entries={"days": ListType(item=DATE)})

    assert to_json(to_feel({"days": ["2026-03-01T10:00:00Z"], "other": "2026-03-01T10:00:00Z"}, kind)) == {
        "days": ["2026-03-01"],
        "other": "2026-03-01T10:00:00Z",
    }


def test_python_temporals_come_in_and_zones_leave_as_offsets() -> None:
    instant = datetime.datetime(2026, 7, 1, 10, 0, tzinfo=datetime.UTC)

    assert str(to_feel(instant)) == "2026-07-01T10:00:00Z"
    assert str(to_feel(instant.date())) == "2026-07-01"
    assert str(to_feel(datetime.timedelta(days=-1, microseconds=1))) == "-PT23H59M59.999999S"
    zoned = compile_expression('@"2026-07-01T10:00:00@Europe/Paris"').evaluate({}).value
    assert to_json(zoned) == "2026-07-01T10:00:00+02:00"
    assert to_json(compile_expression("[1..2)").evaluate({}).value) == "[1..2)"


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), pytest.param(10**7000, id="10**7000"), object(), {1: 2}, {"a": b"bytes"}],
)
def test_what_json_has_not_is_refused(value: Any) -> None:
    with pytest.raises(FeelError, match="Expected"):
        to_feel(value)


def test_nesting_has_an_end_both_ways() -> None:
    nested: list[Any] = []
    for _ in range(300):
        nested = [nested]

    for direction in (to_feel, to_json):
        with pytest.raises(FeelLimitError, match="nested at most 200"):
            direction(nested)
