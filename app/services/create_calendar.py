"""Makes a calendar for an institution or unit: the days of another, with hours of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import time
from itertools import pairwise

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import ConflictError, InvalidInputError
from app.services.preview_calendar import CALENDARS
from app.services.record_audit import record_audit
from app.services.stored_calendars import current_calendar, store_calendar
from app.services.unit_of_work import UnitOfWork
from app.storage.calendars import find_calendar_key

NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
MOST_SPANS = 6


@dataclass(frozen=True)
class NewCalendar:
    """A calendar wanted: its days are those of `based_on`; `hours` are (opens, closes) as HH:MM in that one's zone."""

    name: str
    based_on: str
    hours: Sequence[Sequence[str]]


def create_calendar(work: UnitOfWork, actor: Actor, wanted: NewCalendar) -> None:
    """Store the calendar's first version; units, clocks and models name it from now on.

    Later days of `based_on` do not follow by themselves: load them here, too. Raises ForbiddenError, NotFoundError for
    no such base, InvalidInputError (with fields), ConflictError for a name that is taken.
    """
    require_scope(actor, CALENDARS)
    if NAME.fullmatch(wanted.name) is None:
        raise InvalidInputError(
            f"Expected a name of up to 40 lower-case letters, digits, '-' and '_', but got {wanted.name!r}",
            {"name": ["Lower-case letters, digits, - and _"]},
        )
    base = current_calendar(work, wanted.based_on)
    made = replace(base, name=wanted.name, version=1, hours=_spans(wanted.hours))
    source = f"days of {base.name} version {base.version}"
    if find_calendar_key(work.connection, wanted.name) is not None or not store_calendar(
        work, made, source=source, created_by=actor.username
    ):
        raise ConflictError(f"Expected a name that is free, but there is a calendar {wanted.name!r}")
    key = find_calendar_key(work.connection, wanted.name)
    assert key is not None
    record_audit(work, actor, "CREATE", "RESOURCE", key, details={"calendar": wanted.name, "basedOn": base.name})


def _spans(hours: Sequence[Sequence[str]]) -> tuple[tuple[time, time], ...]:
    try:
        spans = tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in hours)
    except ValueError as error:
        raise _wrong(str(error)) from error
    ends = [instant for span in spans for instant in span]
    if any(instant.tzinfo is not None for instant in ends):
        raise _wrong("they carry a zone of their own")
    if not 0 < len(spans) <= MOST_SPANS or any(later <= earlier for earlier, later in pairwise(ends)):
        raise _wrong("they are too many, or none, or not one after the other")
    return spans


def _wrong(why: str) -> InvalidInputError:
    return InvalidInputError(
        f"Expected working hours such as 08:30 to 12:00, then 13:30 to 17:30, but {why}",
        {"hours": ["Spans of HH:MM, one after the other"]},
    )
