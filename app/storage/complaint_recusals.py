"""Who is recused from which complaint (回避): found by name, or said by a person; and from whom it is hidden."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Boolean,
    ColumnElement,
    Connection,
    Index,
    Row,
    Select,
    String,
    delete,
    exists,
    insert,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.complaints import ComplaintRow
from app.storage.instances import ProcessInstanceRow
from app.storage.types import UTCDateTime
from app.storage.user_tasks import UserTaskRow

NAMED, CHOSEN, CLEARED, LINE = "named", "chosen", "cleared", "line"
"""How one knows: by the name in the complaint; somebody said so; somebody said it is another; by the reporting line."""
BY_HAND = frozenset({CHOSEN, CLEARED})


class ComplaintRecusalRow(Base):
    """One person and one complaint: `relation` is a word of `app.domain.recusal.Relation`, `source` one of these here.

    `hidden`: the person sees nothing of the complaint. What is `cleared` is none, and keeps the name from counting.
    """

    __tablename__ = "complaint_recusal"
    __table_args__ = (Index(None, "complaint_key"),)

    username: Mapped[str] = mapped_column(String(255), primary_key=True)
    complaint_key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    relation: Mapped[str] = mapped_column(String(12))
    source: Mapped[str] = mapped_column(String(10))
    hidden: Mapped[bool] = mapped_column(Boolean)
    set_by: Mapped[str] = mapped_column(String(255))
    set_at: Mapped[datetime] = mapped_column(UTCDateTime)


recusal = ComplaintRecusalRow.__table__.c
complaint = ComplaintRow.__table__.c
instance = ProcessInstanceRow.__table__.c


def find_complaint_of_task(connection: Connection, task_key: int) -> Row[Any] | None:
    """Return the complaint whose number a user task's process carries; None for none.

    With `task_process_id`, and `is_marked`: whether there are recusals from it.
    """
    task = UserTaskRow.__table__.c
    is_marked = exists().where(recusal.complaint_key == complaint.key).correlate(ComplaintRow.__table__)
    query: Select[Any] = (
        select(ComplaintRow.__table__, instance.process_id.label("task_process_id"), is_marked.label("is_marked"))
        .join(ProcessInstanceRow, instance.business_id == ComplaintRow.number)
        .join(UserTaskRow, task.instance_key == instance.key)
    )
    return connection.execute(query.where(task.key == task_key)).one_or_none()


def list_recusals(connection: Connection, complaint_key: int) -> Sequence[Row[Any]]:
    """Return who is recused from a complaint, and who was cleared, by name."""
    query = select(ComplaintRecusalRow.__table__).where(recusal.complaint_key == complaint_key)
    return connection.execute(query.order_by(recusal.username)).all()


def replace_recusals(connection: Connection, complaint_key: int, rows: Iterable[Mapping[str, Any]]) -> None:
    """Put these rows (all columns) in place of those that a complaint had."""
    connection.execute(delete(ComplaintRecusalRow).where(recusal.complaint_key == complaint_key))
    values = [dict(row) for row in rows]
    if values:
        connection.execute(insert(ComplaintRecusalRow), values)


def take_over_recusals(connection: Connection, merged_key: int, key: int) -> None:
    """Recuse from a complaint whoever is recused from the one that was merged into it."""
    known = {row.username for row in list_recusals(connection, key)}
    rows = [{**row._mapping, "complaint_key": key, "source": CHOSEN} for row in list_recusals(connection, merged_key)]
    added = [row for row in rows if row["username"] not in known]
    if added:
        connection.execute(insert(ComplaintRecusalRow), added)


def list_hidden_from(connection: Connection, complaint_key: int) -> set[str]:
    """Return from whom a complaint is hidden."""
    query = select(recusal.username).where(recusal.complaint_key == complaint_key, recusal.hidden)
    return set(connection.execute(query).scalars())


def write_recusal(connection: Connection, row: Mapping[str, Any]) -> None:
    """Insert one person's row (all columns) of a complaint, or overwrite it."""
    place = (recusal.username == row["username"], recusal.complaint_key == row["complaint_key"])
    connection.execute(delete(ComplaintRecusalRow).where(*place))
    connection.execute(insert(ComplaintRecusalRow).values(**row))


def list_tasks_to_look_at(connection: Connection, limit: int) -> Sequence[Row[Any]]:
    """Return the open tasks of complaints that somebody is recused from: key, who has and may take it, business_id."""
    task = UserTaskRow.__table__.c
    marked = exists().where(recusal.complaint_key == complaint.key, recusal.source != CLEARED)
    query: Select[Any] = (
        select(task.key, task.assignee, task.candidate_groups, task.candidate_users, instance.business_id)
        .join(ProcessInstanceRow, instance.key == task.instance_key)
        .join(ComplaintRow, complaint.number == instance.business_id)
        .where(task.ended_at.is_(None), complaint.ended_at.is_(None), marked.correlate(ComplaintRow.__table__))
    )
    return connection.execute(query.order_by(task.key).limit(limit)).all()


def is_hidden(connection: Connection, username: str, complaint_key: int) -> bool:
    """Tell whether a complaint is hidden from somebody."""
    query = select(recusal.username).where(
        recusal.username == username, recusal.complaint_key == complaint_key, recusal.hidden
    )
    return connection.execute(query).first() is not None


def not_hidden_from(username: str) -> ColumnElement[bool]:
    """Return the condition that a complaint (`ComplaintRow`) is not hidden from somebody."""
    return ~exists().where(
        recusal.username == username, recusal.complaint_key == complaint.key, recusal.hidden
    ).correlate(ComplaintRow.__table__)


def not_of_hidden(username: str | BindParameter[str], instance_key: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that `instance_key` is of no process of a complaint that is hidden from somebody."""
    return or_(instance_key.is_(None), instance_key.not_in(_hidden_instances(username)))


def keys_hidden_from(username: str | BindParameter[str]) -> Select[int]:
    """Return the query of the complaints' keys that are hidden from somebody."""
    return select(recusal.complaint_key).where(recusal.username == username, recusal.hidden)


def list_complaints_naming(connection: Connection, username: str) -> list[int]:
    """Return the keys of the complaints, not ended, that somebody is recused from as a person or by the line."""
    query = select(complaint.key).join(ComplaintRecusalRow, recusal.complaint_key == complaint.key)
    query = query.where(recusal.username == username, complaint.ended_at.is_(None))
    return list(connection.execute(query.order_by(complaint.key)).scalars())


def _hidden_instances(username: str | BindParameter[str]) -> Select[int]:
    return (
        select(instance.key)
        .join(ComplaintRow, complaint.number == instance.business_id)
        .where(complaint.key.in_(keys_hidden_from(username)))
    )
