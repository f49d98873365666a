"""The columns that the complaint's forms add to an export: every open field and finding that has no column of its own.

Which there are is read from the deployed forms, so a field that a process owner adds is exported from then on. Personal
fields and free texts are in no export.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row

from app.domain.complaint import is_sealed
from app.domain.forms import Field, Form, Group, Node
from app.services.list_values import Value
from app.services.read_complaints import find_complaint_form
from app.services.record_findings import findings_form
from app.services.unit_of_work import Runtime
from app.storage.complaint_findings import list_open_findings

OWN_COLUMNS = frozenset({"complaintType", "productLine", "channel", "amount"})
UNTOLD = frozenset({"filepicker", "expression"})
YES_NO = {"zh": ("是", "否"), "en": ("Yes", "No")}


class RecordColumns:
    """The added columns in one language: `headings` in order, and what complaints say in them."""

    def __init__(self, runtime: Runtime, connection: Connection, language: str) -> None:
        self._fields: dict[str, Field] = {}
        for form in (find_complaint_form(runtime, connection), findings_form(runtime, connection)):
            self._fields |= {} if form is None else _told(form)
        self._language = language
        self.headings = [field.text("label", language) or name for name, field in self._fields.items()]

    def values(self, connection: Connection, rows: Sequence[Row[Any]]) -> Iterator[list[Value]]:
        """Yield what each complaint says in the columns; one statement."""
        found = list_open_findings(connection, [row.key for row in rows]) if rows else {}
        for row in rows:
            said = {**row.data, **found.get(row.key, {})}
            yield [self._value(field, said.get(name)) for name, field in self._fields.items()]

    def _value(self, field: Field, value: Any) -> Value:
        if isinstance(value, list):
            return ("、" if self._language == "zh" else ", ").join(
                str(self._value(field, one)) for one in value
            ) or None
        if isinstance(value, bool):
            return YES_NO[self._language][0 if value else 1]
        for option in field.options.fixed if field.options is not None else ():
            if option.value == value:
                return option.label(self._language)
        return value if isinstance(value, Decimal | int) else None if value in (None, "") else str(value)


def _told(form: Form) -> Mapping[str, Field]:
    return {
        field.name: field
        for field in _fields(form.nodes)
        if not is_sealed(field.path[0]) and field.name not in OWN_COLUMNS and field.kind not in UNTOLD
    }


def _fields(nodes: Sequence[Node]) -> Iterator[Field]:
    for node in nodes:
        if isinstance(node, Field) and len(node.path) == 1:
            yield node
        elif isinstance(node, Group):
            yield from _fields(node.nodes)
