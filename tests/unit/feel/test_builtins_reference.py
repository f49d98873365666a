"""The docs page and the editors' completion come from the table of signatures, whose examples hold."""

from __future__ import annotations

import pytest

from app.feel import compile_expression, completion_entries
from app.feel.builtins.reference import PAGE, functions_page
from app.feel.builtins.signatures import BUILT_INS

NEEDS_CALENDARS = {"working days after", "working hours after", "working days between", "is working day"}


def test_the_docs_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == functions_page(), "run python -m app.feel.builtins.reference"


@pytest.mark.parametrize("name", sorted(set(BUILT_INS) - NEEDS_CALENDARS))
def test_the_example_of_every_function_is_true(name: str) -> None:
    assert compile_expression(BUILT_INS[name].example).evaluate({}).value is True


@pytest.mark.parametrize("name", sorted(BUILT_INS))
def test_every_function_is_described_in_one_sentence_of_both_languages(name: str) -> None:
    entry = BUILT_INS[name]

    assert entry.summary.endswith(".")
    assert entry.summary_zh.endswith("。")


def test_completion_lists_every_way_of_calling_in_the_asked_language() -> None:
    ways = [entry for entry in completion_entries("zh") if entry["name"] == "string join"]

    assert [[param["name"] for param in way["params"]] for way in ways] == [
        ["list", "delimiter"],
        ["list", "delimiter", "prefix", "suffix"],
    ]
    assert ways[0]["info"].startswith("把文本列表")
