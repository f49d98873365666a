"""The number functions (DMN 1.5, table 77) with Camunda's `random number`. All round in decimal128."""

from __future__ import annotations

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)
from typing import TYPE_CHECKING, Any

from app.feel.builtins.declare import built_in, refuse, takes
from app.feel.signature import BuiltIn
from app.feel.values import DECIMAL128, NUMBER_FAULTS, DaysTimeDuration, YearsMonthsDuration
from app.feel.values.numbers import SCALE_RANGE, remainder, round_to_scale, whole

if TYPE_CHECKING:
    from app.feel.environment import Run

_ZERO = Decimal(0)


def _rounded(run: Run, number: Decimal, scale: Decimal, rounding: str) -> Decimal | None:
    if not SCALE_RANGE.start <= scale < SCALE_RANGE.stop:
        return refuse(run, f"Expected a scale from {SCALE_RANGE.start} to {SCALE_RANGE.stop - 1}, but it is {scale}")
    result = round_to_scale(number, int(scale.to_integral_value(rounding=ROUND_FLOOR)), rounding)
    return result if result is not None else refuse(run, f"Expected a number that can be rounded, but it is {number}")


def decimal_(run: Run, number: Decimal, scale: Decimal) -> Decimal | None:
    """Return the number with `scale` digits, half to even."""
    return _rounded(run, number, scale, ROUND_HALF_EVEN)


def floor(run: Run, number: Decimal, scale: Decimal = _ZERO) -> Decimal | None:
    """Return the largest number with `scale` digits that is not more."""
    return _rounded(run, number, scale, ROUND_FLOOR)


def ceiling(run: Run, number: Decimal, scale: Decimal = _ZERO) -> Decimal | None:
    """Return the smallest number with `scale` digits that is not less."""
    return _rounded(run, number, scale, ROUND_CEILING)


def round_up(run: Run, number: Decimal, scale: Decimal) -> Decimal | None:
    """Round away from zero."""
    return _rounded(run, number, scale, ROUND_UP)


def round_down(run: Run, number: Decimal, scale: Decimal) -> Decimal | None:
    """Round towards zero."""
    return _rounded(run, number, scale, ROUND_DOWN)


def round_half_up(run: Run, number: Decimal, scale: Decimal) -> Decimal | None:
    """Round to the nearest, halves away from zero."""
    return _rounded(run, number, scale, ROUND_HALF_UP)


def round_half_down(run: Run, number: Decimal, scale: Decimal) -> Decimal | None:
    """Round to the nearest, halves towards zero."""
    return _rounded(run, number, scale, ROUND_HALF_DOWN)


def absolute(
    _run: Run, value: Decimal | DaysTimeDuration | YearsMonthsDuration
) -> Decimal | DaysTimeDuration | YearsMonthsDuration:
    """Return a number or duration without its sign."""
    if isinstance(value, DaysTimeDuration):
        return DaysTimeDuration(abs(value.nanos))
    if isinstance(value, YearsMonthsDuration):
        return YearsMonthsDuration(abs(value.total_months))
    return DECIMAL128.abs(value)


def modulo(run: Run, dividend: Decimal, divisor: Decimal) -> Decimal | None:
    """Return `dividend - divisor * floor(dividend / divisor)`, which has the divisor's sign."""
    if not divisor:
        run.warn("DIVISION_BY_ZERO", "Expected a divisor other than 0, but it is 0")
        return None
    return remainder(dividend, divisor)


def square_root(run: Run, number: Decimal) -> Decimal | None:
    """Return the square root of a number that is not negative."""
    if number < 0:
        return refuse(run, f"Expected a number that is not negative, but it is {number}")
    return DECIMAL128.sqrt(number)


def logarithm(run: Run, number: Decimal) -> Decimal | None:
    """Return the natural logarithm of a positive number."""
    if number <= 0:
        return refuse(run, f"Expected a positive number, but it is {number}")
    return DECIMAL128.ln(number)


def exponential(run: Run, number: Decimal) -> Decimal | None:
    """Return e raised to the number."""
    try:
        return DECIMAL128.exp(number)
    except NUMBER_FAULTS:
        return refuse(run, f"Expected a number whose exponential is below 10**6144, but it is {number}")


