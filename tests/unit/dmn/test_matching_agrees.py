"""Three ways through a table: by column index, the long way, and cell by cell for the trace. They always agree."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.dmn import load
from tests.unit.dmn.models import evaluate
from tests.unit.dmn.tables import table_xml

NUMBERS = st.sampled_from(["0", "1", "2", "2.5", "10", "-3", "0.1"])
NUMBER_CELLS = st.one_of(
    st.builds("{}{}".format, st.sampled_from(["", "< ", "<= ", "> ", ">= ", "= ", "!= "]), NUMBERS),
    st.builds("{}{}..{}{}".format, st.sampled_from("[]("), NUMBERS, NUMBERS, st.sampled_from("[])")),
    st.builds("not({}, {})".format, NUMBERS, NUMBERS),
    st.builds("{}, > {}".format, NUMBERS, NUMBERS),
)
STRING_CELLS = st.sampled_from(['"a"', '"a","b"', 'not("a")', 'not("a","c")', '= "b"', '< "b"', 'starts with(?, "a")'])
OTHER_CELLS = st.sampled_from(["-", "", "true", "false", "not(true)", "null", "not(null)", "c0", "? = c1", '["a", 1]'])
CELLS = st.one_of(NUMBER_CELLS, STRING_CELLS, OTHER_CELLS)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-4, 11),
    st.sampled_from(["a", "b", "c", "", Decimal("2.5"), Decimal("0.1"), 0.1, 2.5, [], ["a"], {"k": 1}]),
    st.sampled_from([10**40, Decimal("1e-40"), Decimal("2.50000000000000000000000000000000000001")]),
)
TYPES = st.sampled_from(["", ":number", ":string", ":boolean"])
POLICIES = st.sampled_from(["UNIQUE", "ANY", "FIRST", "RULE ORDER", "COLLECT"])


@st.composite
def tables(draw: st.DrawFn) -> str:
    columns = [f"c{at}{draw(TYPES)}" for at in range(draw(st.integers(1, 3)))]
    output = draw(st.sampled_from(["{}", "0 + {}"]))
    rows = draw(st.lists(st.tuples(*[CELLS for _ in columns]), min_size=1, max_size=6))
    full = [(*row, output.format(at % 3)) for at, row in enumerate(rows)]
    return table_xml(columns, ["out"], full, policy=draw(POLICIES))


@settings(max_examples=200, deadline=None)
@given(tables(), st.dictionaries(st.sampled_from(["c0", "c1", "c2"]), VALUES))
def test_the_index_and_the_cells_always_agree(xml: str, context: dict[str, Any]) -> None:
    model = load(xml)
    quick = evaluate(model, "d", context)
    traced = evaluate(model, "d", context, trace=True)
    assert quick.value == traced.value, xml
    assert [str(error) for error in quick.errors] == [str(error) for error in traced.errors]


def test_numbers_are_compared_exactly_whatever_python_class_carries_them() -> None:
    model = load(table_xml(["x:number"], ["out"], [("0.1", '"exact"'), ("-", '"other"')], policy="FIRST"))
    for value in (0.1, Decimal("0.1"), Decimal("0.10")):
        assert evaluate(model, "d", {"x": value}).value == "exact"
    assert evaluate(model, "d", {"x": Decimal("0.1000000001")}).value == "other"


def test_true_is_not_the_number_one() -> None:
    model = load(table_xml(["x"], ["out"], [("1", '"one"'), ("true", '"yes"')], policy="FIRST"))
    assert evaluate(model, "d", {"x": True}).value == "yes"
    assert evaluate(model, "d", {"x": 1}).value == "one"
