"""A complaint's page: its head, the overview with the reader's own task, and the sections, each read when opened.

A section's link works by itself; with scripts it is fetched into the page, and this module then answers with the
section alone.
"""

from __future__ import annotations

from typing import Any

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from app.domain.actor import Actor
from app.errors import NotFoundError
from app.services.get_complaint import ComplaintView, get_complaint
from app.services.read_complaint_page import ComplaintPage, read_complaint_page
from app.services.unit_of_work import UnitOfWork
from app.web.authentication import runtime
from app.web.pages.blueprint import actor, language, pages
from app.web.pages.complaint_sections import SECTIONS, Section, find_section
from app.web.pages.people_called import look_up
from app.web.pages.presenting import fields_by_name, step_name
from app.web.pages.tasks import task_values

PARTIAL = "HX-Request-Type"
"""What a script says when it wants a part of a page: "partial"."""


@pages.route("/complaints/<number>")
def complaint(number: str) -> Response:
    """Show a complaint: what was said, where it stands, what the reader may do about it."""
    return _answer(None, "pages/_overview.html", _overview(runtime().perform(_read_page, actor(), number)))


@pages.route("/complaints/<number>/<section>")
def complaint_section(number: str, section: str) -> Response:
    """Show one section of a complaint's page."""
    found = find_section(section)
    if found is None:
        raise NotFoundError(f"Expected a section of a complaint's page, but {section!r} is none")
    return _answer(found, found.template, runtime().perform(_read_section, actor(), number, found))


def show_section(number: str, name: str, **more: Any) -> str:
    """Return the page of a complaint with a section open, and what more it is to show: what was sent and refused."""
    section = find_section(name)
    assert section is not None
    values = runtime().perform(_read_section, actor(), number, section)
    return render_template("pages/complaint.html", sections=SECTIONS, section=section, **{**values, **more})


def _read_page(work: UnitOfWork, actor: Actor, number: str) -> ComplaintPage:
    page = read_complaint_page(work, actor, number)
    people = (event.actor for event in page.view.events), (step.assignee for step in page.steps)
    done = (name for one in page.earlier for name in (one.done_by, one.done_for))
    look_up(work.connection, [*people[0], *people[1], *done])
    return page


def _read_section(work: UnitOfWork, actor: Actor, number: str, section: Section) -> dict[str, Any]:
    view: ComplaintView = get_complaint(work, actor, number)
    look_up(work.connection, [event.actor for event in view.events])
    return {"complaint": view, **section.read(work, actor, view)}


def _overview(page: ComplaintPage) -> dict[str, Any]:
    return {
        "complaint": page.view,
        "clocks": page.clocks,
        "steps": [(step, step_name(step.definition_key, step.element_id, step.name)) for step in page.steps],
        "paused": page.paused,
        "earlier": page.earlier,
        "labels": {name: field.text("label", language()) for name, field in fields_by_name().items()},
        "own": None if page.task is None else task_values(page.task, {}, {}),
    }


def _answer(section: Section | None, part: str, values: dict[str, Any]) -> Response:
    template = part if request.headers.get(PARTIAL) == "partial" else "pages/complaint.html"
    answer = make_response(render_template(template, sections=SECTIONS, section=section, **values))
    answer.headers["Vary"] = PARTIAL
    return answer
