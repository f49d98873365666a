"""Special days from files that people have: CSV, JSON, or a calendar in ICS (RFC 5545).

All three give whole days. Errors name the line or entry; nothing is taken from a file with an error in it.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from app.domain.calendars.calendar import SpecialDay
from app.errors import InvalidInputError

HOLIDAY_WORDS = frozenset({"holiday", "off", "休", "节假日", "放假"})
WORKING_WORDS = frozenset({"working", "workday", "on", "班", "上班", "调休上班", "补班"})
MOST_DAYS = 10_000
LONGEST_EVENT_DAYS = 60


class CalendarFileError(InvalidInputError):
    """A file of special days cannot be read; the message names the place."""


def read_special_days(text: str, *, file: str) -> tuple[SpecialDay, ...]:
    """Return the days of a `.csv`, `.json` or `.ics` text in order of date.

    CSV: columns date (YYYY-MM-DD), kind (holiday or working, 休 or 班), name. JSON: a list of objects alike.
    ICS: each VEVENT is a holiday for its whole days; a make-up day when 班, "work" or "working" stands in its summary.
    Raises CalendarFileError.
    """
    readers: dict[str, Callable[[str, str], Iterator[SpecialDay]]] = {"csv": _csv, "json": _json, "ics": _ics}
    kind = file.lower().rpartition(".")[2]
    if kind not in readers:
        raise CalendarFileError(f"Expected a file ending in .csv, .json or .ics, but got {file!r}")
    days: dict[date, SpecialDay] = {}
    for special in readers[kind](text.lstrip("\ufeff"), file):
        if special.day in days and days[special.day].working != special.working:
            raise CalendarFileError(f"Expected one kind for each day in {file}, but {special.day} is both")
        days[special.day] = special
        if len(days) > MOST_DAYS:
            raise CalendarFileError(f"Expected at most {MOST_DAYS:,} days in {file}, but there are more")
    if not days:
        raise CalendarFileError(f"Expected at least one day in {file}, but there is none")
    return tuple(days[day] for day in sorted(days))


def _csv(text: str, file: str) -> Iterator[SpecialDay]:
    rows = csv.DictReader(io.StringIO(text))
    if not {"date", "kind"} <= set(rows.fieldnames or ()):
        raise CalendarFileError(f"Expected the columns date, kind and name in {file}, but got {rows.fieldnames}")
    for row in rows:
        yield _special(row, f"line {rows.line_num}", file)


def _json(text: str, file: str) -> Iterator[SpecialDay]:
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CalendarFileError(f"Expected JSON in {file}, but {error}") from error
    if not isinstance(entries, list):
        raise CalendarFileError(f"Expected a list of days in {file}, but got {type(entries).__name__}")
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict):
            raise CalendarFileError(
                f"Expected an object with date and kind in {file}, entry {number}, but got {entry!r}"
            )
        yield _special(entry, f"entry {number}", file)


def _special(entry: dict[str, Any], where: str, file: str) -> SpecialDay:
    kind = str(entry.get("kind") or "").strip().lower()
    if kind not in HOLIDAY_WORDS | WORKING_WORDS:
        raise CalendarFileError(f"Expected holiday or working in {file}, {where}, but the kind is {kind!r}")
    text = str(entry.get("date") or "").strip()
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise CalendarFileError(f"Expected a date as YYYY-MM-DD in {file}, {where}, but got {text!r}") from error
    return SpecialDay(day, kind in WORKING_WORDS, str(entry.get("name") or "").strip(), file)


def _ics(text: str, file: str) -> Iterator[SpecialDay]:
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    for number, event in enumerate(re.findall(r"BEGIN:VEVENT(.*?)END:VEVENT", unfolded, re.DOTALL), start=1):
        fields = dict(re.findall(r"^(DTSTART|DTEND|SUMMARY)[^:\r\n]*:([^\r\n]*)", event, re.MULTILINE))
        first = _ics_day(fields.get("DTSTART", ""), number, file)
        end = _ics_day(fields["DTEND"], number, file) if "DTEND" in fields else first + timedelta(days=1)
        if not 0 < (end - first).days <= LONGEST_EVENT_DAYS:
            raise CalendarFileError(
                f"Expected an event of 1 to {LONGEST_EVENT_DAYS} days in {file}, event {number}, "
                f"but it runs from {first} to {end}"
            )
        name = re.sub(r"\\(.)", r"\1", fields.get("SUMMARY", "")).strip()
        working = re.search(r"班|\bwork(ing|day)?\b", name, re.IGNORECASE) is not None
        for ahead in range((end - first).days):
            yield SpecialDay(first + timedelta(days=ahead), working, name, file)


def _ics_day(text: str, number: int, file: str) -> date:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError as error:
        raise CalendarFileError(f"Expected a date in {file}, event {number}, but got {text!r}") from error
