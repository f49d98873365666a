"""The conversion functions (DMN 1.5, table 72): from texts and parts to values; and `not`.

Reading texts is `app.feel.values.parsing`'s; this file owns which arguments each function accepts.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app.feel.builtins.declare import built_in, refuse, takes
from app.feel.builtins.temporals import date_of
from app.feel.values import (
    DaysTimeDuration,
    FeelDate,
    FeelDateTime,
    FeelTime,
    Range,
    YearsMonthsDuration,
    make_range,
    parse_number,
    parse_temporal,
    to_text,
)
from app.feel.values.durations import NANOS
from app.feel.values.numbers import whole
from app.feel.values.parsing import parse_date, parse_date_time, parse_duration, parse_time
from app.feel.values.zones import find_zone, parse_offset

if TYPE_CHECKING:
    from app.feel.environment import Run

_MIDNIGHT = FeelTime(0, 0, 0)
_GROUPING = (" ", ",", ".")
_DECIMAL = (",", ".")


def string(run: Run, value: Any) -> str | None:
    """Return the text of any value; null of null."""
    if value is None:
        return None
    text = to_text(value)
    run.check_string(len(text))
    return text


def number(run: Run, text: str, grouping: str | None = None, point: str | None = None) -> Decimal | None:
    """Return the number a text spells, after its grouping and decimal separators."""
    if (grouping is not None and grouping not in _GROUPING) or (point is not None and point not in _DECIMAL):
        return refuse(run, "Expected space, comma or point to group by, and comma or point as decimal separator")
    if grouping is not None and grouping == (point or "."):
        return refuse(run, f'Expected two different separators, but both are "{grouping}"')
    plain = text if grouping is None else text.replace(grouping, "")
    if point == ",":
        plain = plain.replace(".", "x").replace(",", ".")
    result = parse_number(plain)
    return result if result is not None else refuse(run, f'Expected the text of a number, but it is "{text[:80]}"')


def date(run: Run, value: str | FeelDate | FeelDateTime) -> FeelDate | None:
    """Return the date a text spells, or that of a date and time."""
    if not isinstance(value, str):
        return date_of(value)
    result = parse_date(value)
    return result if result is not None else refuse(run, f'Expected a date like 2026-03-01, but it is "{value[:80]}"')


def date_from_parts(run: Run, year: Decimal, month: Decimal, day: Decimal) -> FeelDate | None:
    """Return the date of a year, month and day."""
    parts = [number for part in (year, month, day) if (number := whole(part)) is not None]
    result = FeelDate.of(*parts) if len(parts) == 3 else None
    if result is not None:
        return result
    return refuse(run, f"Expected a day of the calendar, but there is no {year}-{month}-{day}")


def time(run: Run, value: str | FeelDate | FeelTime | FeelDateTime) -> FeelTime | None:
    """Return the time a text spells, or that of a date and time; a date's is midnight UTC."""
    if isinstance(value, FeelDateTime):
        return value.time
    if isinstance(value, FeelTime):
        return value
    if isinstance(value, FeelDate):
        return FeelTime(0, 0, 0, 0, 0)
    result = parse_time(value)
    return result if result is not None else refuse(run, f'Expected a time like 10:30:00Z, but it is "{value[:80]}"')


