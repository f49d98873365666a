"""The main navigation: which pages are offered to whom, in order. A page that is not offered still checks by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import gettext

from app.domain.actor import Actor


@dataclass(frozen=True)
class Entry:
    """One page of the navigation, and the scope it needs."""

    endpoint: str
    words: Callable[[], str]
    scope: str = "work"


ENTRIES = (
    Entry("pages.inbox", lambda: gettext("Inbox")),
    Entry("pages.complaints", lambda: gettext("Complaints")),
    Entry("pages.new_complaint", lambda: gettext("Register a complaint"), "start"),
    Entry("pages.customers", lambda: gettext("Customers"), "customers"),
    Entry("pages.matters", lambda: gettext("Major matters"), "oversee"),
    Entry("pages.procedures", lambda: gettext("Procedures"), "deploy"),
    Entry("pages.tables", lambda: gettext("Decision tables"), "tables"),
    Entry("pages.calendars", lambda: gettext("Calendars"), "calendars"),
    Entry("pages.access_log", lambda: gettext("Access log"), "audit"),
    Entry("pages.failed_notices", lambda: gettext("Failed notices"), "operate"),
    Entry("pages.organisation", lambda: gettext("Organisation"), "organise"),
    Entry("pages.accounts", lambda: gettext("Accounts"), "security"),
)


def navigation(actor: Actor) -> list[Entry]:
    """Return what to offer `actor`."""
    return [entry for entry in ENTRIES if entry.scope in actor.scopes]
