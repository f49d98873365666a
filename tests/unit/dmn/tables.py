"""Writes small decision tables as dmn-js writes them, for the tests that read them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

Row = tuple[str, ...]

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def table_xml(
    inputs: Sequence[str],
    outputs: Sequence[str],
    rows: Sequence[Row],
    *,
    policy: str = "UNIQUE",
    ids: Sequence[str] | None = None,
    annotations: Sequence[str] = (),
    allowed: Mapping[str, str] | None = None,
    required: Sequence[str] = (),
    decision: str = "d",
    default: str | None = None,
) -> str:
    """Return a model with one table. Columns read "name:type" or "name"; a row holds inputs, outputs, annotations.

    `allowed` gives the inputValues or outputValues of a column by its name; `required` names further input data.
    """
    root = Element("definitions", {"xmlns": NAMESPACE, "id": "defs", "name": "defs", "namespace": "urn:test"})
    given = [column for column in dict.fromkeys([*inputs, *required]) if re.fullmatch(r"[\w ]+", _name(column))]
    for at, column in enumerate(given):
        data = SubElement(root, "inputData", {"id": f"in_{at}", "name": _name(column)})
        SubElement(data, "variable", _typed(column, name=_name(column)))
    holder = SubElement(root, "decision", {"id": decision, "name": decision})
    SubElement(holder, "variable", {"name": decision})
    for at in range(len(given)):
        SubElement(SubElement(holder, "informationRequirement"), "requiredInput", {"href": f"#in_{at}"})
    table = SubElement(holder, "decisionTable", {"id": "t", "hitPolicy": policy})
    for at, column in enumerate(inputs):
        clause = SubElement(table, "input", {"id": f"i{at}", "label": _name(column)})
        _text(SubElement(clause, "inputExpression", _typed(column)), _name(column))
        _values(clause, "inputValues", (allowed or {}).get(_name(column)))
    for at, column in enumerate(outputs):
        clause = SubElement(table, "output", _typed(column, id=f"o{at}", name=_name(column)))
        _values(clause, "outputValues", (allowed or {}).get(_name(column)))
        _values(clause, "defaultOutputEntry", default)
    for name in annotations:
        SubElement(table, "annotation", {"name": name})
    for at, row in enumerate(rows):
        rule = SubElement(table, "rule", {"id": ids[at] if ids else f"r{at + 1}"})
        tags = ["inputEntry"] * len(inputs) + ["outputEntry"] * len(outputs) + ["annotationEntry"] * len(annotations)
        for tag, text in zip(tags, row, strict=True):
            _text(SubElement(rule, tag), text)
    return tostring(root, encoding="unicode")


def _name(column: str) -> str:
    return column.partition(":")[0]


def _typed(column: str, **attributes: str) -> dict[str, str]:
    kind = column.partition(":")[2]
    return {**attributes, "typeRef": kind} if kind else attributes


def _text(parent: Element, text: str) -> None:
    SubElement(parent, "text").text = text


def _values(parent: Element, tag: str, text: str | None) -> None:
    if text is not None:
        _text(SubElement(parent, tag), text)
