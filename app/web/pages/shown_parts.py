"""What a form shows without asking: texts with values in them, tables, pictures, links and files, safe in a page.

Works on a component as drawn and the form's values; the page escapes what comes out. Nothing of another site is loaded:
a frame becomes a link, markup its text, and a picture of elsewhere its description.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

from app.domain.forms import Display
from app.feel import Expression, FeelError, Run, compile_expression, to_json

TEMPLATE = re.compile(r"\{\{\s*=?(.*?)\}\}", re.DOTALL)
MARKDOWN = (
    (re.compile(r"^\s{0,3}#{1,6}\s+", re.MULTILINE), ""),
    (re.compile(r"(\*\*|__)(.+?)\1", re.DOTALL), r"\2"),
    (re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)"), r"\1 (\2)"),
)
"""Headings, strong words and links, written as plain text."""
OWN_PICTURE = re.compile(r"/(?!/)|data:image/(?:png|jpeg|gif|webp);base64,")
WEB = re.compile(r"https?://", re.IGNORECASE)
MOST_TABLE_ROWS = 200
SILENT = frozenset({"script", "style"})


@dataclass(frozen=True)
class Shown:
    """What is shown: a text, a picture's or link's address, a table's heads and cells, or files by name and address."""

    text: str = ""
    address: str = ""
    heads: list[str] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)
    files: list[tuple[str, str]] = field(default_factory=list)


def show_part(node: Display, language: str, context: Mapping[str, Any], run: Run) -> Shown:
    """Return what a component shows over `context` (FEEL values); empty for one that shows nothing by itself."""
    raw = node.raw
    if node.kind == "text":
        return Shown(plain(fill(node.text("text", language), context, run)))
    if node.kind == "html":
        return Shown(text_of(fill(str(raw.get("content") or ""), context, run)))
    if node.kind == "table":
        return _table(raw, context, run)
    if node.kind == "image":
        source = str(value_of(raw.get("source"), context, run) or "")
        return Shown(str(raw.get("alt") or ""), source if OWN_PICTURE.match(source) else "")
    if node.kind == "iframe":
        address = str(value_of(raw.get("url"), context, run) or "")
        return Shown(str(raw.get("label") or address), address if WEB.match(address) else "")
    if node.kind == "documentPreview":
        return Shown(files=_files(value_of(raw.get("dataSource"), context, run)))
    return Shown()


def fill(text: str, context: Mapping[str, Any], run: Run) -> str:
    """Return `text` with each `{{expression}}` replaced by its value."""
    return TEMPLATE.sub(lambda found: _word(value_of(f"={found[1]}", context, run)), text)


def plain(text: str) -> str:
    """Return Markdown as plain text."""
    for pattern, instead in MARKDOWN:
        text = pattern.sub(instead, text)
    return text


def text_of(markup: str) -> str:
    """Return the words of HTML, without its tags, scripts and styles."""
    reader = _Words()
    reader.feed(markup)
    reader.close()
    return "".join(reader.words).strip()


def value_of(raw: Any, context: Mapping[str, Any], run: Run) -> Any:
    """Return a member that may be FEEL after "=", as JSON; null for an expression that cannot be read."""
    if not isinstance(raw, str) or not raw.lstrip().startswith("="):
        return raw
    try:
        return to_json(_expression(raw.lstrip()[1:].strip()).value(context, run))
    except FeelError:
        return None


@lru_cache(maxsize=512)
def _expression(text: str) -> Expression:
    return compile_expression(text)


def _table(raw: Mapping[str, Any], context: Mapping[str, Any], run: Run) -> Shown:
    source = raw.get("dataSource")
    is_formula = isinstance(source, str) and source.lstrip().startswith("=")
    rows = value_of(source if is_formula else f"={source}", context, run) if source else None
    columns = value_of(raw.get("columnsExpression"), context, run) or raw.get("columns")
    named = [one for one in columns if isinstance(one, Mapping) and one.get("key")] if isinstance(columns, list) else []
    lines = [one for one in rows if isinstance(one, Mapping)] if isinstance(rows, list) else []
    return Shown(
        heads=[str(one.get("label") or one["key"]) for one in named],
        cells=[[_word(line.get(one["key"])) for one in named] for line in lines[:MOST_TABLE_ROWS]],
    )


def _files(documents: Any) -> list[tuple[str, str]]:
    found = []
    for one in documents if isinstance(documents, list) else []:
        if isinstance(one, Mapping) and isinstance(one.get("documentId"), str):
            known = one.get("metadata")
            name = known.get("fileName") if isinstance(known, Mapping) else None
            store = f"?contentHash={quote(str(one['contentHash']))}" if one.get("contentHash") else ""
            found.append((str(name or one["documentId"]), f"/v2/documents/{quote(one['documentId'], safe='')}{store}"))
    return found


def _word(value: Any) -> str:
    return "" if value is None else str(value)


class _Words(HTMLParser):
    """Gathers what a browser would show as words."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:  # noqa: ARG002 - the parser's own signature
        self._silent += tag in SILENT
        if tag in {"p", "br", "li", "tr", "div"} and self.words:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)
