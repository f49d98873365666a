"""The conditions of a list's filter as SQL, on a task and on the complaint it belongs to. Knows no list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Text, exists, or_, select, type_coerce

from app.domain.field_values import as_compared
from app.domain.list_filter import ListFilter, Range
from app.storage.complaint_fields import ComplaintFieldRow, with_value
from app.storage.complaints import ComplaintRow
from app.storage.deployments import ProcessDefinitionRow
from app.storage.types import write_json
from app.storage.user_tasks import UserTaskRow
from app.storage.variables import VariableRow

complaint = ComplaintRow.__table__.c
task = UserTaskRow.__table__.c
variable = VariableRow.__table__.c
COMPLAINT_COLUMNS = {
    "status": complaint.status,
    "channel": complaint.channel,
    "product": complaint.product_line,
    "type": complaint.type,
}


def task_conditions(wanted: ListFilter, zone: ZoneInfo, now: datetime) -> list[ColumnElement[bool]]:
    """Return the conditions on `UserTaskRow`, each asking for what else it needs by itself; search excepted."""
    texts = wanted.texts
    found = [*_on_days(task.due_at, wanted.ranges.get("due"), zone)]
    of_complaint = list(_of_complaint(wanted, zone))
    if of_complaint:
        found.append(exists().where(complaint.instance_key == task.root_key, *of_complaint))
    if "process" in texts:
        of_process = ProcessDefinitionRow.process_id == texts["process"]
        found.append(task.definition_key.in_(select(ProcessDefinitionRow.key).where(of_process)))
    if "step" in texts:
        found.append(task.element_id == texts["step"])
    if "assignee" in texts:
        found.append(task.assignee == texts["assignee"])
    if "group" in texts:
        found.append(type_coerce(task.candidate_groups, Text).contains(write_json(texts["group"]), autoescape=True))
    if wanted.overdue:
        found.append(task.due_at < now)
    scopes = (task.instance_key, task.root_key)
    return [*found, *_on_variables(wanted, scopes)]


def complaint_conditions(wanted: ListFilter, zone: ZoneInfo, now: datetime) -> list[ColumnElement[bool]]:
    """Return the conditions on `ComplaintRow`; search excepted."""
    found = [*_of_complaint(wanted, zone), *_on_days(complaint.due_at, wanted.ranges.get("due"), zone)]
    if wanted.overdue:
        found.append(complaint.due_at < now)
    return [*found, *_on_variables(wanted, (complaint.instance_key,), complaint.key)]


def indexed_conditions(wanted: ListFilter, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    """Return those of the conditions on `ComplaintRow` that an index answers in order: status and day of receipt."""
    status = [complaint.status == wanted.texts["status"]] if "status" in wanted.texts else []
    return [*status, *_on_days(complaint.received_at, wanted.ranges.get("received"), zone)]


def _of_complaint(wanted: ListFilter, zone: ZoneInfo) -> Iterator[ColumnElement[bool]]:
    for name, column in COMPLAINT_COLUMNS.items():
        if name in wanted.texts:
            yield column == wanted.texts[name]
    amount = wanted.ranges.get("amount", Range())
    if amount.low is not None:
        yield complaint.amount >= amount.low
    if amount.high is not None:
        yield complaint.amount <= amount.high
    yield from _on_days(complaint.received_at, wanted.ranges.get("received"), zone)


def _on_days(column: ColumnElement[Any], days: Range | None, zone: ZoneInfo) -> Iterator[ColumnElement[bool]]:
    if days is not None and days.low is not None:
        yield column >= _midnight(days.low, zone)
    if days is not None and days.high is not None and days.high < date.max:
        yield column < _midnight(days.high + timedelta(days=1), zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _on_variables(
    wanted: ListFilter, scopes: tuple[ColumnElement[Any], ...], complaint_key: ColumnElement[int] | None = None
) -> Iterator[ColumnElement[bool]]:
    if "severity" in wanted.texts:
        level = f'"level":{write_json(wanted.texts["severity"])}'
        yield _some_variable(scopes, "severity", variable.value.contains(level, autoescape=True))
    for name, value in wanted.fields:
        says = _some_variable(scopes, name, variable.value.in_(_spellings(value)))
        if complaint_key is None:
            yield says
        else:  # the record's own fields and findings, also of a complaint that never had a process
            recorded = with_value(name, as_compared(value)).where(ComplaintFieldRow.complaint_key == complaint_key)
            yield or_(says, recorded.correlate_except(ComplaintFieldRow.__table__).exists())


def _some_variable(scopes: tuple[ColumnElement[Any], ...], name: str, says: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(variable.scope_key.in_(scopes), variable.name == name, says)


def _spellings(value: str) -> list[str]:
    """How a value that somebody typed may stand in JSON: as text, as it is (a number, true), or as yes and no."""
    found = [write_json(value), value]
    return found if value not in {"yes", "no"} else [*found, "true" if value == "yes" else "false"]
