"""The test files of the DMN Technology Compatibility Kit: reading them, and comparing what came with what they expect.

Knows the kit's XML and the values of FEEL; runs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from lxml import etree

from app.dmn.safe_xml import child, children, local_name, parse_xml
from app.feel import parse_date, parse_date_time, parse_duration, parse_number, parse_time

NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"
XSI_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"
# The kit writes endless fractions with about ten digits; its own runner allows this much.
TOLERANCE: Final = Decimal("0.00000001")


@dataclass(frozen=True, slots=True)
class ResultNode:
    """One expectation: the element's name, its value, and whether an error is expected (then null)."""

    name: str
    expected: Any
    is_error: bool


@dataclass(frozen=True, slots=True)
class Case:
    """One test: inputs by name, and what each result node must be. `invocable` names a service or knowledge model."""

    id: str
    inputs: dict[str, Any]
    results: tuple[ResultNode, ...]
    invocable: str | None


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One test file: the model it is about and its tests."""

    path: Path
    model: str
    cases: tuple[Case, ...]


def read_case_file(path: Path) -> CaseFile | None:
    """Return the tests in a file, None when it holds none (the kit has other XML too)."""
    root = parse_xml(path.read_bytes(), path.name)
    if local_name(root) != "testCases":
        return None
    model = child(root, "modelName")
    return CaseFile(
        path,
        (model.text or "").strip() if model is not None else "",
        tuple(_case(each) for each in children(root, "testCase")),
    )


def _case(element: etree._Element) -> Case:
    return Case(
        id=element.get("id") or "",
        inputs={each.get("name") or "": _value(each) for each in children(element, "inputNode")},
        results=tuple(_result(each) for each in children(element, "resultNode")),
        invocable=element.get("invocableName"),
    )


def _result(element: etree._Element) -> ResultNode:
    expected = child(element, "expected")
    return ResultNode(
        element.get("name") or "",
        None if expected is None else _value(expected),
        element.get("errorResult") == "true",
    )


def _value(element: etree._Element) -> Any:
    """The value inside an inputNode, expected, component or item: a list, components, or a simple value."""
    if element.get(NIL) == "true":
        return None
    listed = child(element, "list")
    if listed is not None:
        return None if listed.get(NIL) == "true" else [_value(item) for item in children(listed, "item")]
    components = list(children(element, "component"))
    if components:
        return {each.get("name") or "": _value(each) for each in components}
    simple = child(element, "value")
    return None if simple is None else _simple_value(simple)


_PARSERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "boolean": lambda text: text in ("true", "1"),
    "date": parse_date,
    "time": parse_time,
    "dateTime": parse_date_time,
    "duration": parse_duration,
    "dayTimeDuration": parse_duration,
    "yearMonthDuration": parse_duration,
} | dict.fromkeys(("decimal", "double", "float", "integer", "int", "long"), parse_number)


def _simple_value(element: etree._Element) -> Any:
    if element.get(NIL) == "true":
        return None
    text = element.text or ""
    parse = _PARSERS.get((element.get(XSI_TYPE) or "").rpartition(":")[2])
    return text if parse is None else parse(text.strip())


def is_same(actual: Any, expected: Any) -> bool:
    """Return whether two FEEL values are the same to the kit: numbers within a hair, everything else exactly."""
    if isinstance(expected, bool) or isinstance(actual, bool):
        return actual is expected
    if isinstance(expected, Decimal) and isinstance(actual, Decimal):
        return actual == expected or abs(actual - expected) <= TOLERANCE
    if isinstance(expected, list) and isinstance(actual, list):
        return len(actual) == len(expected) and all(map(is_same, actual, expected))
    if isinstance(expected, dict) and isinstance(actual, dict):
        return actual.keys() == expected.keys() and all(is_same(actual[key], expected[key]) for key in expected)
    return type(actual) is type(expected) and bool(actual == expected)
