"""The sections of a complaint's page: each one is its own address, read only when it is opened.

A subject adds its section here; the page draws the tabs. Knows no subject.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from app.domain.actor import Actor
from app.services.get_complaint import ComplaintView
from app.services.unit_of_work import UnitOfWork
from app.web.pages.attachments import read_section
from app.web.pages.clock_sheets import read_deadlines_section
from app.web.pages.customers import read_customer_section
from app.web.pages.diagrams import read_steps
from app.web.pages.exchanges import read_comments_section, read_contacts_section, read_related_section
from app.web.pages.findings import read_findings_section
from app.web.pages.notices import read_told
from app.web.pages.recusals import read_recusals_section
from app.web.pages.timelines import read_evaluations, read_happenings


@dataclass(frozen=True)
class Section:
    """One tab: its part of the address, its words, its template, and what reads the template's values."""

    name: str
    words: Callable[[], str]
    template: str
    read: Callable[[UnitOfWork, Actor, ComplaintView], Mapping[str, Any]]


SECTIONS: tuple[Section, ...] = (
    Section("deadlines", lambda: gettext("Deadlines"), "pages/_section_deadlines.html", read_deadlines_section),
    Section("diagram", lambda: gettext("Diagram"), "pages/_diagram.html", read_steps),
    Section("timeline", lambda: gettext("Timeline"), "pages/_timeline.html", read_happenings),
    Section("decisions", lambda: gettext("Decisions"), "pages/_decisions.html", read_evaluations),
    Section("customer", lambda: gettext("Customer"), "pages/_section_customer.html", read_customer_section),
    Section("contacts", lambda: gettext("Contacts"), "pages/_section_contacts.html", read_contacts_section),
    Section("comments", lambda: gettext("Comments"), "pages/_section_comments.html", read_comments_section),
    Section("related", lambda: gettext("Related"), "pages/_section_related.html", read_related_section),
    Section("findings", lambda: gettext("Findings"), "pages/_findings.html", read_findings_section),
    Section("recusals", lambda: gettext("Recusals"), "pages/_section_recusals.html", read_recusals_section),
    Section("attachments", lambda: gettext("Attachments"), "pages/_attachments.html", read_section),
    Section("notices", lambda: gettext("Notices"), "pages/_notices.html", read_told),
)
"""In the order of the tabs, after the overview."""


def find_section(name: str) -> Section | None:
    """Return the section of that name."""
    return next((section for section in SECTIONS if section.name == name), None)
