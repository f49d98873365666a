"""A workbook of one sheet, written line by line: headings, texts that stay texts, amounts, and instants as local time.

Every text is written as a text cell, so nothing that somebody typed can become a formula or a link. Knows no list.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, BinaryIO, Self
from zoneinfo import ZoneInfo

from app.services.list_values import Value

WIDTH = 20
INSTANT = "yyyy-mm-dd hh:mm"


class ListWorkbook:
    """Writes to `target` as lines are added, and ends the file when its block ends."""

    def __init__(self, target: BinaryIO, headings: Sequence[str], zone: ZoneInfo) -> None:
        import xlsxwriter  # read by those who ask for a workbook

        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book: Any = xlsxwriter.Workbook(target, {**options, "strings_to_numbers": False})
        self._sheet: Any = self._book.add_worksheet("1")
        self._zone = zone
        self._formats = {
            datetime: self._book.add_format({"num_format": INSTANT}),
            str: self._book.add_format({"num_format": "@"}),
        }
        bold = self._book.add_format({"bold": True, "num_format": "@"})
        self._sheet.set_column(0, max(len(headings) - 1, 0), WIDTH)
        self._sheet.freeze_panes(1, 0)
        for column, text in enumerate(headings):
            self._sheet.write_string(0, column, text, bold)
        self._next = 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self._book.close()

    def add(self, values: Sequence[Value]) -> None:
        """Add a line; None leaves a cell empty."""
        for column, value in enumerate(values):
            if isinstance(value, str):
                self._sheet.write_string(self._next, column, value, self._formats[str])
            elif isinstance(value, datetime):
                local = value.astimezone(self._zone).replace(tzinfo=None)
                self._sheet.write_datetime(self._next, column, local, self._formats[datetime])
            elif isinstance(value, int | Decimal):
                self._sheet.write_number(self._next, column, float(value))
        self._next += 1
