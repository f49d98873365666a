"""The inbox: what is mine, what my groups may take, what I have done."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.services.search_records import search_records
from app.storage.search import Filter, Page, PageWish
from app.storage.search_work import USER_TASKS
from app.web.authentication import runtime
from app.web.pages.blueprint import actor, pages
from app.web.pages.presenting import step_name

PAGE_SIZE = 25
VIEWS = ("mine", "groups", "done")


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
        pages_of = {
            name: search_records(
                connection,
                actor(),
                USER_TASKS,
                _wanted(name),
                [("dueDate", False)] if name != "done" else [("completionDate", True)],
                PageWish(limit=PAGE_SIZE if name == view else 1, after=after if name == view else None),
            )
            for name in VIEWS[:2]
        }
        if view == "done":
            wish = PageWish(limit=PAGE_SIZE, after=after)
            pages_of["done"] = search_records(
                connection, actor(), USER_TASKS, _wanted("done"), [("completionDate", True)], wish
            )
    page = pages_of[view]
    return render_template(
        "pages/inbox.html",
        view=view,
        tasks=[present_task(task) for task in page.items],
        counts={name: _count(found) for name, found in pages_of.items() if name != "done"},
        next_cursor=page.end if len(page.items) == PAGE_SIZE else None,
        is_later=after is not None,
    )


def present_task(task: dict[str, Any]) -> dict[str, Any]:
    """Return a task's record with its step's name in the page's language."""
    step = step_name(task["processDefinitionKey"], task["elementId"], task["name"])
    process = step_name(task["processDefinitionKey"], task["processDefinitionId"], task["processName"])
    return {**task, "step": step, "process": process}


def _wanted(view: str) -> Filter:
    who = actor()
    if view == "mine":
        return {"assignee": {"$eq": who.username}, "state": {"$eq": "CREATED"}}
    if view == "done":
        return {"assignee": {"$eq": who.username}, "state": {"$eq": "COMPLETED"}}
    groups = sorted(who.groups) or [""]
    return {"candidateGroup": {"$in": groups}, "assignee": {"$exists": False}, "state": {"$eq": "CREATED"}}


def _count(page: Page) -> str:
    return f"{page.total}+" if page.more else str(page.total)
