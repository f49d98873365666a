"""`+ - * / **` and unary minus over every pair of types that has them (DMN 1.5, tables 55 to 59).

Owns which pairs have an answer; all others are null, with a warning on the run.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any

from app.feel.values.dates import FeelDate
from app.feel.values.durations import DaysTimeDuration, YearsMonthsDuration
from app.feel.values.kinds import kind_of
from app.feel.values.numbers import DECIMAL128, NUMBER_FAULTS
from app.feel.values.times import DAY_NANOS, FeelDateTime, FeelTime

if TYPE_CHECKING:
    from app.feel.environment import Run

_Operation = Callable[[Any, Any], Any]
_LARGEST_EXPONENT = Decimal(1_000_000)


def add(run: Run, left: Any, right: Any) -> Any:
    """Return `left + right`: numbers, two strings, two durations of a kind, or a temporal and a duration."""
    if type(left) is Decimal and type(right) is Decimal:
        try:
            return DECIMAL128.add(left, right)
        except NUMBER_FAULTS:
            return _too_large(run, "+")
    if type(left) is str and type(right) is str:
        size = len(left) + len(right)
        run.check_string(size)
        if size > 63:
            run.step(size >> 6)
        return left + right
    return _apply(run, "+", _ADDITIONS, left, right)


def subtract(run: Run, left: Any, right: Any) -> Any:
    """Return `left - right`: numbers, durations, a temporal less a duration, or two temporals' distance."""
    if type(left) is Decimal and type(right) is Decimal:
        try:
            return DECIMAL128.subtract(left, right)
        except NUMBER_FAULTS:
            return _too_large(run, "-")
    return _apply(run, "-", _SUBTRACTIONS, left, right)


def multiply(run: Run, left: Any, right: Any) -> Any:
    """Return `left * right`: numbers, or a duration and a number."""
    if type(left) is Decimal and type(right) is Decimal:
        try:
            return DECIMAL128.multiply(left, right)
        except NUMBER_FAULTS:
            return _too_large(run, "*")
    return _apply(run, "*", _MULTIPLICATIONS, left, right)


def divide(run: Run, left: Any, right: Any) -> Any:
    """Return `left / right`: numbers, a duration by a number, or two durations of a kind (a number)."""
    if type(right) is Decimal and not right and left is not None:
        run.warn("DIVISION_BY_ZERO", f"Expected a divisor other than 0, but {kind_of(left)} was divided by 0")
        return None
    if type(left) is Decimal and type(right) is Decimal:
        try:
            return DECIMAL128.divide(left, right)
        except NUMBER_FAULTS:
            return _too_large(run, "/")
    return _apply(run, "/", _DIVISIONS, left, right)


def power(run: Run, left: Any, right: Any) -> Any:
    """Return `left ** right`, numbers only; exponents past a million are refused unless the base is -1, 0 or 1."""
    if type(left) is not Decimal or type(right) is not Decimal:
        return _refuse(run, "**", left, right)
    if not right:
        return Decimal(1)
    if abs(right) > _LARGEST_EXPONENT and abs(left) not in (0, 1):
        return _too_large(run, "**")
    try:
        result = DECIMAL128.power(left, right)
    except NUMBER_FAULTS:
        return _too_large(run, "**")
    return result if result.is_finite() else _too_large(run, "**")  # 0 ** -1 is infinite without a fault


def negate(run: Run, operand: Any) -> Any:
    """Return `-operand`: a number or a duration."""
    if type(operand) is Decimal:
        return DECIMAL128.minus(operand)
    if type(operand) is DaysTimeDuration:
        return DaysTimeDuration(-operand.nanos)
    if type(operand) is YearsMonthsDuration:
        return YearsMonthsDuration(-operand.total_months)
    run.warn("INVALID_OPERAND", f"Expected a number or a duration after -, but it is {kind_of(operand)}")
    return None


def _apply(run: Run, sign: str, table: dict[tuple[type, type], _Operation], left: Any, right: Any) -> Any:
    operation = table.get((type(left), type(right)))
    if operation is None:
        return _refuse(run, sign, left, right)
    try:
        result = operation(left, right)
    except NUMBER_FAULTS:
        result = None
    if result is None:
        run.warn(
            "NO_RESULT",
            f"Expected {kind_of(left)} {sign} {kind_of(right)} to have a result, but {left} {sign} {right} has none",
        )
    return result


def _refuse(run: Run, sign: str, left: Any, right: Any) -> None:
    run.warn(
        "INVALID_OPERAND", f"Expected operands that {sign} accepts, but they are {kind_of(left)} and {kind_of(right)}"
    )


def _too_large(run: Run, sign: str) -> None:
    run.warn(
        "NUMBER_OUT_OF_RANGE", f"Expected a number within 34 digits and 10**6144, but the result of {sign} is not one"
    )


def _midnight_utc(date: FeelDate) -> int:
    return date.epoch_day * DAY_NANOS


