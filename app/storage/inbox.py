"""A person's inbox: open tasks that nobody has taken and he may take, and those he has, by due date.

A page is one short ordered index scan for each group and person, merged; a count stops at a cap. So it costs the same
with a hundred open tasks as with a hundred thousand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Flag, auto
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Connection, Integer, Select, bindparam, func, select, tuple_, union, union_all

from app.storage.deployments import ProcessDefinitionRow
from app.storage.instances import ProcessInstanceRow
from app.storage.reads import Read
from app.storage.types import UTCDateTime
from app.storage.user_tasks import TaskCandidateRow, UserTaskRow

COUNT_CAP = 1000
FIRST = datetime.fromisoformat("0001-01-02T00:00:00+00:00")


class Parts(Flag):
    """Which tasks: those the person has taken, those offered to them, or both."""

    TAKEN = auto()
    OFFERED = auto()
    ALL = TAKEN | OFFERED


@dataclass(frozen=True)
class InboxEntry:
    """One line of an inbox; instants are aware and in UTC."""

    key: int
    element_id: str
    name: str | None
    process_name: str | None
    instance_key: int
    definition_key: int
    process_id: str
    business_id: str | None
    candidate_groups: list[str]
    assignee: str | None
    due_at: datetime | None
    priority: int
    created_at: datetime
    sort_at: datetime


def list_inbox(
    connection: Connection,
    username: str,
    groups: Iterable[str],
    *,
    limit: int,
    after: tuple[datetime, int] | None = None,
    parts: Parts = Parts.ALL,
) -> list[InboxEntry]:
    """Return up to `limit` tasks, those due first first, after the (sort_at, key) of the last one seen."""
    who = _who(username, groups)
    since, last = after or (FIRST, 0)
    parameters: dict[str, Any] = {f"who{number}": name for number, name in enumerate(who)}
    rows = _page(len(who), parts).all(connection, **parameters, username=username, since=since, last=last, page=limit)
    return [InboxEntry(*row) for row in rows]


def count_inbox(connection: Connection, username: str, groups: Iterable[str], *, parts: Parts = Parts.ALL) -> int:
    """Return how many tasks the inbox holds, COUNT_CAP where there are as many or more."""
    who = _who(username, groups)
    parameters: dict[str, Any] = {f"who{number}": name for number, name in enumerate(who)}
    ((rows, tasks),) = _count(len(who), parts).all(connection, **parameters, username=username)
    return COUNT_CAP if rows == COUNT_CAP else int(tasks)


def _who(username: str, groups: Iterable[str]) -> list[str]:
    return [f"u:{username}", *sorted(f"g:{name}" for name in groups)]


def _limit() -> Any:
    return bindparam("page", type_=Integer)


def _offered(number: int) -> Select[Any]:
    """The tasks offered to one group or person."""
    table = TaskCandidateRow.__table__.c
    mine = (table.who == bindparam(f"who{number}"), table.assigned == 0)
    return select(table.sort_at, table.task_key.label("key")).where(*mine)


def _taken() -> Select[Any]:
    """The open tasks the person has taken."""
    table = UserTaskRow.__table__.c
    return select(table.sort_at, table.key).where(table.assignee == bindparam("username"), table.ended_at.is_(None))


def _branches(count: int, parts: Parts) -> list[Select[Any]]:
    offered = [_offered(number) for number in range(count)] if Parts.OFFERED in parts else []
    return [*offered, _taken()] if Parts.TAKEN in parts else offered


@lru_cache(maxsize=64)
def _page(count: int, parts: Parts) -> Read:
    since = tuple_(bindparam("since", type_=UTCDateTime), bindparam("last", type_=BigInteger))
    branches = []
    for branch in _branches(count, parts):
        sort_at, key = branch.selected_columns
        branches.append(
            select(branch.where(tuple_(sort_at, key) > since).order_by(sort_at, key).limit(_limit()).subquery())
        )
    found = union(*branches).subquery()
    first = select(found.c.sort_at, found.c.key).order_by(found.c.sort_at, found.c.key).limit(_limit()).subquery()
    task, definition = UserTaskRow.__table__.c, ProcessDefinitionRow.__table__.c
    instance = ProcessInstanceRow.__table__.c
    query = (
        select(
            task.key, task.element_id, task.name, definition.name, task.instance_key, task.definition_key,
            definition.process_id, instance.business_id, task.candidate_groups, task.assignee,
            task.due_at, task.priority, task.created_at, task.sort_at,
        )
        .select_from(first)
        .join(UserTaskRow.__table__, task.key == first.c.key)
        .join(ProcessDefinitionRow.__table__, definition.key == task.definition_key)
        .join(ProcessInstanceRow.__table__, instance.key == task.instance_key)
        .order_by(task.sort_at, task.key)
    )  # fmt: skip
    return Read(query)


@lru_cache(maxsize=64)
def _count(count: int, parts: Parts) -> Read:
    """How many rows, and how many different tasks: no more rows are read than the cap, in whichever groups they are."""
    branches = [branch.with_only_columns(branch.selected_columns[1]) for branch in _branches(count, parts)]
    found = select(union_all(*branches).subquery()).limit(COUNT_CAP).subquery()
    return Read(select(func.count(), func.count(found.c.key.distinct())).select_from(found))
