"""Dates and times as form-js writes them: date, time, or both, with an offset, normalised to UTC, or without a zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

import regex

from app.domain.forms.errors import AnswerProblem
from app.domain.forms.nodes import Check, Surroundings

EARLIEST_YEAR, LATEST_YEAR = 1900, 2199
"""A browser in another locale turns a mistyped date into a far one; years outside are told, not stored."""

_DATE = regex.compile(r"\d{4}-\d{2}-\d{2}", regex.ASCII)
_TIME = r"\d{2}:\d{2}(?::\d{2})?"
_ZONES = {"utc_offset": r"(?:Z|[+-]\d{2}:\d{2})", "utc_normalized": "Z", "no_timezone": ""}


def check_date(component: Mapping[str, Any]) -> Check:
    """Return the check of a datetime component of any subtype."""
    subtype = component.get("subtype", "date")
    zone = _ZONES.get(str(component.get("timeSerializingFormat", "utc_offset")), _ZONES["utc_offset"])
    not_past = component.get("disallowPassedDates") is True
    written = {
        "date": _DATE,
        "time": regex.compile(_TIME + zone, regex.ASCII),
        "datetime": regex.compile(_DATE.pattern + "T" + _TIME + zone, regex.ASCII),
    }[subtype]
    code = "date_time" if subtype == "datetime" else subtype

    def check(value: Any, around: Surroundings) -> str:
        if not isinstance(value, str) or not written.fullmatch(value) or not _exists(value, subtype):
            raise AnswerProblem(code)
        if subtype != "time" and not_past and value[:10] < around.today:
            raise AnswerProblem("past")
        return value

    return check


def _exists(text: str, subtype: str) -> bool:
    try:
        if subtype == "time":
            time.fromisoformat(text)
            return True
        year = date.fromisoformat(text).year if subtype == "date" else datetime.fromisoformat(text).year
    except ValueError:
        return False
    return EARLIEST_YEAR <= year <= LATEST_YEAR
