"""What pages call people: by their names, never by what they sign in with; read once for a page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import g
from flask_babel import gettext
from sqlalchemy import Connection

from app.domain.actor import SYSTEM
from app.domain.portal import CUSTOMER
from app.storage.accounts import list_display_names
from app.web.authentication import runtime
from app.web.pages.blueprint import pages


@pages.app_context_processor
def people_words() -> dict[str, Any]:
    """Give the templates the names."""
    return {"person_called": person_called}


def person_called(username: str) -> str:
    """Return what a person is called; who has no account is called as they are known."""
    if username == SYSTEM.username:
        return str(gettext("the system"))
    if username == CUSTOMER.username:
        return str(gettext("the customer"))
    if username not in _known():
        with runtime().reading() as connection:
            look_up(connection, [username])
    return _known()[username]


def look_up(connection: Connection, usernames: Iterable[str | None]) -> None:
    """Read the names of all people of a page at once, so that `person_called` need not ask one by one."""
    missing = {name for name in usernames if name} - _known().keys()
    if missing:
        _known().update({name: name for name in missing} | list_display_names(connection, missing))


def _known() -> dict[str, str]:
    known: dict[str, str] = g.setdefault("people_called", {})
    return known
