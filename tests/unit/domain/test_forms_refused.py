"""Schemas and answers made to break things: refused at compilation, or harmless."""

import time
from typing import Any

import pytest

from app.domain.forms import FormError, FormRefusedError, compile_form


def nested(depth: int) -> dict[str, Any]:
    node: dict[str, Any] = {"type": "textfield", "key": "a"}
    for _ in range(depth):
        node = {"type": "group", "components": [node]}
    return node


@pytest.mark.parametrize(
    "component",
    [
        {"type": "script", "key": "a"},
        {"type": "textfield"},
        {"type": "textfield", "key": "a..b"},
        {"type": "textfield", "key": "a", "conditional": {"hide": "=1 +"}},
        {"type": "textfield", "key": "a", "validate": {"pattern": "("}},
        {"type": "textfield", "key": "a", "validate": {"pattern": "a" * 2000}},
        {"type": "textfield", "key": "a", "validate": "required"},
        {"type": "number", "key": "a", "increment": 0},
        {"type": "select", "key": "a", "values": "abc"},
        {"type": "datetime", "key": "a", "subtype": "century"},
        {"type": "dynamiclist", "components": []},
        {"type": "group", "components": None},
        "text",
        nested(50),
    ],
)
def test_a_component_that_cannot_be_checked_is_refused(component: Any) -> None:
    with pytest.raises(FormRefusedError):
        compile_form({"id": "f", "components": [component]})


@pytest.mark.parametrize("schema", ["", "[]", "{}", '{"components": 1}', "[" * 100_000, "x" * 3_000_000])
def test_a_text_that_is_no_form_is_refused(schema: str) -> None:
    with pytest.raises(FormRefusedError):
        compile_form(schema)


def test_a_form_of_too_many_components_is_refused() -> None:
    with pytest.raises(FormRefusedError):
        compile_form({"id": "f", "components": [{"type": "spacer"}] * 5000})


def test_a_key_cannot_be_both_a_field_and_a_group() -> None:
    for first, second in (("a", "a.b"), ("a.b", "a")):
        components = [{"type": "textfield", "key": first}, {"type": "textfield", "key": second}]
        with pytest.raises(FormRefusedError):
            compile_form({"id": "f", "components": components})


def test_a_pattern_that_backtracks_without_end_is_stopped() -> None:
    form = compile_form(
        {"id": "f", "components": [{"type": "textfield", "key": "a", "validate": {"pattern": "^(a|aa)+$"}}]}
    )
    start = time.monotonic()
    with pytest.raises(FormError):
        form.check({"a": "a" * 5000 + "b"})
    assert time.monotonic() - start < 2


def test_conditions_that_contradict_one_another_come_to_an_end() -> None:
    a = {"type": "textfield", "key": "a", "conditional": {"hide": "=b = null"}}
    b = {"type": "textfield", "key": "b", "conditional": {"hide": "=a != null"}}
    assert set(compile_form({"id": "f", "components": [a, b]}).check({"a": "1", "b": "2"})) <= {"a", "b"}


def test_a_null_character_is_refused_since_no_database_keeps_it() -> None:
    form = compile_form({"id": "f", "components": [{"type": "textfield", "key": "a"}]})
    with pytest.raises(FormError):
        form.check({"a": "x\x00y"})


def test_too_many_rows_are_refused() -> None:
    rows = {"type": "dynamiclist", "path": "r", "components": [{"type": "textfield", "key": "a"}]}
    with pytest.raises(FormError):
        compile_form({"id": "f", "components": [rows]}).check({"r": [{}] * 1000})
