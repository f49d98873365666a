"""Cuts one input column into regions: within a region no analysed cell can tell two values apart.

The cuts are the constants that the column's cells name. Each region is known by one value of it, so whether a cell
holds for a region is asked of the cell itself. Knows values and their order; knows no rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import Any, Final

from app.feel import DaysTimeDuration, FeelDate, FeelDateTime, FeelTime, YearsMonthsDuration, kind_of

NANOS_PER_SECOND: Final = 1_000_000_000
DAY: Final = 86_400 * NANOS_PER_SECOND


@dataclass(frozen=True, slots=True)
class Axis:
    """An ordered kind of value laid on the number line.

    `step` is the distance between neighbours (None: there is always a value between two), `show` the step examples keep
    to where there is room; `low` and `high` bound the line where the kind does.
    """

    to_rank: Callable[[Any], Decimal]
    from_rank: Callable[[Decimal], Any]
    step: Decimal | None = None
    show: Decimal = Decimal(1)
    low: Decimal | None = None
    high: Decimal | None = None


def _on_clock(offset: int | None) -> Axis:
    return Axis(
        lambda value: Decimal(value.nanos),
        lambda rank: FeelTime.from_nanos(int(rank), offset, None),
        Decimal(1),
        Decimal(60 * NANOS_PER_SECOND),
        Decimal(0),
        Decimal(DAY - 1),
    )


NUMBERS: Final = Axis(lambda value: value, lambda rank: rank)
COUNTS: Final = Axis(lambda value: value, lambda rank: rank, Decimal(1), low=Decimal(0))
WHOLE_NUMBERS: Final = Axis(lambda value: value, lambda rank: rank, Decimal(1))
AXES: Final = {
    "number": NUMBERS,
    "date": Axis(lambda value: Decimal(value.epoch_day), lambda rank: FeelDate.from_epoch_day(int(rank)), Decimal(1)),
    "days and time duration": Axis(
        lambda value: Decimal(value.nanos), lambda rank: DaysTimeDuration(int(rank)), Decimal(1), Decimal(DAY)
    ),
    "years and months duration": Axis(
        lambda value: Decimal(value.total_months), lambda rank: YearsMonthsDuration(int(rank)), Decimal(1)
    ),
    "date and time, local": Axis(
        lambda value: Decimal(value.local_nanos),
        lambda rank: FeelDateTime.from_epoch_nanos(int(rank), None, None),
        Decimal(1),
        Decimal(60 * NANOS_PER_SECOND),
    ),
    "date and time, zoned": Axis(
        lambda value: Decimal(value.epoch_nanos),
        lambda rank: FeelDateTime.from_epoch_nanos(int(rank), 0, None),
        Decimal(1),
        Decimal(60 * NANOS_PER_SECOND),
    ),
    "time, local": _on_clock(None),
}
ORDINARY: Final = {"date and time": "date and time, local", "time": "time, local"}
"""The axis of a typed column whose cells name no constant of it."""


def axis_name(value: Any) -> str | None:
    """Return which axis a value lies on, None for kinds without one (strings, booleans, zoned times)."""
    kind = kind_of(value)
    if kind in ("date and time", "time"):
        kind = f"{kind}, {'local' if value.is_local else 'zoned'}"
    return kind if kind in AXES else None


@dataclass(frozen=True, slots=True)
class Regions:
    """A column's regions by one value of each; the last region is null."""

    values: tuple[Any, ...]

    @property
    def not_null(self) -> int:
        """The mask of all regions but null."""
        return (1 << (len(self.values) - 1)) - 1

    def mask(self, holds: Callable[[Any], bool]) -> int:
        """Return the mask of the regions whose value `holds` says yes to."""
        return sum(1 << at for at, value in enumerate(self.values) if holds(value))


def cut(constants: Iterable[Any], kind: str | None, numbers: Axis = NUMBERS) -> Regions:
    """Return the regions between and at `constants`.

    `kind` is the column's type by FEEL's name where it is known: a typed column has regions of that kind only, others
    of each kind that is among the constants. `numbers` is the axis for numbers (whole, or counts, where the column can
    only give those).
    """
    constants = list(constants)
    kinds = (
        [kind] if kind is not None else list(dict.fromkeys(kind_of(value) for value in constants if value is not None))
    )
    values: list[Any] = []
    for name in kinds:
        mine = [value for value in constants if kind_of(value) == name]
        if name == "string":
            values += _strings(mine)
        elif name == "boolean":
            values += [True, False]
        else:
            names = list(dict.fromkeys(filter(None, map(axis_name, mine)))) or [ORDINARY.get(name, name)]
            for axis in (at for at in names if at in AXES):
                line = numbers if axis == "number" else AXES[axis]
                values += _line(line, {line.to_rank(value) for value in mine if axis_name(value) == axis})
    return Regions((*values, None))


def _strings(constants: list[str]) -> list[str]:
    other = "other"
    while other in constants:
        other += "_"
    return [*dict.fromkeys(constants), other]


def _line(axis: Axis, ranks: set[Decimal]) -> list[Any]:
    """Return one value for each constant and for each stretch before, between and after them that has one."""
    points = sorted(ranks)
    ends: list[Decimal | None] = [None, *points, None]
    found: list[Decimal] = []
    for low, high in pairwise(ends):
        if low is not None:
            found.append(low)
        between = _between(axis, low, high)
        if between is not None:
            found.append(between)
    within = [
        rank for rank in found if (axis.low is None or rank >= axis.low) and (axis.high is None or rank <= axis.high)
    ]
    return [axis.from_rank(rank) for rank in within]


def _between(axis: Axis, low: Decimal | None, high: Decimal | None) -> Decimal | None:
    """Return a rank strictly between two, None when there is none; a round one where there is room."""
    if low is None:
        return Decimal(0) if high is None else _least(high - axis.show, axis, high)
    if high is None:
        return low + axis.show
    round_one = (low / axis.show).to_integral_value(ROUND_FLOOR) * axis.show + axis.show
    if low < round_one < high:
        return round_one
    if axis.step is None:
        return (low + high) / 2
    return low + axis.step if low + axis.step < high else None


def _least(rank: Decimal, axis: Axis, high: Decimal) -> Decimal:
    """Keep a rank before the first constant on the line where the line begins before that constant."""
    return axis.low if axis.low is not None and rank < axis.low < high else rank
