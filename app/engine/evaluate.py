"""Evaluates a model's formulas over what a token sees.

Owns the conversion at the edge (only the names an expression uses) and the checks of result types. A wrong result is
a `StepFailure` that quotes the expression, the result and FEEL's warnings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.engine.failure import StepFailure
from app.engine.formula import Formula
from app.engine.kinds import ErrorType
from app.engine.timers import TimerError, read_instant
from app.engine.token import Token
from app.engine.variables import holder_of, read_at
from app.feel import FeelError, Run, to_feel, to_json, to_text

NOTHING: Mapping[str, Any] = {}
CLUSTER = "camunda"
"""The name under which expressions read cluster variables (`camunda.vars.env.…`); a variable so called hides it."""
LONGEST_NAME = 255
"""Of what names somebody or something, correlation keys among it: what tables keep and indexes find."""
LONGEST_REFERENCE = 2000
"""Of what only refers to something outside."""
FAILED = ErrorType.EXTRACT_VALUE_ERROR
"""What every expression that cannot be evaluated to what is wanted is an incident of."""


def feel_value(token: Token, formula: Formula, *, extra: Mapping[str, Any] = NOTHING) -> tuple[Any, Run | None]:
    """The FEEL value of `formula` and the run it took (None for a literal); `extra` lies over the variables."""
    expression = formula.expression
    if expression is None:
        return formula.text, None
    run = Run(token.workflow.environment)
    try:
        context = dict(_seen(token, expression.free_names, extra))
        value = expression.value(context, run)
    except FeelError as problem:
        raise StepFailure(FAILED, f"Expected {formula.text!r} to be evaluated, but {problem}") from problem
    for warning in run.warnings:
        if warning.code == "ASSERTION_FAILED":
            raise StepFailure(FAILED, f"Expected the assertion in {formula.text!r} to hold, but: {warning.reason}")
    return value, run


def _seen(token: Token, names: Iterable[str], extra: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name in names:
        if name in extra:
            yield name, to_feel(extra[name])
        elif (holder := holder_of(token, name)) is not None:
            yield name, to_feel(read_at(holder, name))
        elif name == CLUSTER:
            yield name, token.workflow.ports.cluster_variables()


def json_value(token: Token, formula: Formula, *, extra: Mapping[str, Any] = NOTHING) -> Any:
    """The value as JSON: FEEL's temporals become ISO strings."""
    value, run = feel_value(token, formula, extra=extra)
    if run is None:
        return value
    try:
        return to_json(value)
    except FeelError as problem:
        raise StepFailure(FAILED, f"Expected {formula.text!r} to give a JSON value, but {problem}") from problem


def _mismatch(formula: Formula, wanted: str, value: Any, run: Run | None) -> StepFailure:
    shown = "null" if value is None else to_text(value) if run is not None else repr(value)
    message = f"Expected the result of {formula.text!r} to be {wanted}, but it was {shown}"
    if run is not None and run.warnings:
        message += ". Warnings: " + "; ".join(f"{warning.code}: {warning.reason}" for warning in run.warnings)
    return StepFailure(FAILED, message)


def _is_text(value: Any, longest: int) -> bool:
    """Whether it is a string that every store can keep and find: PostgreSQL keeps none with a NUL in it."""
    return isinstance(value, str) and len(value) <= longest and "\0" not in value


def boolean(token: Token, formula: Formula, *, extra: Mapping[str, Any] = NOTHING) -> bool:
    """The value, which must be true or false."""
    value, run = feel_value(token, formula, extra=extra)
    if value is True or value is False:
        return bool(value)
    raise _mismatch(formula, "true or false", value, run)


def string(token: Token, formula: Formula) -> str:
    """The value, which must be a string that is not empty."""
    value, run = feel_value(token, formula)
    if _is_text(value, LONGEST_NAME) and value:
        return str(value)
    raise _mismatch(formula, f"a string of up to {LONGEST_NAME} characters", value, run)


def optional_string(token: Token, formula: Formula | None, *, longest: int = LONGEST_NAME) -> str | None:
    """The value as a string; None for no formula, null or an empty string."""
    if formula is None:
        return None
    value, run = feel_value(token, formula)
    if value is None or _is_text(value, longest):
        return value or None
    raise _mismatch(formula, f"a string of up to {longest} characters", value, run)


def text(token: Token, formula: Formula) -> str:
    """A correlation key: a string, or a number's digits."""
    value, run = feel_value(token, formula)
    if _is_text(value, LONGEST_NAME) and value:
        return str(value)
    if isinstance(value, Decimal):
        return str(to_json(value))
    raise _mismatch(formula, f"a string of up to {LONGEST_NAME} characters or a number", value, run)


def integer(token: Token, formula: Formula, *, low: int, high: int = 2**31 - 1) -> int:
    """The value as a whole number within bounds; literals are digits."""
    value, run = feel_value(token, formula)
    if run is None and value.strip().lstrip("-").isdecimal():
        value = Decimal(value)
    if isinstance(value, Decimal) and value == value.to_integral_value() and low <= value <= high:
        return int(value)
    raise _mismatch(formula, f"a whole number from {low} to {high}", value, run)


def strings(token: Token, formula: Formula | None) -> tuple[str, ...]:
    """A list of strings; a literal is split at commas; empty for no formula and null."""
    if formula is None:
        return ()
    value, run = feel_value(token, formula)
    if value is None:
        return ()
    if run is None:
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if isinstance(value, list) and all(_is_text(each, LONGEST_NAME) for each in value):
        return tuple(value)
    raise _mismatch(formula, f"a list of strings of up to {LONGEST_NAME} characters", value, run)


def items(token: Token, formula: Formula) -> list[Any]:
    """A list, as JSON values."""
    value, run = feel_value(token, formula)
    if isinstance(value, list):
        try:
            return [to_json(item) for item in value]
        except FeelError as problem:
            raise _mismatch(formula, "a list of JSON values", value, run) from problem
    raise _mismatch(formula, "a list", value, run)


def instant(token: Token, formula: Formula | None) -> datetime | None:
    """A date and time in UTC; None for no formula, null or an empty string."""
    if formula is None:
        return None
    value, run = feel_value(token, formula)
    if value is None or value == "":
        return None
    try:
        return read_instant(value if isinstance(value, str) else str(to_json(value)), token.workflow.ports.zone)
    except TimerError as problem:
        raise _mismatch(formula, "a date and time", value, run) from problem
