"""What a form shows without asking is drawn from its values, and nothing of another site is loaded."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.forms import compile_form
from app.feel import Environment
from app.web.pages.form_view import Drawing
from app.web.pages.shown_parts import Shown

VALUES = {
    "name": "Wang",
    "rows": [{"id": 1, "sum": 5}, {"id": 2}],
    "papers": [{"documentId": "d/1", "contentHash": "h", "metadata": {"fileName": "Bill.pdf"}}],
}


def shown(kind: str, **component: Any) -> Shown:
    form = compile_form({"id": "f", "components": [{"type": kind, **component}]})
    found = Drawing(form, VALUES, {}, "zh", Environment()).widgets()[0].shown
    assert found is not None
    return found


def test_a_text_has_values_in_it_and_no_markup() -> None:
    assert shown("text", text="# Dear **{{name}}**\nsee [rules](https://a.example)").text == (
        "Dear Wang\nsee rules (https://a.example)"
    )


def test_an_expression_that_cannot_be_read_leaves_a_gap() -> None:
    assert shown("text", text="a {{1 +}} b {{nobody}}").text == "a  b "


def test_markup_is_reduced_to_its_words() -> None:
    content = "<p onclick='x()'>Dear {{name}}</p><script>alert(1)</script><style>p{}</style><p>Bye"
    assert shown("html", content=content).text == "Dear Wang\nBye"


def test_a_table_shows_the_columns_it_names() -> None:
    found = shown("table", dataSource="=rows", columns=[{"label": "No.", "key": "id"}, {"label": "Sum", "key": "sum"}])
    assert (found.heads, found.cells) == (["No.", "Sum"], [["1", "5"], ["2", ""]])
    assert shown("table", dataSource="nobody", columns=[{"key": "id"}]).cells == []


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("/static/icon.svg", "/static/icon.svg"),
        ('="/static/" + name', "/static/Wang"),
        ("https://elsewhere.example/a.png", ""),
        ("//elsewhere.example/a.png", ""),
        ("data:text/html;base64,PHA+", ""),
    ],
)
def test_only_our_own_pictures_are_loaded(source: str, address: str) -> None:
    assert shown("image", source=source, alt="Plan") == Shown("Plan", address)


def test_a_frame_is_a_link_to_the_web_and_nothing_else() -> None:
    assert shown("iframe", label="Map", url="https://maps.example/") == Shown("Map", "https://maps.example/")
    assert shown("iframe", label="Map", url="javascript:alert(1)") == Shown("Map", "")


def test_documents_are_listed_by_name() -> None:
    assert shown("documentPreview", dataSource="=papers").files == [("Bill.pdf", "/v2/documents/d%2F1?contentHash=h")]
