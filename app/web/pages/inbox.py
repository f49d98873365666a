"""The inbox: what is mine, what my groups may take, what I have done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from app.errors import InvalidInputError
from app.services.read_inbox import Place, count_open, read_done, read_inbox
from app.storage.inbox import InboxEntry
from app.web.authentication import runtime
from app.web.pages.blueprint import actor, pages
from app.web.pages.presenting import step_name

PAGE_SIZE = 25
VIEWS = ("mine", "groups", "done")


@dataclass(frozen=True)
class Line:
    """One task of a list, its step and process named in the page's language."""

    key: int
    step: str
    process: str
    number: str | None
    groups: list[str]
    priority: int
    due_at: datetime | None
    ended_at: datetime | None = None


@pages.route("/")
def home() -> Response:
    """Go where work is."""
    return redirect(url_for("pages.inbox"))


@pages.route("/inbox")
def inbox() -> str:
    """Show one view of the inbox, nearest deadline first."""
    view = request.args.get("view", "mine")
    view = view if view in VIEWS else "mine"
    after = request.args.get("after")
    with runtime().reading() as connection:
        counts = {name: count_open(connection, actor(), taken=name == "mine") for name in VIEWS[:2]}
        if view == "done":
            lines, next_cursor = _done(connection, after)
        else:
            lines, next_cursor = _open(connection, view, after)
    return render_template(
        "pages/inbox.html",
        view=view,
        tasks=lines,
        counts={name: f"{found}+" if more else str(found) for name, (found, more) in counts.items()},
        next_cursor=next_cursor,
        is_later=after is not None,
    )


def _open(connection: Connection, view: str, after: str | None) -> tuple[list[Line], str | None]:
    place = None if after is None else _place(after)
    entries = read_inbox(connection, actor(), taken=view == "mine", limit=PAGE_SIZE, after=place)
    last = entries[-1] if len(entries) == PAGE_SIZE else None
    return [_line(one) for one in entries], None if last is None else f"{last.sort_at.isoformat()}~{last.key}"


def _done(connection: Connection, after: str | None) -> tuple[list[Line], str | None]:
    page = read_done(connection, actor(), limit=PAGE_SIZE, after=after)
    return [_done_line(task) for task in page.items], page.end if len(page.items) == PAGE_SIZE else None


def _place(text: str) -> Place:
    """Read where a page ended; raises InvalidInputError."""
    at, _, key = text.partition("~")
    try:
        return datetime.fromisoformat(at), int(key)
    except ValueError as error:
        raise InvalidInputError(f"Expected the place of a page of the inbox, but got {text!r}") from error


def _line(entry: InboxEntry) -> Line:
    return Line(
        entry.key,
        step_name(entry.definition_key, entry.element_id, entry.name),
        step_name(entry.definition_key, entry.process_id, entry.process_name),
        entry.business_id,
        entry.candidate_groups,
        entry.priority,
        entry.due_at,
    )


def _done_line(task: dict[str, Any]) -> Line:
    step, process = task_names(task)
    number, groups = task["businessId"], task["candidateGroups"]
    return Line(
        task["userTaskKey"], step, process, number, groups, task["priority"], task["dueDate"], task["completionDate"]
    )


def task_names(task: dict[str, Any]) -> tuple[str, str]:
    """Return the names of a task record's step and process in the page's language."""
    key = task["processDefinitionKey"]
    step = step_name(key, task["elementId"], task["name"])
    return step, step_name(key, task["processDefinitionId"], task["processName"])
