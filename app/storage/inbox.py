"""A person's inbox: open tasks that they have taken, and those that nobody has taken and they may take, by due date.

A page is one short ordered index scan for each group and person, merged; a count stops at a cap. So it costs the same
with a hundred open tasks as with a hundred thousand. The first page comes with its counts, in one statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    Integer,
    ScalarSelect,
    Select,
    Subquery,
    bindparam,
    case,
    func,
    select,
    true,
    union,
    union_all,
)

from app.storage.deployments import ProcessDefinitionRow
from app.storage.instances import ProcessInstanceRow
from app.storage.reads import Read
from app.storage.user_tasks import TaskCandidateRow, UserTaskRow

COUNT_CAP = 1000
task, definition = UserTaskRow.__table__.c, ProcessDefinitionRow.__table__.c
instance = ProcessInstanceRow.__table__.c


class Whose(NamedTuple):
    """Tasks offered to any of `who` (`g:` or `u:` and a name, as in `task_candidate`), or taken by any of `people`."""

    who: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


class InboxEntry(NamedTuple):
    """One line of an inbox; instants are aware and in UTC."""

    key: int
    element_id: str
    name: str | None
    process_name: str | None
    root_key: int
    definition_key: int
    process_id: str
    business_id: str | None
    candidate_groups: list[str]
    assignee: str | None
    due_at: datetime | None
    priority: int
    created_at: datetime
    sort_at: datetime
    on_behalf_of: str | None
    ended_at: datetime | None = None


class OpenedInbox(NamedTuple):
    """A first page, and how many tasks are `mine` and `offered`, COUNT_CAP where there are as many or more."""

    entries: list[InboxEntry]
    mine: int
    offered: int


def open_inbox(connection: Connection, mine: Whose, offered: Whose, *, show_offered: bool, limit: int) -> OpenedInbox:
    """Return the first `limit` of one's own tasks or of those offered, those due first first, with both counts."""
    shapes = (len(mine.who), len(mine.people)), (len(offered.who), len(offered.people))
    rows = _opening(*shapes, show_offered).all(connection, **_named("m", mine), **_named("o", offered), page=limit)
    return OpenedInbox([InboxEntry(*row[2:]) for row in rows if row[2] is not None], rows[0][0], rows[0][1])


def _named(prefix: str, whose: Whose) -> dict[str, Any]:
    who = {f"{prefix}who{number}": name for number, name in enumerate(whose.who)}
    return who | {f"{prefix}person{number}": name for number, name in enumerate(whose.people)}


def _scans(prefix: str, who: int, people: int) -> list[Select[Any]]:
    """The (sort_at, key) of the tasks offered to each, and of the open ones each has taken."""
    candidate = TaskCandidateRow.__table__.c
    offered = [
        select(candidate.sort_at, candidate.task_key.label("key")).where(
            candidate.who == bindparam(f"{prefix}who{number}"), candidate.assigned == 0
        )
        for number in range(who)
    ]
    taken = [
        select(task.sort_at, task.key).where(
            task.assignee == bindparam(f"{prefix}person{number}"), task.ended_at.is_(None)
        )
        for number in range(people)
    ]
    return [*offered, *taken]


def _first(scans: Sequence[Select[Any]]) -> Subquery:
    """The first (sort_at, key) of all scans together."""
    page = bindparam("page", type_=Integer)
    parts = []
    for scan in scans:
        sort_at, key = scan.selected_columns
        parts.append(select(scan.order_by(sort_at, key).limit(page).subquery()))
    found = union(*parts).subquery() if len(parts) > 1 else parts[0].subquery()
    return select(found.c.sort_at, found.c.key).order_by(found.c.sort_at, found.c.key).limit(page).subquery()


def _entries(first: Subquery) -> Select[Any]:
    return (
        select(
            task.key, task.element_id, task.name, definition.name.label("process_name"), task.root_key,
            task.definition_key, definition.process_id, instance.business_id, task.candidate_groups, task.assignee,
            task.due_at, task.priority, task.created_at, task.sort_at, task.on_behalf_of,
        )
        .select_from(first)
        .join(UserTaskRow.__table__, task.key == first.c.key)
        .join(ProcessDefinitionRow.__table__, definition.key == task.definition_key)
        .join(ProcessInstanceRow.__table__, instance.key == task.instance_key)
    )  # fmt: skip


@lru_cache(maxsize=64)
def _opening(mine: tuple[int, int], offered: tuple[int, int], show_offered: bool) -> Read:
    own, others = _scans("m", *mine), _scans("o", *offered)
    counts = select(_count("own", own).label("mine"), _count("others", others).label("offered")).subquery()
    entries = _entries(_first(others if show_offered else own)).subquery()
    query = select(counts.c.mine, counts.c.offered, *entries.c).select_from(counts.outerjoin(entries, true()))
    return Read(query.order_by(entries.c.sort_at, entries.c.key))


def _count(name: str, scans: Sequence[Select[Any]]) -> ScalarSelect[Any]:
    """How many different tasks: no more rows are read than the cap, in whichever groups they are.

    Only below the cap are they told apart, which takes longer than to count them.
    """
    keys = [scan.with_only_columns(scan.selected_columns[1]) for scan in scans]
    found = select(union_all(*keys).subquery()).limit(COUNT_CAP).cte(name)
    rows = select(func.count()).select_from(found).scalar_subquery()
    tasks = select(func.count(found.c.key.distinct())).scalar_subquery()
    return select(case((rows == COUNT_CAP, COUNT_CAP), else_=tasks)).scalar_subquery()
