"""Keeps what is found about a complaint on its record: liability, cause, redress, corrective action, satisfaction.

Which findings there are, and what each may say, is the form `complaint_findings`: a process owner adds one there.
A step's answers of the same names become findings by themselves; whoever oversees may set them besides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.domain.complaint import is_sealed
from app.domain.forms import Form, FormError
from app.domain.sight import may_be_complaint_number
from app.errors import InvalidInputError
from app.services.attach_file import add_attachment_event as add_line
from app.services.index_fields import index_record
from app.services.read_complaints import find_complaint_form
from app.services.read_task import compiled_form, form_environment
from app.services.record_audit import record_audit
from app.services.see_complaint import see_complaint
from app.services.show_fields import show_values
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage.complaint_findings import list_findings, write_findings
from app.storage.complaints import find_complaint
from app.storage.types import read_json, write_json

FORM = "complaint_findings"
SHIPPED = Path(__file__).parents[2] / "forms" / f"{FORM}.form"


@dataclass(frozen=True)
class Finding:
    """One finding as its reader may see it, and who set it when, in which task."""

    name: str
    value: Any
    at: datetime
    actor: str
    task_key: int | None


def record_findings(
    work: UnitOfWork, actor: Actor, number: str, values: Mapping[str, Any], *, language: str = "zh"
) -> None:
    """Set findings by hand; names that are not given stay as they are.

    Raises ForbiddenError without the scope `oversee`, NotFoundError, FormError for what the form does not allow.
    """
    require_scope(actor, "oversee")
    complaint = see_complaint(work, actor, number)
    if not values:
        raise InvalidInputError("Expected findings to record, but there are none")
    form = findings_form(work.runtime, work.connection, work.mark)
    checked = form.check(values, language=language, env=form_environment(work))
    _write(work, actor, complaint.key, {name: checked.get(name) for name in values}, None)
    record_audit(work, actor, "UPDATE", "COMPLAINT", complaint.key, instance_key=complaint.instance_key)


def take_findings(
    work: UnitOfWork, actor: Actor, business_id: str | None, task_key: int, answers: Mapping[str, Any]
) -> None:
    """Take those of a step's answers over that are findings of its complaint, as far as the form allows them."""
    if not answers or not may_be_complaint_number(business_id):
        return
    form = findings_form(work.runtime, work.connection, work.mark)
    named = {name: value for name, value in answers.items() if name in form.shape.keys and value not in (None, "", [])}
    complaint = find_complaint(work.connection, business_id or "") if named else None
    if complaint is None:
        return
    environment = form_environment(work)
    try:
        checked = form.check(named, env=environment)
    except FormError as error:
        named = {name: value for name, value in named.items() if name not in error.fields}
        checked = form.check(named, env=environment)
    if named:
        _write(work, actor, complaint.key, {name: checked[name] for name in named}, task_key)


def read_findings(work: UnitOfWork, actor: Actor, number: str) -> list[Finding]:
    """Return a complaint's findings in the form's order; raises NotFoundError, ForbiddenError."""
    complaint = see_complaint(work, actor, number, only_read=True)
    rows = list_findings(work.connection, complaint.key)
    said = {row.name: row.value if row.sealed is None else _open(work, row) for row in rows}
    shown = show_values(work, actor, complaint, said)
    found = {
        row.name: Finding(row.name, shown[row.name], row.at, row.actor, row.task_key)
        for row in rows
        if row.name in shown
    }
    order = [*findings_form(work.runtime, work.connection, work.mark).shape.keys, *found]
    return [found[name] for name in dict.fromkeys(order) if name in found]


def findings_form(runtime: Runtime, connection: Connection, mark: int | None = None) -> Form:
    """Return the deployed form of findings, else the shipped one."""
    deployed = find_complaint_form(runtime, connection, FORM, mark=mark)
    return deployed or compiled_form(SHIPPED.read_text(encoding="utf-8"))


def _write(work: UnitOfWork, actor: Actor, complaint_key: int, values: Mapping[str, Any], task_key: int | None) -> None:
    rows = [
        {
            "complaint_key": complaint_key,
            "name": name,
            "value": None if is_sealed(name) else value,
            "sealed": work.runtime.sealer.seal(write_json(value), _place(complaint_key, name))
            if is_sealed(name) and value not in (None, "")
            else None,
            "at": work.now,
            "actor": actor.username,
            "task_key": task_key,
        }
        for name, value in values.items()
    ]
    write_findings(work.connection, complaint_key, rows)
    index_record(work, complaint_key, values, again=True)
    add_line(work, actor, complaint_key, "findings", {"names": list(values)})


def _open(work: UnitOfWork, row: Row[Any]) -> Any:
    return read_json(work.runtime.sealer.open(row.sealed, _place(row.complaint_key, row.name)))


def _place(complaint_key: int, name: str) -> str:
    return f"complaint_finding.sealed:{complaint_key}:{name}"
