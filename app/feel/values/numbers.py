"""FEEL's numbers: `Decimal` in a private IEEE 754 decimal128 context, whatever the program's own context is.

Owns rounding, the exponent range, and the texts of numbers. Knows no other type.
"""

from __future__ import annotations

import decimal
import re
from decimal import ROUND_HALF_EVEN, Context, Decimal

DECIMAL128 = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    clamp=1,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)
"""34 digits, half-even; what has no finite answer raises one of NUMBER_FAULTS (DMN 1.5, 10.3.2.3.1)."""

NUMBER_FAULTS = (decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow)
"""What an operation in DECIMAL128 may raise; callers make it null with a warning."""

SCALE_RANGE = range(-6111, 6177)
"""The scales that `decimal` and the rounding functions accept (DMN 1.5, table 77)."""

_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")
_LONGEST_NUMBER_TEXT = 10_000
_WIDE = Context(prec=12_500, Emin=-19_999, Emax=19_999, traps=[decimal.InvalidOperation, decimal.Overflow])


def parse_number(text: str) -> Decimal | None:
    """Return the number that `text` spells (`-1.5`, `.5`, `1e3`), rounded to 34 digits; None when it spells none."""
    if len(text) > _LONGEST_NUMBER_TEXT or _NUMBER.fullmatch(text) is None:
        return None
    try:
        return DECIMAL128.create_decimal(text)
    except NUMBER_FAULTS:
        return None


def from_python(number: int | float) -> Decimal | None:
    """Return a Python number, a float through its shortest text; None for NaN, infinities and what is too large."""
    if isinstance(number, int):
        if number.bit_length() > 20_500:
            return None
        return DECIMAL128.create_decimal(number)
    return parse_number(repr(number))


def fits(number: Decimal) -> Decimal | None:
    """Return `number` rounded into the decimal128 range; None when it is not finite or too large."""
    try:
        rounded = DECIMAL128.plus(number)
    except NUMBER_FAULTS:
        return None
    return rounded if rounded.is_finite() else None


def round_to_scale(number: Decimal, scale: int, rounding: str) -> Decimal | None:
    """Return `number` with at most `scale` digits after the point; None outside SCALE_RANGE."""
    if scale not in SCALE_RANGE:
        return None
    if -scale <= int(number.as_tuple().exponent):
        return number
    step = Decimal((0, (1,), -scale))
    try:
        return number.quantize(step, rounding=rounding, context=_WIDE)
    except NUMBER_FAULTS:
        return None


def number_text(number: Decimal) -> str:
    """Return the shortest plain text: no exponent, no trailing zeros (`string(1.10)` is 1.1), no minus zero."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def whole(number: Decimal) -> int | None:
    """Return `number` as an int when it has no fraction and at most 34 digits; else None."""
    if number.adjusted() > 33 or number != number.to_integral_value():
        return None
    return int(number)


def remainder(dividend: Decimal, divisor: Decimal) -> Decimal:
    """Return `dividend - divisor * floor(dividend / divisor)`, exact before it is rounded to 34 digits."""
    rest = _WIDE.remainder(dividend, divisor)
    if rest and (rest < 0) != (divisor < 0):
        rest = _WIDE.add(rest, divisor)
    return DECIMAL128.plus(rest)
