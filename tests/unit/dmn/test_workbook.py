"""A table goes to Excel, is edited by people, and comes back with its ids, types, policy, notes and graph."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment

from app.dmn.differences import Change
from app.dmn.errors import DmnError
from app.dmn.workbook_export import write_workbook
from app.dmn.workbook_import import WorkbookImport, read_workbook
from app.dmn.workbook_layout import FIRST_RULE_ROW, KIND_ROW, LABEL_ROW, POLICY_CELL
from tests.unit.dmn.tables import Row, table_xml

ROWS: list[Row] = [
    ('"fraud"', "-", '"card risk"', "R55"),
    ('"fee"', "< 100", '"=1+1"', ""),
    ('"fee"', ">= 100", '"hq"', ""),
]
BASE = table_xml(
    ["kind:string", "amount:number"], ["unit:string"], ROWS, annotations=["why"], allowed={"kind": '"fraud","fee"'}
)


def edited(edit: Callable[[Any], None], base: str = BASE) -> WorkbookImport:
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(base, file="routing.dmn")))
    edit(book.worksheets[0])
    target = io.BytesIO()
    book.save(target)
    return read_workbook(target.getvalue(), base, file="routing.dmn")


def test_an_unedited_workbook_changes_nothing() -> None:
    assert edited(lambda sheet: None).changes == ()
    assert edited(lambda sheet: None).notes == ()


def test_text_that_looks_like_a_formula_stays_text() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(write_workbook(BASE, file="routing.dmn"))).worksheets[0]
    assert (sheet.cell(FIRST_RULE_ROW + 1, 4).value, sheet.cell(FIRST_RULE_ROW + 1, 4).data_type) == ('"=1+1"', "s")


def test_an_edited_cell_keeps_every_id() -> None:
    def edit(sheet: Any) -> None:
        sheet.cell(FIRST_RULE_ROW, 3).value = 500

    done = edited(edit)
    (change,) = done.changes
    assert [(rule.id, rule.cells) for rule in change.changed] == [("r1", (Change("amount", "", "500"),))]
    assert (change.added, change.removed, change.properties) == ((), (), ())


def test_a_row_without_an_id_becomes_a_new_rule_and_a_deleted_row_goes() -> None:
    def edit(sheet: Any) -> None:
        sheet.delete_rows(FIRST_RULE_ROW)
        for column, text in enumerate(["", '"loan"', "-", '"credit"', "new"], start=1):
            sheet.cell(FIRST_RULE_ROW + 2, column).value = text

    (change,) = edited(edit).changes
    assert [rule.id for rule in change.removed] == ["r1"]
    assert change.added[0].new_number == 3
    assert change.added[0].id


def test_a_copied_row_is_a_new_rule_and_said_so() -> None:
    def edit(sheet: Any) -> None:
        for column in range(1, 6):
            sheet.cell(FIRST_RULE_ROW + 3, column).value = sheet.cell(FIRST_RULE_ROW, column).value

    done = edited(edit)
    assert len(done.changes[0].added) == 1
    assert [note.text for note in done.notes] == ["Rule id 'r1' stands twice; this row becomes a new rule"]


def test_a_new_column_and_another_policy_come_back() -> None:
    def edit(sheet: Any) -> None:
        sheet.cell(*POLICY_CELL).value = "collect sum"
        sheet.insert_cols(4)
        sheet.cell(KIND_ROW, 4).value = "input"
        sheet.cell(LABEL_ROW, 4).value = "Tier"
        sheet.cell(LABEL_ROW + 1, 4).value = "tier"

    (change,) = edited(edit).changes
    assert change.columns_added == ("Tier",)
    assert Change("hit policy", "UNIQUE", "COLLECT") in change.properties
    assert Change("aggregation", None, "SUM") in change.properties


def test_dates_and_merged_cells_are_read_and_noted() -> None:
    def edit(sheet: Any) -> None:
        sheet.cell(FIRST_RULE_ROW, 3).value = datetime(2026, 5, 1)
        sheet.merge_cells(start_row=FIRST_RULE_ROW + 1, end_row=FIRST_RULE_ROW + 2, start_column=4, end_column=4)
        sheet.cell(FIRST_RULE_ROW, 2).comment = Comment("check", "C")

    done = edited(edit)
    cells = {rule.id: rule.cells for rule in done.changes[0].changed}
    assert cells == {"r1": (Change("amount", "", 'date("2026-05-01")'),), "r3": (Change("unit", '"hq"', '"=1+1"'),)}
    assert len(done.notes) == 3


@pytest.mark.parametrize(
    ("row", "column", "value", "message"),
    [
        (FIRST_RULE_ROW, 3, "=A1", "formula"),
        (POLICY_CELL[0], POLICY_CELL[1], "SOMETIMES", "hit policy"),
        (KIND_ROW, 2, "imput", "'imput'"),
    ],
)
def test_what_cannot_be_read_is_named_by_sheet_and_cell(row: int, column: int, value: str, message: str) -> None:
    with pytest.raises(DmnError, match=message) as refused:
        edited(lambda sheet: setattr(sheet.cell(row, column), "value", value))
    assert refused.value.place.row == row


def test_a_workbook_of_an_older_file_says_so() -> None:
    book = write_workbook(BASE, file="routing.dmn")
    newer = BASE.replace("&lt; 100", "&lt; 200")
    done = read_workbook(book, newer, file="routing.dmn")
    assert "has changed since" in done.notes[0].text
    assert done.changes[0].changed[0].cells == (Change("amount", "< 200", "< 100"),)


@pytest.mark.parametrize("workbook", [b"", b"not a workbook", b"PK\x03\x04broken"])
def test_something_that_is_no_workbook_is_refused(workbook: bytes) -> None:
    with pytest.raises(DmnError, match="Expected an XLSX workbook"):
        read_workbook(workbook, BASE, file="routing.dmn")


def test_the_graph_and_the_other_elements_stay() -> None:
    def edit(sheet: Any) -> None:
        sheet.cell(FIRST_RULE_ROW, 3).value = 500

    text = edited(edit).xml.decode()
    assert text.count("informationRequirement>") == BASE.count("informationRequirement>")
    assert text.count("<inputData") == 2
