"""The inbox: tasks taken, offered, watched, done and supervised, as a view, a filter and an order ask for them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from sqlalchemy import Connection, Row
from werkzeug.wrappers import Response

from app.errors import InvalidInputError
from app.services.list_values import COLUMNS
from app.services.read_inbox import (
    OPEN_VIEWS,
    VIEWS,
    InboxCounts,
    InboxPage,
    InboxWish,
    inbox_wish,
    open_first_page,
    read_colleagues,
    read_inbox,
)
from app.storage.absences import list_absent_now
from app.storage.inbox import COUNT_CAP, InboxEntry
from app.storage.search_inbox import SORTS
from app.storage.step_limits import Paused, list_still_since
from app.web.authentication import runtime
from app.web.pages.blueprint import actor, pages
from app.web.pages.list_columns import cell, heading, needs_complaint, task_line
from app.web.pages.list_page import choices, messages, read_list, words_of
from app.web.pages.people_called import look_up
from app.web.pages.presenting import step_name

PAGE_SIZE = 25


@pages.route("/")
def home() -> Response:
    """Go where work is."""
    return redirect(url_for("pages.inbox"))


@pages.route("/inbox")
def inbox() -> str:
    """Show one view of the inbox."""
    after = request.args.get("after")
    wish = inbox_wish(words_of(request.args))
    with runtime().reading() as connection:
        listed = read_list(connection, "tasks", wish.view)
        needs_complaints = any(needs_complaint(column) for column in listed.columns)
        try:
            page, counts = _page(connection, wish, after, needs_complaints=needs_complaints)
        except InvalidInputError as error:
            if "q" not in error.fields:
                raise
            listed.problems.update(messages({"q": error.fields["q"][0]}))
            page, counts = InboxPage((), {}), _counts(connection)
        if "assignee" in listed.columns:
            look_up(connection, [task.assignee for task in page.tasks])
        absences = _absences(connection, page.tasks)
        paused = _paused(connection, page.tasks)
        offered = choices(connection, "tasks")
        colleagues = read_colleagues(connection, actor()) if wish.view == "mine" and page.tasks else ()
    return render_template(
        "pages/inbox.html",
        listed=listed,
        wish=wish,
        views=[one for one in VIEWS if one != "supervised" or actor().supervises],
        sorts=("due", *SORTS) if wish.view in OPEN_VIEWS else (),
        lines=[task_line(task, page.complaints.get(task.root_key)) for task in page.tasks],
        page=page,
        absent_of=_absent_of,
        absences=absences,
        paused=paused,
        counts=_shown(counts),
        choices=offered,
        colleagues=colleagues,
        all_columns=COLUMNS["tasks"],
        heading=heading,
        cell=cell,
        tag=_tag(page.tasks, counts),
        is_later=after is not None,
    )


@pages.route("/inbox/changes")
def inbox_changes() -> Response:
    """Say which tasks the first page holds now; 304 as long as that is what the page shows.

    A page asks every few seconds; it is one statement where nothing is filtered.
    """
    with runtime().reading() as connection:
        page, counts = _page(connection, inbox_wish(words_of(request.args)), None, needs_complaints=False)
    response = jsonify(keys=[str(task.key) for task in page.tasks], counts=_shown(counts))
    response.set_etag(_tag(page.tasks, counts))
    response.headers["Cache-Control"] = "no-cache"
    return response.make_conditional(request)


def task_names(task: dict[str, Any]) -> tuple[str, str]:
    """Return the names of a task record's step and process in the page's language."""
    key = task["processDefinitionKey"]
    step = step_name(key, task["elementId"], task["name"])
    return step, step_name(key, task["processDefinitionId"], task["processName"])


def _page(
    connection: Connection, wish: InboxWish, after: str | None, *, needs_complaints: bool
) -> tuple[InboxPage, InboxCounts]:
    is_plain = wish.view in {"mine", "groups"} and wish.wanted.is_empty and wish.sort is None and after is None
    if is_plain:
        return open_first_page(connection, actor(), wish.view, limit=PAGE_SIZE, with_complaints=needs_complaints)
    page = read_inbox(runtime(), connection, actor(), wish, limit=PAGE_SIZE, after=after)
    return page, _counts(connection)


def _paused(connection: Connection, tasks: Sequence[Row[Any] | InboxEntry]) -> Paused:
    """Which of these stand still with their complaint's clock; only what has no due date can."""
    without = [task.key for task in tasks if task.due_at is None]
    return list_still_since(connection, without) if without else {}


def _counts(connection: Connection) -> InboxCounts:
    return open_first_page(connection, actor(), "mine", limit=1)[1]


def _absent_of(task: Row[Any] | InboxEntry) -> str | None:
    """The absent person whose task this is or was, as far as somebody works on it in their place."""
    if task.on_behalf_of is not None:
        return str(task.on_behalf_of)
    return task.assignee if task.ended_at is None and task.assignee in actor().stands_in_for else None


def _absences(connection: Connection, tasks: Sequence[Row[Any] | InboxEntry]) -> dict[str, datetime]:
    """Until when those are absent whose tasks others work on, with their names read for the page."""
    names = {name for task in tasks if task.ended_at is None and (name := _absent_of(task)) is not None}
    look_up(connection, names)
    return list_absent_now(connection, names, runtime().now_in(connection)) if names else {}


def _shown(counts: InboxCounts) -> dict[str, str]:
    return {name: f"{COUNT_CAP}+" if count >= COUNT_CAP else str(count) for name, count in counts._asdict().items()}


def _tag(tasks: Sequence[Row[Any] | InboxEntry], counts: InboxCounts) -> str:
    """What changes when the first page would look different, or a count."""
    lines = [f"{task.key} {task.due_at} {task.priority} {task.assignee}" for task in tasks]
    return hashlib.sha256("\n".join([str(tuple(counts)), *lines]).encode()).hexdigest()[:32]
