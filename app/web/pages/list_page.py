"""What the pages of tasks and of complaints share: their address, filter, saved views, columns, and what to filter by.

A list's address says everything: the view, the filter, the order. So it can be saved, shared, gone back to, and works
without script.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import gettext
from sqlalchemy import Connection, Row
from werkzeug.datastructures import MultiDict

from app.domain.list_filter import RANGES, TASK_TEXTS, TEXTS, ListFilter, Problems, Words, read_filter, said
from app.domain.organisation import GROUPS
from app.services.list_steps import list_steps
from app.services.list_values import columns_of
from app.services.save_view import read_columns, read_saved_views
from app.web.authentication import runtime
from app.web.pages.blueprint import actor, language
from app.web.pages.post_names import group_name
from app.web.pages.presenting import STATUSES, fields_by_name

ENDPOINTS = {"tasks": "pages.inbox", "complaints": "pages.complaints"}
FILTER_WORDS = (
    "q",
    "overdue",
    "field",
    *TEXTS,
    *TASK_TEXTS,
    *(f"{name}_{end}" for name in RANGES for end in ("from", "to")),
)
WORDS = ("view", "sort", *FILTER_WORDS)
"""What an address may say, and a saved view keeps; everything else is where somebody is on the page."""

CODES = {"channel": "channel", "product": "productLine", "type": "complaintType"}
SEVERITIES = ("critical", "high", "medium", "low")


@dataclass(frozen=True)
class SavedView:
    """A saved view as a page offers it."""

    key: int
    name: str
    address: str
    is_mine: bool
    is_open: bool
    shared_with: str | None


@dataclass(frozen=True)
class ListPage:
    """A list as it was asked for. `words` is its address; `problems` are messages by the word they are about."""

    name: str
    words: Words
    wanted: ListFilter
    problems: dict[str, str]
    view: str
    columns: tuple[str, ...]
    saved: Sequence[SavedView]

    def address(self, **changes: Any) -> str:
        """Return this list's address with some words changed; None leaves a word out."""
        return list_address(self.name, self.words, **changes)

    def said(self, name: str) -> str:
        """Return what the address says for one word, empty for nothing."""
        return said(self.words, name)

    @property
    def is_filtered(self) -> bool:
        """Whether the address asks for less than everything."""
        return any(name in self.words for name in FILTER_WORDS)


def read_list(connection: Connection, name: str, view: str) -> ListPage:
    """Return the list that this request's address asks for."""
    words = words_of(request.args)
    wanted, problems = read_filter(words, tasks=name == "tasks")
    open_view = request.args.get("saved", type=int)
    saved = [_saved(row, open_view) for row in read_saved_views(connection, actor(), name)]
    columns = columns_of(name, read_columns(connection, actor(), name), view)
    return ListPage(name, words, wanted, messages(problems), view, columns, saved)


def list_address(name: str, words: Words, **changes: Any) -> str:
    """Return the address of a list that says these words, some of them changed; None leaves a word out."""
    changed = {**words, **changes}
    return url_for(ENDPOINTS[name], **{word: value for word, value in changed.items() if value is not None})


def words_of(sent: MultiDict[str, str]) -> Words:
    """Return the words of an address or form that make a list, without the empty ones."""
    found = {name: [value for value in sent.getlist(name) if value.strip()] for name in WORDS}
    return {name: values for name, values in found.items() if values}


def messages(problems: Problems) -> dict[str, str]:
    """Return what cannot be read of an address in the page's language, by the word it is about."""
    told = {
        "number": gettext("Enter a number, such as 1000"),
        "date": gettext("Enter a day, such as 2026-01-31"),
        "order": gettext("The end lies before the beginning"),
        "field": gettext("Write name=value, such as region=east, or name~part of its text"),
        "sealed": gettext("This field is sealed; complaints cannot be found by it"),
        "long": gettext("This is too long"),
        "short": gettext("Enter at least two Chinese characters, three letters, or a complaint number"),
    }
    return {name: told[problem] for name, problem in problems.items()}


def choices(connection: Connection, name: str) -> dict[str, list[tuple[str, str]]]:
    """Return what each filter of a list offers: (value, words) pairs."""
    fields = fields_by_name()
    found = {
        word: [(str(option.value), option.label(language())) for option in source.fixed]
        for word, field in CODES.items()
        if field in fields and (source := fields[field].options) is not None
    }
    found["status"] = [(value, str(words)) for value, (words, _) in STATUSES.items()]
    names = (gettext("Critical"), gettext("High"), gettext("Medium"), gettext("Low"))
    found["severity"] = list(zip(SEVERITIES, names, strict=True))
    if name == "tasks":
        found["group"] = [(group, group_name(group, language())) for group in GROUPS]
        processes = list_steps(runtime(), connection)
        found["process"] = [(one.process.id, _element_name(one.process)) for one in processes]
        steps = {step.id: _element_name(step) for one in processes for step in one.steps.values()}
        found["step"] = sorted(steps.items(), key=lambda pair: pair[1])
    return found


def _element_name(element: Any) -> str:
    english = element.properties.get("name:en") if language() == "en" else None
    return str(english or element.name or element.id)


def _saved(row: Row[Any], open_view: int | None) -> SavedView:
    address = list_address(row.list, row.wish, saved=row.key)
    return SavedView(row.key, row.name, address, row.owner == actor().username, row.key == open_view, row.shared_with)
