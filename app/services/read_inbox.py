"""Reads a person's inbox: what they have taken, are offered, watch, have done, and what those below them have to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.domain.list_filter import ListFilter, Words, read_filter, said
from app.errors import InvalidInputError
from app.services.search_complaints import WantedTexts, find_complaints
from app.services.unit_of_work import Runtime
from app.storage.accounts import groups_of_all, list_colleagues
from app.storage.complaint_recusals import not_of_hidden
from app.storage.complaints import ComplaintRow
from app.storage.inbox import InboxEntry, Whose, open_inbox
from app.storage.list_conditions import task_conditions
from app.storage.search_inbox import SORTS, TaskSearch, count_found, search_inbox
from app.storage.task_watchers import list_unread
from app.storage.task_windows import Scope, task

MOST_COLLEAGUES = 500
VIEWS = ("mine", "groups", "watching", "supervised", "done")
OPEN_VIEWS = frozenset({"mine", "groups", "supervised"})


@dataclass(frozen=True)
class InboxWish:
    """Which tasks a person wants to see: a view, a filter on it, and an order (None: the view's own)."""

    view: str = "mine"
    wanted: ListFilter = field(default_factory=ListFilter)
    sort: str | None = None


def inbox_wish(words: Words) -> InboxWish:
    """Return which tasks an address asks for; what it says wrongly is left out."""
    view, sort = said(words, "view"), said(words, "sort")
    wanted, _ = read_filter(words, tasks=True)
    return InboxWish(view if view in VIEWS else VIEWS[0], wanted, sort if sort in SORTS else None)


class InboxPage(NamedTuple):
    """A page of tasks; `complaints` by root instance; `after` and `looked_at` as `TaskPage` has them.

    `older_left_out` says that a search found more complaints than could be looked through; `unread` are the keys of
    watched tasks that this person has not looked at.
    """

    tasks: Sequence[Row[Any] | InboxEntry]
    complaints: Mapping[int, Row[Any]]
    after: str | None = None
    looked_at: int | None = None
    older_left_out: bool = False
    unread: frozenset[int] = frozenset()


class InboxCounts(NamedTuple):
    """How many tasks are one's own and offered, COUNT_CAP where there are as many or more."""

    mine: int
    groups: int


def open_first_page(
    connection: Connection, actor: Actor, view: str, *, limit: int, with_complaints: bool = False
) -> tuple[InboxPage, InboxCounts]:
    """Return the first page of one's own tasks or of those offered (`mine` or `groups`), with both counts.

    One statement, and one more for the complaints they belong to. Raises ForbiddenError.
    """
    if actor.recused:
        return _first_page_unhidden(connection, actor, view, limit, with_complaints=with_complaints)
    mine, offered = _whose(connection, actor, "mine"), _whose(connection, actor, "groups")
    opened = open_inbox(connection, mine, offered, show_offered=view == "groups", limit=limit)
    last = opened.entries[-1] if len(opened.entries) == limit else None
    after = None if last is None else f"{last.sort_at.isoformat()}~{last.key}"
    complaints = _complaints(connection, opened.entries) if with_complaints else {}
    return InboxPage(opened.entries, complaints, after), InboxCounts(opened.mine, opened.offered)


def _first_page_unhidden(
    connection: Connection, actor: Actor, view: str, limit: int, *, with_complaints: bool
) -> tuple[InboxPage, InboxCounts]:
    """The same without the tasks of complaints that are hidden from this actor."""
    conditions = [not_of_hidden(actor.username, task.instance_key)]
    mine, groups = (TaskSearch(scope_of(connection, actor, one), conditions) for one in ("mine", "groups"))
    page = search_inbox(connection, groups if view == "groups" else mine, limit=limit)
    complaints = _complaints(connection, page.tasks) if with_complaints else {}
    counts = InboxCounts(*(count_found(connection, one)[0] for one in (mine, groups)))
    return InboxPage(page.tasks, complaints, page.after, page.looked_at), counts


def read_inbox(
    runtime: Runtime, connection: Connection, actor: Actor, wish: InboxWish, *, limit: int, after: str | None = None
) -> InboxPage:
    """Return a page of what `wish` asks for. Raises ForbiddenError, and InvalidInputError for a wrong `after`."""
    search, older_left_out = _search(runtime, connection, actor, wish)
    page = search_inbox(connection, search, limit=limit, after=after)
    complaints = _complaints(connection, page.tasks)
    keys = [task.key for task in page.tasks] if wish.view == "watching" else []
    unread = frozenset(list_unread(connection, actor.username, keys)) if keys else frozenset()
    return InboxPage(page.tasks, complaints, page.after, page.looked_at, older_left_out, unread)


def count_inbox(runtime: Runtime, connection: Connection, actor: Actor, wish: InboxWish) -> tuple[int, bool]:
    """Return how many tasks `wish` finds, and whether there may be more than could be counted quickly."""
    search, _ = _search(runtime, connection, actor, wish)
    return count_found(connection, search)


def _search(runtime: Runtime, connection: Connection, actor: Actor, wish: InboxWish) -> tuple[TaskSearch, bool]:
    if wish.view not in VIEWS or (wish.sort is not None and wish.sort not in SORTS):
        raise InvalidInputError(f"Expected a view and an order of the inbox, but got {wish.view!r} and {wish.sort!r}")
    scope = scope_of(connection, actor, wish.view)
    complaints, older_left_out = None, False
    texts = WantedTexts(wish.wanted.search, wish.wanted.parts)
    if not texts.are_none:
        found = find_complaints(runtime, connection, actor, texts)
        complaints, older_left_out = [row.key for row in found.rows], found.more
    now = runtime.now() if wish.wanted.overdue else runtime.clock.now()
    conditions = task_conditions(wish.wanted, runtime.zone, now)
    if actor.recused:
        conditions.append(not_of_hidden(actor.username, task.instance_key))
    sort = wish.sort if wish.view in OPEN_VIEWS else None
    return TaskSearch(scope, conditions, complaints, sort), older_left_out


def scope_of(connection: Connection, actor: Actor, view: str) -> Scope:
    """Return which tasks a view holds for this person; raises ForbiddenError."""
    require_scope(actor, "work")
    if view == "mine":
        return Scope(people=(actor.username,))
    if view == "groups":
        groups = {*actor.groups, *(group for group, _ in actor.lent_groups)}
        absent = sorted(actor.stands_in_for)
        who = (f"u:{actor.username}", *(f"u:{name}" for name in absent), *sorted(f"g:{name}" for name in groups))
        return Scope(who, tuple(absent))
    if view == "watching":
        return Scope(watched_by=actor.username)
    if view == "done":
        return Scope(ended_by=actor.username)
    people = sorted(actor.supervises)
    groups_below = groups_of_all(connection, people) if people else []
    return Scope(tuple(f"g:{name}" for name in groups_below), tuple(people))


def read_colleagues(connection: Connection, actor: Actor) -> list[Row[Any]]:
    """Return the accounts that tasks can be given to, by name: everybody else's."""
    return [row for row in list_colleagues(connection, MOST_COLLEAGUES) if row.username != actor.username]


def _whose(connection: Connection, actor: Actor, view: str) -> Whose:
    scope = scope_of(connection, actor, view)
    return Whose(tuple(scope.who), tuple(scope.people))


def _complaints(connection: Connection, tasks: Sequence[Row[Any] | InboxEntry]) -> dict[int, Row[Any]]:
    """The complaints of a page's tasks by root instance; whoever is given a task may see its complaint."""
    roots = {row.root_key for row in tasks}
    if not roots:
        return {}
    table = ComplaintRow.__table__
    return {row.instance_key: row for row in connection.execute(select(table).where(table.c.instance_key.in_(roots)))}
