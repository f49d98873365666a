"""DMN XML to decision-table records. Orientation, crosstab included, is presentation: the XML holds the same rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, cast, get_args

from lxml import etree

from app.dmn.errors import DmnError, Place
from app.dmn.model import (
    Aggregation,
    Cell,
    DecisionTable,
    HitPolicy,
    InputClause,
    LiteralExpression,
    OutputClause,
    Rule,
)
from app.dmn.safe_xml import child, children, text_of

if TYPE_CHECKING:
    from app.dmn.read_boxed import BoxedReader

MAX_RULES: Final = 20_000


def read_table(reader: BoxedReader, element: etree._Element, place: Place) -> DecisionTable:
    """Return a decision table; DmnError where a rule does not fit its columns or the hit policy is none."""
    policy = " ".join((element.get("hitPolicy") or "UNIQUE").replace("_", " ").split()).upper()
    aggregation = (element.get("aggregation") or "").upper() or None
    if policy not in get_args(HitPolicy):
        raise DmnError(f"Expected a hit policy of DMN, but found {policy!r}", place, "hit policy")
    if aggregation not in (None, *get_args(Aggregation)):
        raise DmnError(f"Expected SUM, COUNT, MIN or MAX, but the aggregation is {aggregation!r}", place, "hit policy")
    inputs = tuple(_input(reader, each, place) for each in children(element, "input"))
    outputs = tuple(_output(reader, each, place) for each in children(element, "output"))
    if not outputs:
        raise DmnError("Expected at least one output, but the table has none", place, "table")
    rules = list(children(element, "rule"))
    if len(rules) > MAX_RULES:
        raise DmnError(f"Expected at most {MAX_RULES:,} rules, but there are {len(rules):,}", place, "table")
    return DecisionTable(
        hit_policy=cast("HitPolicy", policy),
        aggregation=cast("Aggregation | None", aggregation) if policy == "COLLECT" else None,
        inputs=inputs,
        outputs=outputs,
        rules=tuple(
            _rule(reader, each, inputs, outputs, place.at(row=number)) for number, each in enumerate(rules, start=1)
        ),
        annotations=tuple(each.get("name") or "" for each in children(element, "annotation")),
        orientation=element.get("preferredOrientation") or "Rule-as-Row",
        output_label=element.get("outputLabel"),
        type_ref=reader.type_of(element),
        id=element.get("id"),
    )


def _input(reader: BoxedReader, element: etree._Element, place: Place) -> InputClause:
    label = element.get("label")
    expression = child(element, "inputExpression")
    return InputClause(
        expression=reader.text(expression, place.at(column=label)),
        type_ref=None if expression is None else reader.type_of(expression),
        allowed_values=reader.text(child(element, "inputValues"), place.at(column=label)) or None,
        label=label,
        id=element.get("id"),
    )


def _output(reader: BoxedReader, element: etree._Element, place: Place) -> OutputClause:
    name = " ".join((element.get("name") or "").split()) or None
    label = element.get("label")
    column = place.at(column=label or name)
    default = child(element, "defaultOutputEntry")
    return OutputClause(
        name=name,
        type_ref=reader.type_of(element),
        output_values=reader.text(child(element, "outputValues"), column) or None,
        default=None if default is None else LiteralExpression(reader.text(default, column), id=default.get("id")),
        label=label,
        id=element.get("id"),
    )


def _rule(
    reader: BoxedReader,
    element: etree._Element,
    inputs: tuple[InputClause, ...],
    outputs: tuple[OutputClause, ...],
    place: Place,
) -> Rule:
    return Rule(
        number=place.row or 0,
        id=element.get("id"),
        inputs=_cells(reader, element, "inputEntry", [each.title for each in inputs], place),
        outputs=_cells(reader, element, "outputEntry", [each.title for each in outputs], place),
        annotations=tuple(text_of(each) or "" for each in children(element, "annotationEntry")),
        description=text_of(child(element, "description")) or None,
    )


def _cells(
    reader: BoxedReader,
    rule: etree._Element,
    kind: Literal["inputEntry", "outputEntry"],
    columns: list[str],
    place: Place,
) -> tuple[Cell, ...]:
    cells = list(children(rule, kind))
    if len(cells) != len(columns):
        raise DmnError(f"Expected {len(columns)} of {kind}, but the rule has {len(cells)}", place, "table")
    return tuple(
        Cell(reader.text(cell, place.at(column=column)), cell.get("id"))
        for cell, column in zip(cells, columns, strict=True)
    )
