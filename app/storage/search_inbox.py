"""Filtered and sorted pages of a view of the inbox, with the complaint each task belongs to.

Filters and sorts are asked of a window of the view (`task_windows`); a page that a window did not fill says where to
look further. Full-text search is the other way round: it names the complaints, and their tasks are looked up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Connection, FromClause, Row, Select, func, literal, select, tuple_

from app.errors import InvalidInputError
from app.storage.complaints import ComplaintRow
from app.storage.deployments import ProcessDefinitionRow
from app.storage.instances import ProcessInstanceRow
from app.storage.task_windows import WINDOW, Place, Scope, task
from app.storage.types import UTCDateTime
from app.storage.user_tasks import UserTaskRow

COUNT_CAP = 1000
complaint = ComplaintRow.__table__.c
definition = ProcessDefinitionRow.__table__.c
instance = ProcessInstanceRow.__table__.c


class Sort(NamedTuple):
    """An order that is not the view's own: its expressions, all rising or all falling, the task's key the last."""

    expressions: tuple[ColumnElement[Any], ...]
    descending: bool = False


SORTS = {
    "priority": Sort((-task.priority, task.sort_at, task.key)),
    "oldest": Sort((task.created_at, task.key)),
    "newest": Sort((task.created_at, task.key), descending=True),
}


@dataclass(frozen=True)
class TaskSearch:
    """What is looked for: the view, conditions on its tasks, and only tasks of these complaints, where it says some.

    `sort` is one of SORTS, or None for the view's own order.
    """

    scope: Scope
    conditions: Sequence[ColumnElement[bool]] = ()
    complaints: Sequence[int] | None = None
    sort: str | None = None


class TaskPage(NamedTuple):
    """A page of tasks (rows of task columns, with `process_name`, `process_id`, `business_id` and `place`).

    `after` is where the next page begins, None at the end. `looked_at` is how many tasks were looked through before
    the page was given up without being full, None where it is complete.
    """

    tasks: Sequence[Row[Any]]
    after: str | None
    looked_at: int | None


def search_inbox(connection: Connection, search: TaskSearch, *, limit: int, after: str | None = None) -> TaskPage:
    """Return a page of the tasks found; `after` is what the page before it gave. InvalidInputError for another text."""
    start = None if after is None else _read_place(after, search)
    plain = search.sort is None and not search.conditions
    found = _found(search, start if search.sort is None else None, limit if plain else WINDOW)
    first = _first(search, found, start, limit)
    rows = connection.execute(_columns(first.subquery("first"), search)).all()
    if len(rows) == limit:
        return TaskPage(rows, _place_of(rows[-1], search), None)
    end = None if plain or search.complaints is not None else _window_end(connection, search, start)
    if end is None:
        return TaskPage(rows, None, None)
    return TaskPage(rows, _written(end) if search.sort is None else None, WINDOW)


def count_found(connection: Connection, search: TaskSearch) -> tuple[int, bool]:
    """Return how many tasks are found, up to COUNT_CAP, and whether there may be more."""
    found = _found(search, None, WINDOW)
    matching = select(found.c.key).join(UserTaskRow.__table__, task.key == found.c.key).where(*search.conditions)
    some = matching.limit(COUNT_CAP).subquery()
    count = int(connection.execute(select(func.count()).select_from(some)).scalar_one())
    more = count == COUNT_CAP or (search.complaints is None and _window_end(connection, search, None) is not None)
    return count, more


def _found(search: TaskSearch, since: Place | None, size: int) -> FromClause:
    """The (place, key) of the tasks to ask: a window of the view, or all its tasks of the complaints named."""
    if search.complaints is None:
        return search.scope.window(since, size).subquery("found")
    place = task.ended_at if search.scope.ended_by is not None else task.sort_at
    if search.scope.watched_by is not None:
        place = task.key
    tree = (
        select(instance.key)
        .join(ComplaintRow.__table__, complaint.instance_key == instance.root_key)
        .where(complaint.key.in_(search.complaints))
    )
    query = select(place.label("place"), task.key).where(task.instance_key.in_(tree), search.scope.holds())
    if since is not None:
        type_ = UTCDateTime() if isinstance(since[0], datetime) else BigInteger()
        there = tuple_(literal(since[0], type_), literal(since[1], BigInteger))
        query = query.where(
            tuple_(place, task.key) < there if search.scope.latest_first else tuple_(place, task.key) > there
        )
    return query.subquery("found")


def _first(search: TaskSearch, found: FromClause, start: Any, limit: int) -> Select[Any]:
    """The (place, key) of the page's tasks: only what conditions and order need is looked at."""
    query = select(found.c.place, found.c.key)
    if search.conditions or search.sort is not None:
        query = query.join(UserTaskRow.__table__, task.key == found.c.key).where(*search.conditions)
    if search.sort is not None and start is not None:
        expressions, falling = SORTS[search.sort]
        there = tuple_(*[literal(value, one.type) for value, one in zip(start, expressions, strict=True)])
        query = query.where(tuple_(*expressions) < there if falling else tuple_(*expressions) > there)
    return query.order_by(*_order(search, found)).limit(limit)


def _order(search: TaskSearch, found: FromClause) -> list[ColumnElement[Any]]:
    own = Sort((found.c.place, found.c.key), search.scope.latest_first)
    expressions, falling = own if search.sort is None else SORTS[search.sort]
    return [one.desc() if falling else one.asc() for one in expressions]


def _columns(first: FromClause, search: TaskSearch) -> Select[Any]:
    query = (
        select(
            UserTaskRow.__table__,
            definition.name.label("process_name"),
            definition.process_id,
            instance.business_id,
            first.c.place,
        )
        .select_from(first)
        .join(UserTaskRow.__table__, task.key == first.c.key)
        .join(ProcessDefinitionRow.__table__, definition.key == task.definition_key)
        .join(ProcessInstanceRow.__table__, instance.key == task.instance_key)
    )
    return query.order_by(*_order(search, first))


def _window_end(connection: Connection, search: TaskSearch, start: Any) -> Place | None:
    """Where the window ends, None where the view ends within it."""
    window = search.scope.window(start if search.sort is None else None).subquery()
    falling = search.scope.latest_first
    order = (window.c.place.desc(), window.c.key.desc()) if falling else (window.c.place, window.c.key)
    last = select(window.c.place, window.c.key).order_by(*order).offset(WINDOW - 1).limit(1)
    row = connection.execute(last).one_or_none()
    return None if row is None else (row.place, row.key)


def _place_of(row: Row[Any], search: TaskSearch) -> str:
    if search.sort is None:
        return _written((row.place, row.key))
    if search.sort == "priority":
        return _written((-row.priority, row.sort_at, row.key))
    return _written((row.created_at, row.key))


def _written(values: Sequence[Any]) -> str:
    return "~".join(one.isoformat() if isinstance(one, datetime) else str(one) for one in values)


def _read_place(text: str, search: TaskSearch) -> Any:
    if search.sort is None:
        kinds: tuple[type, ...] = (int if search.scope.watched_by is not None else datetime, int)
    else:
        kinds = (int, datetime, int) if search.sort == "priority" else (datetime, int)
    parts = text.split("~")
    try:
        values = [_READERS[kind](part) for kind, part in zip(kinds, parts, strict=True)]
    except ValueError as error:
        raise InvalidInputError(f"Expected the place of a page of this list, but got {text!r}") from error
    return tuple(values)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _number(text: str) -> int:
    return max(-(2**63), min(int(text), 2**63 - 1))


_READERS: Mapping[type, Callable[[str], Any]] = {datetime: _instant, int: _number}
