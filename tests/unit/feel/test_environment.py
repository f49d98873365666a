"""The clock, the environment's own functions, and Python's numbers at the edge."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from app.clock import PinnedClock
from app.feel import BuiltIn, Environment, Overload, Parameter, Run, compile_expression

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class TickingClock:
    def __init__(self) -> None:
        self.asked = 0

    def now(self) -> datetime:
        self.asked += 1
        return NOON.replace(minute=self.asked)


def manager_of(_run: Run, person: str) -> str:
    return f"boss of {person}"


def test_an_evaluation_records_the_one_instant_it_used() -> None:
    clock = TickingClock()
    result = compile_expression("now() = now()").evaluate({}, Environment(clock=clock))

    assert result.value is True
    assert result.instant == NOON.replace(minute=1)
    assert clock.asked == 1


def test_without_now_no_instant_is_recorded() -> None:
    assert compile_expression("1 + 1").evaluate({}, Environment(clock=PinnedClock(NOON))).instant is None


def test_the_environment_brings_functions_of_its_own() -> None:
    entry = BuiltIn("manager of", (Overload((Parameter("person", "string"),), manager_of),))
    env = Environment(functions={"manager of": entry})
    expression = compile_expression('manager of("Ann")', ("manager of",))

    assert expression.evaluate({}, env).value == "boss of Ann"
    assert [warning.code for warning in expression.evaluate({}).warnings] == ["NO_FUNCTION"]


def test_python_ints_are_numbers_at_the_edge() -> None:
    result: Any = compile_expression("a + 1").evaluate({"a": 1})

    assert result.value == Decimal(2)
    assert isinstance(result.value, Decimal)
