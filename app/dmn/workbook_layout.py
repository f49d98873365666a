"""How a decision table lies on a worksheet: which row and column means what, for the export and the import alike."""

from __future__ import annotations

from typing import Final

DECISION_CELL: Final = (1, 2)
"""Row and column, from 1, of the decision's id; the decision's name stands before it."""
POLICY_CELL: Final = (2, 2)
FINGERPRINT_CELL: Final = (3, 2)
"""SHA-256 of the file that the workbook was made from, so that an import can tell when the table has moved on."""

KIND_ROW: Final = 5
LABEL_ROW: Final = 6
EXPRESSION_ROW: Final = 7
TYPE_ROW: Final = 8
VALUES_ROW: Final = 9
ID_ROW: Final = 10
FIRST_RULE_ROW: Final = 11

RULE_ID_COLUMN: Final = 1
FIRST_CLAUSE_COLUMN: Final = 2

INPUT: Final = "input"
OUTPUT: Final = "output"
ANNOTATION: Final = "annotation"
DESCRIPTION: Final = "description"
KINDS: Final = (INPUT, OUTPUT, ANNOTATION, DESCRIPTION)

ROW_TITLES: Final = {
    KIND_ROW: "column",
    LABEL_ROW: "label",
    EXPRESSION_ROW: "expression or name",
    TYPE_ROW: "type",
    VALUES_ROW: "allowed values",
    ID_ROW: "column id",
}
