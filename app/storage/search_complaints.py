"""Filtered and sorted pages of the complaints somebody may see.

As with the inbox, what no index answers is asked of a window: the newest complaints that are theirs to see (or those
with the nearest deadlines), so that the cost is bounded however many there are. Knows no rule of sight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Connection, Row, Select, func, literal, select, tuple_, union

from app.errors import InvalidInputError
from app.storage.complaint_access import MOST_SCANS, access, given_to
from app.storage.complaints import ComplaintRow
from app.storage.types import UTCDateTime

WINDOW = 5000
COUNT_CAP = 1000
RECEIVED = "received"
DUE = "due"
SORTS = (RECEIVED, DUE)
complaint = ComplaintRow.__table__.c


@dataclass(frozen=True)
class ComplaintSearch:
    """What is looked for: complaints given to these subjects (None: all), under conditions on `ComplaintRow`.

    `indexed` are conditions that an index answers together with the order of all complaints (status, day of receipt):
    they make the window itself where all may be seen. With `keys` only these complaints are meant. `sort`: the latest
    received, or the nearest deadline.
    """

    subjects: Sequence[str] | None
    conditions: Sequence[ColumnElement[bool]] = ()
    indexed: Sequence[ColumnElement[bool]] = ()
    keys: Sequence[int] | None = None
    sort: str = RECEIVED


class ComplaintPage(NamedTuple):
    """A page of complaint rows; `after` is where the next begins; `looked_at` as `TaskPage` has it."""

    complaints: Sequence[Row[Any]]
    after: str | None
    looked_at: int | None


Place = tuple[datetime, int]


def search_complaints(
    connection: Connection, search: ComplaintSearch, *, limit: int, after: str | None = None
) -> ComplaintPage:
    """Return a page of the complaints found; `after` is what the page before it gave, else InvalidInputError."""
    since = None if after is None else _read_place(after)
    query = _matching(search, since if _follows_window(search) else None)
    place, falling = _order(search)
    if since is not None and not _follows_window(search):
        query = query.where(_beyond(place, complaint.key, since, falling=falling))
    query = query.order_by(place.desc(), complaint.key.desc()) if falling else query.order_by(place, complaint.key)
    rows = connection.execute(query.limit(limit)).all()
    if len(rows) == limit:
        last = rows[-1]
        return ComplaintPage(rows, _written((getattr(last, _column(search)), last.key)), None)
    end = _window_end(connection, search, since) if search.keys is None else None
    if end is None:
        return ComplaintPage(rows, None, None)
    return ComplaintPage(rows, _written(end) if _follows_window(search) else None, WINDOW)


def count_complaints(connection: Connection, search: ComplaintSearch) -> tuple[int, bool]:
    """Return how many complaints are found, up to COUNT_CAP, and whether there may be more."""
    some = _matching(search, None).with_only_columns(complaint.key).limit(COUNT_CAP).subquery()
    count = int(connection.execute(select(func.count()).select_from(some)).scalar_one())
    return count, count == COUNT_CAP or (search.keys is None and _window_end(connection, search, None) is not None)


def _column(search: ComplaintSearch) -> str:
    return "received_at" if search.sort == RECEIVED else "due_at"


def _order(search: ComplaintSearch) -> tuple[ColumnElement[Any], bool]:
    return complaint[_column(search)], search.sort == RECEIVED


def _follows_window(search: ComplaintSearch) -> bool:
    """Whether the order is the window's own, so that a next window can begin where this one ends."""
    return search.keys is None and (search.sort == RECEIVED or search.subjects is None)


def _matching(search: ComplaintSearch, since: Place | None) -> Select[Any]:
    query = select(ComplaintRow.__table__)
    if search.keys is not None:
        query = query.where(complaint.key.in_(search.keys))
        if search.subjects is not None:
            query = query.where(given_to(search.subjects))
    else:
        window = _window(search, since).subquery("found")
        query = query.join(window, window.c.key == complaint.key)
    if search.sort == DUE:
        query = query.where(complaint.due_at.is_not(None))
    return query.where(*search.indexed, *search.conditions)


def _window(search: ComplaintSearch, since: Place | None) -> Select[Any]:
    """The (place, key) of the first complaints that are theirs to see, in the order of an index."""
    subjects = search.subjects
    if subjects is None or len(subjects) > MOST_SCANS:
        place, falling = _order(search) if _follows_window(search) else (complaint.received_at, True)
        scan = select(place.label("place"), complaint.key).where(place.is_not(None), *search.indexed)
        if subjects is not None:
            scan = scan.where(given_to(subjects))
        return _first(scan, since, falling=falling)
    scans = [
        select(
            _first(
                select(access.received_at.label("place"), access.complaint_key.label("key")).where(
                    access.subject == subject
                ),
                since,
                falling=True,
            ).subquery()
        )
        for subject in subjects
    ]
    found = union(*scans).subquery()
    return _first(select(found.c.place, found.c.key), None, falling=True)


def _first(scan: Select[Any], since: Place | None, *, falling: bool) -> Select[Any]:
    place, key = scan.selected_columns
    if since is not None:
        scan = scan.where(_beyond(place, key, since, falling=falling))
    order = (place.desc(), key.desc()) if falling else (place, key)
    return scan.order_by(*order).limit(WINDOW)


def _beyond(place: ColumnElement[Any], key: ColumnElement[Any], since: Place, *, falling: bool) -> ColumnElement[bool]:
    here, there = tuple_(place, key), tuple_(literal(since[0], UTCDateTime), literal(since[1], BigInteger))
    return here < there if falling else here > there


def _window_end(connection: Connection, search: ComplaintSearch, since: Place | None) -> Place | None:
    """Where the window ends, None where what may be seen ends within it."""
    window = _window(search, since if _follows_window(search) else None).subquery()
    falling = search.sort == RECEIVED or search.subjects is not None
    order = (window.c.place.desc(), window.c.key.desc()) if falling else (window.c.place, window.c.key)
    row = connection.execute(
        select(window.c.place, window.c.key).order_by(*order).offset(WINDOW - 1).limit(1)
    ).one_or_none()
    return None if row is None else (row.place, row.key)


def _written(place: Place) -> str:
    return f"{place[0].isoformat()}~{place[1]}"


def _read_place(text: str) -> Place:
    at, _, key = text.partition("~")
    try:
        return datetime.fromisoformat(at).astimezone(UTC), max(0, min(int(key), 2**63 - 1))
    except (ValueError, OverflowError) as error:
        raise InvalidInputError(f"Expected the place of a page of this list, but got {text!r}") from error
