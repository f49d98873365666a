"""What the browser's form viewer is given: one language, no more data than the form reads, and no foreign frame."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel

from app.domain.forms import compile_form
from app.web.pages.form_sheet import sheet_of

SHOP = {
    "type": "select",
    "key": "shop",
    "label": "门店",
    "properties": {"label:en": "Shop", "option:en:n": "North"},
    "values": [{"label": "北", "value": "n"}],
    "validate": {"patternErrorMessage": "请选 / Choose one"},
    "conditional": {"hide": "=closed"},
}


def sheet(*components: dict[str, Any], language: str = "zh", **stored: Any) -> dict[str, Any]:
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        form = compile_form({"id": "f", "components": [{"id": f"c{at}", **one} for at, one in enumerate(components)]})
        return sheet_of(form, {}, stored, language, {})


@pytest.mark.parametrize(
    ("language", "label", "option", "wrong"), [("zh", "门店", "北", "请选"), ("en", "Shop", "North", "Choose one")]
)
def test_texts_are_in_one_language(language: str, label: str, option: str, wrong: str) -> None:
    (shop,) = sheet(SHOP, language=language)["schema"]["components"]
    assert (shop["label"], shop["values"][0]["label"]) == (label, option)
    assert shop["validate"]["patternErrorMessage"] == wrong


def test_data_holds_the_forms_fields_and_what_its_expressions_name_and_nothing_else() -> None:
    found = sheet(SHOP, shop="n", closed=False, customerPhone="13800138000")
    assert found["data"] == {"shop": "n", "closed": False}


def test_a_frame_becomes_a_link_and_a_script_address_no_link() -> None:
    frames = [
        {"type": "iframe", "label": "Map", "url": url} for url in ("https://maps.example/a", "javascript:alert(1)")
    ]
    first, second = sheet(*frames)["schema"]["components"]
    assert (first["type"], first["text"]) == ("text", "[Map](https://maps.example/a)")
    assert (second["type"], second["text"]) == ("text", "Map")


def test_the_page_has_the_buttons_and_the_form_none() -> None:
    kinds = [one["type"] for one in sheet(SHOP, {"type": "button", "label": "Send"})["schema"]["components"]]
    assert kinds == ["select"]


def test_narrow_neighbours_stand_in_one_row() -> None:
    halves = [{"type": "textfield", "key": key, "layout": {"columns": 8}} for key in "abc"]
    rows = [one["layout"]["row"] for one in sheet(*halves, {"type": "textarea", "key": "d"})["schema"]["components"]]
    assert rows[0] == rows[1] != rows[2] != rows[3]


def test_a_row_that_the_schema_names_is_kept() -> None:
    named = {"type": "textfield", "key": "a", "layout": {"columns": 4, "row": "Row_of_its_own"}}
    (one,) = sheet(named)["schema"]["components"]
    assert one["layout"]["row"] == "Row_of_its_own"