def _date_plus(date: FeelDate, duration: DaysTimeDuration) -> FeelDate | None:
    return FeelDate.from_epoch_day((_midnight_utc(date) + duration.nanos) // DAY_NANOS)


def _date_time_plus(instant: FeelDateTime, nanos: int) -> FeelDateTime | None:
    return FeelDateTime.from_epoch_nanos(instant.epoch_nanos + nanos, instant.time.offset, instant.time.zone)


def _date_time_plus_months(instant: FeelDateTime, months: int) -> FeelDateTime | None:
    date = instant.date.plus_months(months)
    return None if date is None else FeelDateTime(date, instant.time)


def _time_plus(time: FeelTime, nanos: int) -> FeelTime:
    return FeelTime.from_nanos(time.nanos + nanos, time.offset, time.zone)


def _between(later: FeelDate | FeelDateTime, earlier: FeelDate | FeelDateTime) -> DaysTimeDuration | None:
    # A date counts as midnight UTC, so it has a zone and no distance to a local date and time.
    (later_local, later_nanos), (earlier_local, earlier_nanos) = (
        (False, _midnight_utc(value)) if isinstance(value, FeelDate) else (value.is_local, value.epoch_nanos)
        for value in (later, earlier)
    )
    return DaysTimeDuration.of(later_nanos - earlier_nanos) if later_local == earlier_local else None


def _times_between(later: FeelTime, earlier: FeelTime) -> DaysTimeDuration | None:
    return DaysTimeDuration.of(later.utc_nanos - earlier.utc_nanos) if later.is_local == earlier.is_local else None


def _scaled(size: int, factor: Decimal, rounding: str) -> int:
    product = DECIMAL128.multiply(Decimal(size), factor)
    if product.adjusted() > 30:
        raise NUMBER_FAULTS[0]
    return int(product.to_integral_value(rounding=rounding))


def _days_times(duration: DaysTimeDuration, factor: Decimal) -> DaysTimeDuration | None:
    return DaysTimeDuration.of(_scaled(duration.nanos, factor, ROUND_HALF_EVEN))


def _months_times(duration: YearsMonthsDuration, factor: Decimal) -> YearsMonthsDuration | None:
    return YearsMonthsDuration.of(_scaled(duration.total_months, factor, ROUND_DOWN))


def _days_by(duration: DaysTimeDuration, divisor: Decimal) -> DaysTimeDuration | None:
    quotient = DECIMAL128.divide(Decimal(duration.nanos), divisor)
    return DaysTimeDuration.of(_scaled(1, quotient, ROUND_HALF_EVEN))


def _months_by(duration: YearsMonthsDuration, divisor: Decimal) -> YearsMonthsDuration | None:
    quotient = DECIMAL128.divide(Decimal(duration.total_months), divisor)
    return YearsMonthsDuration.of(_scaled(1, quotient, ROUND_DOWN))


def _swapped(operation: _Operation) -> _Operation:
    return lambda left, right: operation(right, left)


_D, _T, _DT, _DTD, _YMD = FeelDate, FeelTime, FeelDateTime, DaysTimeDuration, YearsMonthsDuration
_TEMPORAL_ADDITIONS: dict[tuple[type, type], _Operation] = {
    (_DT, _DTD): lambda instant, length: _date_time_plus(instant, length.nanos),
    (_DT, _YMD): lambda instant, length: _date_time_plus_months(instant, length.total_months),
    (_D, _DTD): _date_plus,
    (_D, _YMD): lambda date, length: date.plus_months(length.total_months),
    (_T, _DTD): lambda time, length: _time_plus(time, length.nanos),
}
_ADDITIONS: dict[tuple[type, type], _Operation] = {
    **_TEMPORAL_ADDITIONS,
    **{(right, left): _swapped(operation) for (left, right), operation in _TEMPORAL_ADDITIONS.items()},
    (_DTD, _DTD): lambda a, b: _DTD.of(a.nanos + b.nanos),
    (_YMD, _YMD): lambda a, b: _YMD.of(a.total_months + b.total_months),
}
_SUBTRACTIONS: dict[tuple[type, type], _Operation] = {
    (_DT, _DTD): lambda instant, length: _date_time_plus(instant, -length.nanos),
    (_DT, _YMD): lambda instant, length: _date_time_plus_months(instant, -length.total_months),
    (_D, _DTD): lambda date, length: _date_plus(date, _DTD(-length.nanos)),
    (_D, _YMD): lambda date, length: date.plus_months(-length.total_months),
    (_T, _DTD): lambda time, length: _time_plus(time, -length.nanos),
    (_DT, _DT): _between,
    (_DT, _D): _between,
    (_D, _DT): _between,
    (_D, _D): _between,
    (_T, _T): _times_between,
    (_DTD, _DTD): lambda a, b: _DTD.of(a.nanos - b.nanos),
    (_YMD, _YMD): lambda a, b: _YMD.of(a.total_months - b.total_months),
}
_MULTIPLICATIONS: dict[tuple[type, type], _Operation] = {
    (_DTD, Decimal): _days_times,
    (Decimal, _DTD): _swapped(_days_times),
    (_YMD, Decimal): _months_times,
    (Decimal, _YMD): _swapped(_months_times),
}
_DIVISIONS: dict[tuple[type, type], _Operation] = {
    (_DTD, Decimal): _days_by,
    (_YMD, Decimal): _months_by,
    (_DTD, _DTD): lambda a, b: DECIMAL128.divide(Decimal(a.nanos), Decimal(b.nanos)),
    (_YMD, _YMD): lambda a, b: DECIMAL128.divide(Decimal(a.total_months), Decimal(b.total_months)),
}