def time_from_parts(
    run: Run, hour: Decimal, minute: Decimal, second: Decimal, offset: DaysTimeDuration | None = None
) -> FeelTime | None:
    """Return the time of an hour, a minute, a second (perhaps with a fraction) and an offset."""
    hours, minutes, nanos = whole(hour), whole(minute), whole(second.scaleb(9).to_integral_value("ROUND_DOWN"))
    if hours is not None and minutes is not None and nanos is not None and (hours < 24 or not (minutes or nanos)):
        shift = None if offset is None else int(offset.nanos / NANOS)
        result = FeelTime.of(hours, minutes, nanos // NANOS, nanos % NANOS, offset=shift)
        if result is not None:
            return result
    return refuse(run, f"Expected a time of day, but there is no {hour}:{minute}:{second} with offset {offset}")


def date_and_time(run: Run, value: str | FeelDateTime) -> FeelDateTime | None:
    """Return the date and time a text spells; a date alone is its midnight."""
    if isinstance(value, FeelDateTime):
        return value
    result = parse_date_time(value)
    if result is None and (day := parse_date(value)) is not None:
        result = FeelDateTime(day, _MIDNIGHT)
    if result is None:
        return refuse(run, f'Expected a date and time like 2026-03-01T10:30:00Z, but it is "{value[:80]}"')
    return result


def date_with_time(_run: Run, day: FeelDate | FeelDateTime, time_of_day: FeelTime) -> FeelDateTime:
    """Return a date with a time of day."""
    return FeelDateTime(date_of(day), time_of_day)


def date_and_time_in_zone(run: Run, value: FeelDateTime, zone: str) -> FeelDateTime | None:
    """Return the same instant in a zone or with an offset; a local one is taken to be there."""
    offset = parse_offset(zone)
    if offset is None and find_zone(zone) is None:
        return refuse(run, f'Expected a time zone or an offset, but it is "{zone[:80]}"')
    name = zone if offset is None else None
    if value.is_local:
        return FeelDateTime(value.date, FeelTime.from_nanos(value.time.nanos, offset, name))
    return FeelDateTime.from_epoch_nanos(value.epoch_nanos, offset, name)


def duration(run: Run, text: str) -> DaysTimeDuration | YearsMonthsDuration | None:
    """Return the duration a text spells."""
    result = parse_duration(text)
    return result if result is not None else refuse(run, f'Expected a duration like P1DT2H, but it is "{text[:80]}"')


def years_and_months_duration(
    run: Run, start: FeelDate | FeelDateTime, end: FeelDate | FeelDateTime
) -> YearsMonthsDuration | None:
    """Return the whole months between two dates; times of day do not count."""
    first, last = date_of(start), date_of(end)
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    elif months < 0 and last.day > first.day:
        months += 1
    result = YearsMonthsDuration.of(months)
    return result if result is not None else refuse(run, "Expected a duration of fewer months")


_ENDPOINT = re.compile(
    r"""\s*(?:(?P<number>-?[0-9.]+(?:[eE][+-]?[0-9]+)?)(?<!\.)|@?"(?P<text>(?:[^"\\]|\\.)*)"|"""
    r"""(?P<function>date and time|date|time|duration)\(\s*"(?P<argument>[^"]*)"\s*\))\s*"""
)
_RANGE = re.compile(r"([\[\](])(.*)([\])\[])", re.DOTALL)


def range_(run: Run, text: str) -> Range | None:
    """Return the range a text spells, its ends literals, one of them perhaps left out: `[18..21)`, `(..2)`."""
    result = _parse_range(text)
    return result if result is not None else refuse(run, f'Expected a range like [1..10), but it is "{text[:80]}"')


def _parse_range(text: str) -> Range | None:
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        return None
    ends = _split_ends(match[2])
    if ends is None:
        return None
    low_text, high_text = ends
    low, high = _endpoint(low_text), _endpoint(high_text)
    if (low_text.strip() and low is None) or (high_text.strip() and high is None) or (low is None and high is None):
        return None
    one_sided = low is None or high is None
    low_included, high_included = match[1] == "[" and low is not None, match[3] == "]" and high is not None
    return make_range(low, high, low_included, high_included, one_sided=one_sided)


def _split_ends(text: str) -> tuple[str, str] | None:
    """Return what stands before and after the `..` that is outside strings."""
    in_string = False
    for at, character in enumerate(text):
        if character == '"' and text[at - 1 : at] != "\\":
            in_string = not in_string
        if not in_string and text.startswith("..", at):
            return text[:at], text[at + 2 :]
    return None


def _endpoint(text: str) -> Any:
    match = _ENDPOINT.fullmatch(text)
    if match is None:
        return None
    if match["number"]:
        return parse_number(match["number"])
    if match["function"]:
        value = parse_temporal(match["argument"])
        readers = {"date": parse_date, "time": parse_time, "date and time": parse_date_time, "duration": parse_duration}
        return value if readers[match["function"]](match["argument"]) is not None else None
    if text.strip().startswith("@"):
        return parse_temporal(match["text"])
    return re.sub(r"\\(.)", r"\1", match["text"])


def _not(run: Run, value: Any) -> bool | None:
    if isinstance(value, bool):
        return not value
    return None if value is None else refuse(run, "Expected true or false, but it is something else")


CONVERSION_FUNCTIONS = (
    built_in(
        "string",
        takes(string, "from: any"),
        gives="string",
        en="The text of any value.",
        zh="任意值的文本。",
        example='string(1.10) = "1.1"',
    ),
    built_in(
        "number",
        takes(number, "from: string"),
        takes(number, "from: string", "grouping separator: string|null", "decimal separator?: string|null"),
        gives="number",
        en="The number that a text spells, perhaps with separators of its own.",
        zh="文本所写的数，可指定分组符与小数点。",
        example='number("1,000.5", ",", ".") = 1000.5',
    ),
    built_in(
        "date",
        takes(date, "from: string|date and time|date"),
        takes(date_from_parts, "year: number", "month: number", "day: number"),
        gives="date",
        en="The date of a text, of a date and time, or of a year, a month and a day.",
        zh="由文本、日期时间或年月日得到日期。",
        example='date("2026-03-01") = date(2026, 3, 1)',
    ),
    built_in(
        "time",
        takes(time, "from: string|time|date and time|date"),
        takes(
            time_from_parts,
            "hour: number",
            "minute: number",
            "second: number",
            "offset?: days and time duration|null",
        ),
        gives="time",
        en="The time of a text, of a date and time, or of an hour, a minute, a second and an offset.",
        zh="由文本、日期时间或时分秒与偏移量得到时间。",
        example='time("10:30:00+08:00") = time(10, 30, 0, @"PT8H")',
    ),
    built_in(
        "date and time",
        takes(date_and_time, "from: string|date and time"),
        takes(date_with_time, "date: date|date and time", "time: time"),
        takes(date_and_time_in_zone, "date: date and time", "timezone: string"),
        gives="date and time",
        en="The date and time of a text, of a date and a time, or of an instant seen in another zone.",
        zh="由文本、日期加时间，或换算到另一时区得到日期时间。",
        example='date and time(@"2026-03-01", @"10:30:00") = @"2026-03-01T10:30:00"',
    ),
    built_in(
        "duration",
        takes(duration, "from: string"),
        gives="any",
        en="The duration that a text spells: days and time, or years and months.",
        zh="文本所写的时长：天与时间，或年与月。",
        example='duration("PT24H") = @"P1D"',
    ),
    built_in(
        "years and months duration",
        takes(years_and_months_duration, "from: date|date and time", "to: date|date and time"),
        gives="years and months duration",
        en="The whole years and months between two dates.",
        zh="两个日期之间的整年整月。",
        example='years and months duration(@"2011-12-22", @"2013-08-24") = @"P1Y8M"',
    ),
    built_in(
        "range",
        takes(range_, "from: string"),
        gives="range",
        en="The range that a text spells; its ends are literals.",
        zh="文本所写的区间，两端为字面值。",
        example='range("[18..21)") = [18..21)',
    ),
    built_in(
        "not",
        takes(_not, "negand: any"),
        gives="boolean",
        en="True for false and false for true; null for anything else.",
        zh="逻辑非；非布尔值得空。",
        example="not(true) = false",
    ),
)
"""In the order of the docs page."""
