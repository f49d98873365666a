"""One worksheet, read as people leave it: typed numbers and dates become FEEL, what has no place is noted.

Knows the layout and FEEL's literals; knows no XML.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

from app.dmn.errors import DmnError, Place
from app.dmn.model import Aggregation, HitPolicy
from app.dmn.workbook_layout import (
    DECISION_CELL,
    EXPRESSION_ROW,
    FINGERPRINT_CELL,
    FIRST_CLAUSE_COLUMN,
    FIRST_RULE_ROW,
    ID_ROW,
    KIND_ROW,
    KINDS,
    LABEL_ROW,
    OUTPUT,
    POLICY_CELL,
    ROW_TITLES,
    RULE_ID_COLUMN,
    TYPE_ROW,
    VALUES_ROW,
)

MOST_ROWS = 20_000
MOST_COLUMNS = 500


@dataclass(frozen=True, slots=True)
class Note:
    """Something that could not be kept as it was, or was read in a way people should check."""

    sheet: str
    row: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column's heading; texts are empty where the cell is."""

    kind: str
    label: str
    expression: str
    type_ref: str
    values: str
    id: str


@dataclass(frozen=True, slots=True)
class SheetRule:
    """One row: its place on the sheet, its rule's id (empty: a new rule), its cells by column."""

    row: int
    id: str
    cells: tuple[tuple[Column, str], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A decision table as the sheet says it."""

    name: str
    decision: str
    policy: str
    fingerprint: str
    columns: tuple[Column, ...]
    rules: tuple[SheetRule, ...]

    def of_kind(self, *kinds: str) -> Iterator[Column]:
        """Yield the columns of the given kinds, in the order of the kinds, then of the sheet."""
        for kind in kinds:
            yield from (column for column in self.columns if column.kind == kind)


def read_sheet(name: str, sheet: Any, file: str, notes: list[Note]) -> Sheet | None:
    """Return the table on an openpyxl worksheet; None (with a note) for a sheet that is no exported table.

    Raises DmnError for a cell that cannot be FEEL or headings that cannot be understood.
    """
    if sheet.cell(KIND_ROW, RULE_ID_COLUMN).value != ROW_TITLES[KIND_ROW]:
        notes.append(Note(name, None, "The sheet is not an exported decision table and was left out"))
        return None
    if sheet.max_row > MOST_ROWS or sheet.max_column > MOST_COLUMNS:
        size = f"{sheet.max_row:,} x {sheet.max_column:,}"
        raise DmnError(
            f"Expected at most {MOST_ROWS:,} rows and {MOST_COLUMNS} columns, but sheet {name!r} has {size}",
            Place(file),
            "workbook",
        )
    reader = _SheetReader(name, sheet, file, notes)
    policy = " ".join(reader.text(*POLICY_CELL).upper().split())
    allowed = [*get_args(HitPolicy), *(f"COLLECT {each}" for each in get_args(Aggregation))]
    if policy not in allowed:
        raise reader.fault(f"Expected a hit policy ({', '.join(allowed)}), but found {policy!r}", *POLICY_CELL)
    columns = reader.columns()
    rules = tuple(reader.rules(columns))
    reader.note_what_is_not_kept()
    return Sheet(
        name, reader.text(*DECISION_CELL), policy, reader.text(*FINGERPRINT_CELL), tuple(columns.values()), rules
    )


class _SheetReader:
    """One worksheet being read, with merged cells spread out."""

    def __init__(self, name: str, sheet: Any, file: str, notes: list[Note]) -> None:
        self.name = name
        self.sheet = sheet
        self.place = Place(file, f"sheet {name}")
        self.notes = notes
        self.merged: dict[tuple[int, int], tuple[int, int]] = {}
        for area in sheet.merged_cells.ranges:
            notes.append(Note(name, area.min_row, f"Merged cells {area.coord}: each of them gets the same value"))
            for row in range(area.min_row, area.max_row + 1):
                for column in range(area.min_col, area.max_col + 1):
                    self.merged[row, column] = (area.min_row, area.min_col)

    def fault(self, text: str, row: int, column: int) -> DmnError:
        """Return the error that says `text` of one cell."""
        return DmnError(text, self.place.at(row=row, column=self.sheet.cell(row, column).coordinate), "workbook")

    def text(self, row: int, column: int) -> str:
        """Return a cell as FEEL text: what a person typed as a number, a date or a truth value becomes its literal."""
        cell = self.sheet.cell(*self.merged.get((row, column), (row, column)))
        value = cell.value
        if cell.data_type in ("f", "e"):
            raise self.fault(f"Expected text, but the cell holds a formula or an error ({value})", row, column)
        if value is None or isinstance(value, str):
            return value.strip() if value else ""
        literal = _literal(value)
        if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
            self.notes.append(
                Note(self.name, row, f"Cell {cell.coordinate} holds a date or time; it is read as {literal}")
            )
        return literal

    def columns(self) -> dict[int, Column]:
        """Return the headings by column number; columns without a kind and without content are passed over."""
        found: dict[int, Column] = {}
        for at in range(FIRST_CLAUSE_COLUMN, self.sheet.max_column + 1):
            kind = self.text(KIND_ROW, at).lower()
            if not kind and not any(self.text(row, at) for row in range(LABEL_ROW, self.sheet.max_row + 1)):
                continue
            if kind not in KINDS:
                raise self.fault(f"Expected one of {', '.join(KINDS)}, but found {kind!r}", KIND_ROW, at)
            head = [self.text(row, at) for row in (LABEL_ROW, EXPRESSION_ROW, TYPE_ROW, VALUES_ROW, ID_ROW)]
            if head[-1] and head[-1] in [column.id for column in found.values()]:
                self.notes.append(
                    Note(self.name, ID_ROW, f"Column id {head[-1]!r} stands twice; the second is made anew")
                )
                head[-1] = ""
            found[at] = Column(kind, *head)
        if not any(column.kind == OUTPUT for column in found.values()):
            raise self.fault("Expected at least one output column, but there is none", KIND_ROW, FIRST_CLAUSE_COLUMN)
        return found

    def rules(self, columns: dict[int, Column]) -> Iterator[SheetRule]:
        """Yield the rows that say something."""
        for row in range(FIRST_RULE_ROW, self.sheet.max_row + 1):
            cells = tuple((column, self.text(row, at)) for at, column in columns.items())
            if any(text for _, text in cells):
                yield SheetRule(row, self.text(row, RULE_ID_COLUMN), cells)

    def note_what_is_not_kept(self) -> None:
        """Note comments: DMN has no place for them."""
        commented = [cell.coordinate for row in self.sheet.iter_rows() for cell in row if cell.comment]
        if commented:
            self.notes.append(Note(self.name, None, f"Comments are not kept (cells {', '.join(commented)})"))


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        plain_day = value.time() == datetime.time()
        return f'date("{value.date()}")' if plain_day else f'date and time("{value.isoformat()}")'
    if isinstance(value, datetime.date):
        return f'date("{value}")'
    if isinstance(value, datetime.time):
        return f'time("{value}")'
    if isinstance(value, datetime.timedelta):
        return f'duration("PT{int(value.total_seconds())}S")'
    return str(value)
