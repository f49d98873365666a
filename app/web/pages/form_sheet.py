"""A form as the browser's form viewer is given it: the schema in one language, and the values it may see.

Owns what is taken out of a schema on the way: foreign frames, which become links, and buttons, which the page has
itself. Knows neither task nor complaint.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import jsonify, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.domain.forms import Form
from app.domain.forms.messages import MESSAGES
from app.domain.languages import LANGUAGES

WORD = re.compile(r"[^\W\d]\w*")
LINK = re.compile(r"https?://[^\s()\[\]]+")
GRID = 16
"""Columns of a row, as form-js counts them."""
TEXTS = ("label", "description", "text", "dateLabel", "timeLabel", "title", "alt")


def sheet_of(
    form: Form,
    answers: Mapping[str, Any],
    stored: Mapping[str, Any],
    language: str,
    errors: Mapping[str, list[str]],
) -> dict[str, Any]:
    """Return `schema`, `data` and `errors` for the viewer, and the sentences it tells about wrong answers.

    `data` holds the form's own fields and what its expressions name, nothing else of what is stored.
    """
    read = set(form.shape.keys) | _named(form.raw)
    data = {name: value for name, value in {**stored, **answers}.items() if name in read}
    index = LANGUAGES.index(language)
    named = {name: value for name, value in form.raw.items() if name != "properties"}  # names in all languages
    return {
        "schema": {**named, "components": _components(form.raw["components"], language)},
        "data": data,
        "errors": dict(errors),
        "messages": {code: texts[index] for code, texts in MESSAGES.items()},
    }


def viewer_words() -> dict[str, str]:
    """Return the viewer's own fixed texts, by the English that it writes, in the page's language."""
    return {
        "unreachable": gettext("The server cannot be reached. Nothing is lost: try again in a minute."),
        "signed out": gettext("Your session has ended. Sign in again in another window, then send this once more."),
        "sign in": gettext("Sign in"),
        "Search": gettext("Search"),
        "Select": gettext("Choose…"),
        "No results": gettext("No results"),
        "All values selected": gettext("All values selected"),
        "Browse": gettext("Browse"),
        "No files selected": gettext("No files selected"),
        "Add new": gettext("Add a row"),
        "Remove tag": gettext("Remove"),
        "Increment": gettext("Increase"),
        "Decrement": gettext("Decrease"),
        "Nothing to show.": gettext("Nothing to show."),
        "Previous page": gettext("Previous page"),
        "Next page": gettext("Next page"),
    }


def wants_json() -> bool:
    """Whether the viewer sent this request: it reads JSON, a browser by itself pages."""
    return request.accept_mimetypes.best == "application/json"


def refuse_answers(errors: Mapping[str, list[str]]) -> tuple[Response, int]:
    """Answer the viewer with what is wrong, by field path."""
    return jsonify(fields=dict(errors)), 422


def send_on(place: str) -> Response:
    """Answer the viewer with the page that comes next."""
    return jsonify(next=place)


def _components(components: list[Any], language: str) -> list[dict[str, Any]]:
    return _in_rows([_component(one, language) for one in components if one["type"] != "button"])


def _in_rows(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put narrow neighbours beside each other, as the page draws them, where the schema names no row itself."""
    free, row = 0, ""
    for one in components:
        layout = dict(one.get("layout") or {})
        columns = layout.get("columns")
        width = columns if isinstance(columns, int) and 0 < columns <= GRID else GRID
        if layout.get("row"):
            free = 0
            continue
        if width > free:
            free, row = GRID, f"Row_{one.get('id') or one.get('key') or id(one)}"
        free -= width
        one["layout"] = {**layout, "row": row}
    return components


def _component(raw: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return one component with its texts in `language`; inner ones alike."""
    names = raw.get("properties") or {}
    made = dict(raw)
    if raw["type"] == "datetime" and language == "en":
        label = names.get("label:en") or raw.get("dateLabel", "")
        made |= {"dateLabel": label, "timeLabel": label if raw.get("subtype") == "time" else gettext("Time")}
    for text in TEXTS:
        if names.get(f"{text}:{language}"):
            made[text] = names[f"{text}:{language}"]
    rules = dict(raw.get("validate") or {})
    if " / " in str(rules.get("patternErrorMessage", "")):
        rules["patternErrorMessage"] = rules["patternErrorMessage"].split(" / ", 1)[language == "en"]
    if rules:
        made["validate"] = rules
    if isinstance(raw.get("values"), list):
        made["values"] = [
            {**one, "label": names.get(f"option:{language}:{one['value']}", one.get("label", one["value"]))}
            for one in raw["values"]
        ]
    if isinstance(raw.get("components"), list):
        made["components"] = _components(raw["components"], language)
    return _linked(made) if raw["type"] == "iframe" else made


def _linked(frame: Mapping[str, Any]) -> dict[str, Any]:
    """Return a link where a schema has a frame: what another site shows is opened there, never inside ours."""
    address = str(frame.get("url") or "")
    known = address if LINK.fullmatch(address) else ""
    label = str(frame.get("label") or known)
    text = f"[{label}]({known})" if known else label
    kept = {name: frame[name] for name in ("id", "layout", "conditional") if name in frame}
    return {**kept, "type": "text", "text": text}


def _named(schema: Any) -> set[str]:
    """Return every word that a schema's expressions, templates and sources of options hold."""
    if isinstance(schema, Mapping):
        keys = {str(schema[name]).split(".")[0] for name in ("valuesKey", "dataSource") if schema.get(name)}
        return keys.union(*(_named(value) for value in schema.values()))
    if isinstance(schema, list):
        return set().union(*(_named(one) for one in schema))
    is_formula = isinstance(schema, str) and (schema.lstrip().startswith("=") or "{{" in schema)
    return set(WORD.findall(schema)) if is_formula else set()
