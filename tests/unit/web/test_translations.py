"""The catalogues: every text of the pages is in them, translated, and the compiled ones are up to date."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

WEB = Path(__file__).parents[3] / "app" / "web"
METHODS = [(f"{part}/**.py", "python") for part in ("pages", "portal")] + [("templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}


def catalogue(language: str) -> Catalog:
    with (WEB / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def texts_of_pages() -> set[str | tuple[str, ...]]:
    return {found[2] for found in extract_from_dir(str(WEB), METHODS, keywords=KEYWORDS)}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_text_of_the_pages_is_translated_and_no_other(language: str) -> None:
    known = {message.id: message.string for message in catalogue(language) if message.id}
    assert set(known) == texts_of_pages()
    assert [text for text, translated in known.items() if not translated or not all(translated)] == []


def test_translations_keep_the_places_for_values() -> None:
    for message in catalogue("zh"):
        if message.id and isinstance(message.id, str):
            named = re.compile(r"%\(\w+\)\w")
            assert sorted(named.findall(message.id)) == sorted(named.findall(str(message.string))), message.id


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_compiled_catalogue_is_the_written_one(language: str) -> None:
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    stored = (WEB / "translations" / language / "LC_MESSAGES" / "messages.mo").read_bytes()
    assert texts_of(stored) == texts_of(compiled.getvalue())


def texts_of(compiled: bytes) -> dict[str, object]:
    return {str(message.id): message.string for message in read_mo(BytesIO(compiled)) if message.id}
