"""Decision tables to a workbook that people can edit and `workbook_import` can read back.

A sheet a table; every cell is text, so nothing of a table can become a formula. Ids stand in a grey column and row.
"""

from __future__ import annotations

import hashlib
import io
import re
from typing import Any

from app.dmn.model import Decision, DecisionTable, Definitions
from app.dmn.reader import read_definitions
from app.dmn.workbook_layout import (
    ANNOTATION,
    DECISION_CELL,
    DESCRIPTION,
    EXPRESSION_ROW,
    FINGERPRINT_CELL,
    FIRST_CLAUSE_COLUMN,
    FIRST_RULE_ROW,
    ID_ROW,
    INPUT,
    KIND_ROW,
    LABEL_ROW,
    OUTPUT,
    POLICY_CELL,
    ROW_TITLES,
    RULE_ID_COLUMN,
    TYPE_ROW,
    VALUES_ROW,
)

FORBIDDEN_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
LONGEST_SHEET_NAME = 31


def write_workbook(source: bytes | str, *, file: str) -> bytes:
    """Return an XLSX of every decision table of a DMN file; DmnError where the file cannot be read."""
    import xlsxwriter  # read by those who ask for a workbook

    text = source.encode() if isinstance(source, str) else source
    definitions = read_definitions(text, file)
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as workbook:
        names: set[str] = set()
        for decision, table in tables_of(definitions):
            sheet = workbook.add_worksheet(_sheet_name(decision, names))
            _write_table(workbook, sheet, decision, table, hashlib.sha256(text).hexdigest())
        if not names:
            workbook.add_worksheet("-").write_string(0, 0, f"{definitions.name}: no decision tables")
    return target.getvalue()


def tables_of(definitions: Definitions) -> list[tuple[Decision, DecisionTable]]:
    """Return the decisions that are tables, in document order."""
    decisions = (each for each in definitions.elements.values() if isinstance(each, Decision))
    return [(each, each.expression) for each in decisions if isinstance(each.expression, DecisionTable)]


def _sheet_name(decision: Decision, taken: set[str]) -> str:
    stem = FORBIDDEN_IN_SHEET_NAME.sub(" ", decision.name).strip() or decision.id
    name, again = stem[:LONGEST_SHEET_NAME], 1
    while name.lower() in taken:
        again += 1
        name = f"{stem[: LONGEST_SHEET_NAME - 4]} {again}"
    taken.add(name.lower())
    return name


def _write_table(workbook: Any, sheet: Any, decision: Decision, table: DecisionTable, fingerprint: str) -> None:
    grey = workbook.add_format({"font_color": "#808080", "num_format": "@"})
    bold = workbook.add_format({"bold": True, "num_format": "@"})
    text = workbook.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    policy = " ".join(filter(None, [table.hit_policy, table.aggregation]))
    for (row, column), title, value in (
        (DECISION_CELL, decision.name, decision.id),
        (POLICY_CELL, "hit policy", policy),
        (FINGERPRINT_CELL, "made from", fingerprint),
    ):
        sheet.write_string(row - 1, column - 2, title, bold)
        sheet.write_string(row - 1, column - 1, value, text if value == policy else grey)
    for row, title in ROW_TITLES.items():
        sheet.write_string(row - 1, RULE_ID_COLUMN - 1, title, grey)
    columns = _columns(table)
    for at, (head, cells) in enumerate(columns, start=FIRST_CLAUSE_COLUMN):
        for row, heading in head.items():
            sheet.write_string(row - 1, at - 1, heading or "", grey if row in (KIND_ROW, ID_ROW) else bold)
        for row, value in enumerate(cells, start=FIRST_RULE_ROW):
            sheet.write_string(row - 1, at - 1, value, text)
    for row, rule in enumerate(table.rules, start=FIRST_RULE_ROW):
        sheet.write_string(row - 1, RULE_ID_COLUMN - 1, rule.id or "", grey)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, len(columns), 24)
    sheet.freeze_panes(FIRST_RULE_ROW - 1, FIRST_CLAUSE_COLUMN - 1)


def _columns(table: DecisionTable) -> list[tuple[dict[int, str | None], list[str]]]:
    """Return each column's heading by row, and its cells in the order of the rules."""
    columns: list[tuple[dict[int, str | None], list[str]]] = []
    for at, clause in enumerate(table.inputs):
        head = _head(INPUT, clause.label, clause.expression, clause.type_ref, clause.allowed_values, clause.id)
        columns.append((head, [rule.inputs[at].text for rule in table.rules]))
    for at, output in enumerate(table.outputs):
        head = _head(OUTPUT, output.label, output.name, output.type_ref, output.output_values, output.id)
        columns.append((head, [rule.outputs[at].text for rule in table.rules]))
    width = max([len(table.annotations), *(len(rule.annotations) for rule in table.rules)])
    for at in range(width):
        label = table.annotations[at] if at < len(table.annotations) else ""
        cells = [rule.annotations[at] if at < len(rule.annotations) else "" for rule in table.rules]
        columns.append((_head(ANNOTATION, label), cells))
    columns.append((_head(DESCRIPTION, DESCRIPTION), [rule.description or "" for rule in table.rules]))
    return columns


def _head(
    kind: str,
    label: str | None,
    expression: str | None = None,
    type_ref: str | None = None,
    values: str | None = None,
    id_: str | None = None,
) -> dict[int, str | None]:
    return {
        KIND_ROW: kind,
        LABEL_ROW: label,
        EXPRESSION_ROW: expression,
        TYPE_ROW: type_ref,
        VALUES_ROW: values,
        ID_ROW: id_,
    }