def _is_odd(run: Run, number: Decimal) -> bool | None:
    if number != number.to_integral_value():
        return refuse(run, f"Expected a whole number, but it is {number}")
    integral = whole(number)
    return integral is not None and integral % 2 == 1


def _is_even(run: Run, number: Decimal) -> bool | None:
    odd = _is_odd(run, number)
    return None if odd is None else not odd


def _rounding(name: str, function: Callable[..., Any], en: str, zh: str, example: str) -> BuiltIn:
    return built_in(name, takes(function, "n: number", "scale: number"), gives="number", en=en, zh=zh, example=example)


NUMBER_FUNCTIONS = (
    built_in(
        "decimal",
        takes(decimal_, "n: number", "scale: number"),
        gives="number",
        en="A number rounded to so many decimal places, halves to the even neighbour.",
        zh="保留指定位小数，恰为一半时取偶。",
        example="decimal(2.5, 0) = 2",
    ),
    built_in(
        "floor",
        takes(floor, "n: number", "scale?: number"),
        gives="number",
        en="The largest number with so many decimal places that is not more.",
        zh="向下取到指定位小数。",
        example="floor(-1.56, 1) = -1.6",
    ),
    built_in(
        "ceiling",
        takes(ceiling, "n: number", "scale?: number"),
        gives="number",
        en="The smallest number with so many decimal places that is not less.",
        zh="向上取到指定位小数。",
        example="ceiling(1.5) = 2",
    ),
    _rounding("round up", round_up, "Rounds away from zero.", "远离零取整。", "round up(-5.5, 0) = -6"),
    _rounding("round down", round_down, "Rounds towards zero.", "向零取整。", "round down(-5.5, 0) = -5"),
    _rounding(
        "round half up",
        round_half_up,
        "Rounds to the nearest, halves away from zero.",
        "四舍五入，恰为一半时远离零。",
        "round half up(2.5, 0) = 3",
    ),
    _rounding(
        "round half down",
        round_half_down,
        "Rounds to the nearest, halves towards zero.",
        "取最近值，恰为一半时向零。",
        "round half down(2.5, 0) = 2",
    ),
    built_in(
        "abs",
        takes(absolute, "n: number|days and time duration|years and months duration"),
        gives="any",
        en="A number or duration without its sign.",
        zh="数或时长的绝对值。",
        example="abs(-10) = 10",
    ),
    built_in(
        "modulo",
        takes(modulo, "dividend: number", "divisor: number"),
        gives="number",
        en="The remainder of a division, with the divisor's sign.",
        zh="相除的余数，符号与除数相同。",
        example="modulo(-12, 5) = 3",
    ),
    built_in(
        "sqrt",
        takes(square_root, "number: number"),
        gives="number",
        en="The square root.",
        zh="平方根。",
        example="sqrt(16) = 4",
    ),
    built_in(
        "log",
        takes(logarithm, "number: number"),
        gives="number",
        en="The natural logarithm.",
        zh="自然对数。",
        example="log(1) = 0",
    ),
    built_in(
        "exp",
        takes(exponential, "number: number"),
        gives="number",
        en="e raised to the number.",
        zh="e 的指定次幂。",
        example="exp(0) = 1",
    ),
    built_in(
        "odd",
        takes(_is_odd, "number: number"),
        gives="boolean",
        en="Whether a whole number is odd.",
        zh="整数是否为奇数。",
        example="odd(5) = true",
    ),
    built_in(
        "even",
        takes(_is_even, "number: number"),
        gives="boolean",
        en="Whether a whole number is even.",
        zh="整数是否为偶数。",
        example="even(2) = true",
    ),
    built_in(
        "random number",
        takes(lambda run: Decimal(repr(run.env.randomness.random()))),
        gives="number",
        en="A random number from 0 up to, but not, 1.",
        zh="0（含）到 1（不含）之间的随机数。",
        example="random number() < 1",
        deterministic=False,
    ),
)
"""In the order of the docs page."""
