"""User tasks, and who may pick up the open ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    ForeignKey,
    Index,
    Row,
    SmallInteger,
    String,
    Text,
    bindparam,
    delete,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.instances import LOCKED_COLUMNS, MARK, ROOT, LockedInstance, ProcessInstanceRow, locked_instance
from app.storage.reads import Read
from app.storage.types import JSONText, UTCDateTime

NEVER_DUE = datetime.fromisoformat("9999-01-01T00:00:00+00:00")
OPEN = "ended_at IS NULL"
OPEN_FOR_ANOTHER = "on_behalf_of IS NOT NULL AND ended_at IS NULL"


class UserTaskRow(Base):
    """One piece of work for a person. `sort_at` is `due_at`, or far ahead without one, so that an index can order.

    `hold`: whom a completion does not end it for, because others have turns at it (`app.domain.task_verbs.Hold`).
    `on_behalf_of`: the absent person in whose place the assignee has it, or has done it.
    """

    __tablename__ = "user_task"
    __table_args__ = (
        Index(None, "instance_key"),
        Index(
            "ix_user_task_assignee",
            "assignee",
            "sort_at",
            "key",
            postgresql_where=text(OPEN),
            sqlite_where=text(OPEN),
        ),
        Index("ix_user_task_open", "sort_at", "key", postgresql_where=text(OPEN), sqlite_where=text(OPEN)),
        Index(
            "ix_user_task_done",
            "ended_by",
            "ended_at",
            "key",
            postgresql_where=text("ended_by IS NOT NULL"),
            sqlite_where=text("ended_by IS NOT NULL"),
        ),
        Index(
            "ix_user_task_on_behalf_of",
            "on_behalf_of",
            postgresql_where=text(OPEN_FOR_ANOTHER),
            sqlite_where=text(OPEN_FOR_ANOTHER),
        ),
    )

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    instance_key: Mapped[int] = mapped_column(ForeignKey("process_instance.key"))
    root_key: Mapped[int] = mapped_column(BigInteger)
    definition_key: Mapped[int] = mapped_column(BigInteger)
    element_key: Mapped[int] = mapped_column(BigInteger)
    element_id: Mapped[str] = mapped_column(Text)
    name: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(12))
    assignee: Mapped[str | None] = mapped_column(String(255))
    candidate_groups: Mapped[list[str]] = mapped_column(JSONText)
    candidate_users: Mapped[list[str]] = mapped_column(JSONText)
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    follow_up_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sort_at: Mapped[datetime] = mapped_column(UTCDateTime)
    priority: Mapped[int] = mapped_column(SmallInteger)
    form_key: Mapped[int | None] = mapped_column(BigInteger)
    external_form: Mapped[str | None] = mapped_column(Text)
    headers: Mapped[dict[str, Any] | None] = mapped_column(JSONText)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_by: Mapped[str | None] = mapped_column(String(255))
    hold: Mapped[str | None] = mapped_column(String(10))
    on_behalf_of: Mapped[str | None] = mapped_column(String(255))


class TaskCandidateRow(Base):
    """One group or person that may pick up one open task; deleted when the task ends.

    `who` is `g:` or `u:` and the name. The primary key is the inbox's index: a page is one ordered scan for each `who`.
    """

    __tablename__ = "task_candidate"
    __table_args__ = (Index(None, "task_key"),)

    who: Mapped[str] = mapped_column(Text, primary_key=True)
    assigned: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    sort_at: Mapped[datetime] = mapped_column(UTCDateTime, primary_key=True)
    task_key: Mapped[int] = mapped_column(BigInteger, primary_key=True)


@dataclass(frozen=True)
class LockedTask:
    """An open or ended task as one command holds it."""

    key: int
    state: str
    assignee: str | None
    candidate_groups: list[str]
    candidate_users: list[str]
    element_id: str
    ended_by: str | None
    element_key: int
    form_key: int | None
    hold: str | None
    on_behalf_of: str | None

    @property
    def is_open(self) -> bool:
        """Whether there is still something to do."""
        return self.state not in ENDED


ENDED = frozenset({"COMPLETED", "CANCELED"})
# Root, instance, task: everyone who locks a task's tree does so in this order.
_LOCK = Read(
    select(
        *LOCKED_COLUMNS,
        MARK.label("mark"),
        UserTaskRow.key.label("task_key"),
        UserTaskRow.state.label("task_state"),
        UserTaskRow.assignee,
        UserTaskRow.candidate_groups,
        UserTaskRow.candidate_users,
        UserTaskRow.element_id,
        UserTaskRow.ended_by,
        UserTaskRow.element_key,
        UserTaskRow.form_key,
        UserTaskRow.hold,
        UserTaskRow.on_behalf_of,
    )
    .select_from(UserTaskRow)
    .join(ROOT, ROOT.key == UserTaskRow.root_key)
    .join(ProcessInstanceRow, ProcessInstanceRow.key == UserTaskRow.instance_key)
    .where(UserTaskRow.key == bindparam("key", type_=BigInteger))
    .with_for_update(of=[ROOT, ProcessInstanceRow, UserTaskRow])
)


def lock_user_task(connection: Connection, key: int) -> tuple[LockedTask, LockedInstance, int] | None:
    """Lock a task's call tree and read task and instance afresh, with the deployment mark, in one statement."""
    row = _LOCK.one_or_none(connection, key=key)
    if row is None:
        return None
    at = len(LOCKED_COLUMNS)
    return LockedTask(*row[at + 1 :]), locked_instance(row[:at]), row[at]


def read_task_row(connection: Connection, key: int) -> tuple[int, LockedTask] | None:
    """Return a task as a command would hold it, without locking it, after its instance's key."""
    row = find_user_task(connection, key)
    if row is None:
        return None
    return row.instance_key, LockedTask(*(getattr(row, one.name) for one in fields(LockedTask)))


def find_user_task(connection: Connection, key: int) -> Row[Any] | None:
    """Return a task's row."""
    return connection.execute(select(UserTaskRow.__table__).where(UserTaskRow.key == key)).one_or_none()


def write_task_change(connection: Connection, key: int, values: dict[str, Any]) -> None:
    """Change columns of an open task, and what depends on them: its place in the inboxes."""
    if "due_at" in values:
        values = {**values, "sort_at": values["due_at"] or NEVER_DUE}
    connection.execute(update(UserTaskRow).where(UserTaskRow.key == key).values(**values))
    row = find_user_task(connection, key)
    connection.execute(delete(TaskCandidateRow).where(TaskCandidateRow.task_key == key))
    if row is None or row.ended_at is not None:
        return
    assigned = int(row.assignee is not None)
    places = [
        {"who": who, "assigned": assigned, "sort_at": row.sort_at, "task_key": key}
        for who in candidates_of(row.candidate_groups, row.candidate_users)
    ]
    if places:
        connection.execute(insert(TaskCandidateRow), places)


def candidates_of(groups: Any, users: Any) -> list[str]:
    """Return the `who` values of a task's candidates, each once."""
    return [*dict.fromkeys(f"g:{name}" for name in groups), *dict.fromkeys(f"u:{name}" for name in users)]


def has_worked_on(connection: Connection, root_key: int, username: str) -> bool:
    """Whether somebody has completed a task of an instance, or of one that it called."""
    table = UserTaskRow.__table__.c
    instances = select(ProcessInstanceRow.key).where(ProcessInstanceRow.root_key == root_key)
    query = select(table.key).where(table.instance_key.in_(instances), table.ended_by == username).limit(1)
    return connection.execute(query).first() is not None


def list_open_tasks(connection: Connection, keys: Iterable[int], instance_keys: Iterable[int]) -> Sequence[Row[Any]]:
    """Return the open tasks that have one of these keys or belong to one of these instances, by key."""
    table = UserTaskRow.__table__.c
    named = or_(table.key.in_(list(keys)), table.instance_key.in_(list(instance_keys)))
    query = select(UserTaskRow.__table__).where(named, table.ended_at.is_(None))
    return connection.execute(query.order_by(table.key)).all()


def write_ended_by(connection: Connection, key: int, who: str | None) -> None:
    """Say who ended a task."""
    connection.execute(update(UserTaskRow).where(UserTaskRow.key == key).values(ended_by=who))


def write_on_behalf_of(connection: Connection, key: int, absent: str | None) -> None:
    """Say in whose place the assignee has a task, or has done it."""
    connection.execute(update(UserTaskRow).where(UserTaskRow.key == key).values(on_behalf_of=absent))


def list_people_done_for(connection: Connection) -> list[str]:
    """Return in whose place somebody has an open task."""
    table = UserTaskRow.__table__.c
    query = select(table.on_behalf_of).where(table.on_behalf_of.is_not(None), table.ended_at.is_(None)).distinct()
    return list(connection.execute(query).scalars())


def list_tasks_for(connection: Connection, absent: str, limit: int) -> list[int]:
    """Return the keys of the first open tasks that somebody has in the place of `absent`."""
    table = UserTaskRow.__table__.c
    query = select(table.key).where(table.on_behalf_of == absent, table.ended_at.is_(None))
    return list(connection.execute(query.order_by(table.key).limit(limit)).scalars())


def list_steps_done_otherwise(connection: Connection, root_key: int, username: str, absent: str) -> set[str]:
    """Return the element ids of a call tree's tasks that somebody has completed other than in the place of `absent`."""
    table = UserTaskRow.__table__.c
    own = or_(table.on_behalf_of.is_(None), table.on_behalf_of != absent)
    instances = select(ProcessInstanceRow.key).where(ProcessInstanceRow.root_key == root_key)
    query = select(table.element_id).where(table.instance_key.in_(instances), table.ended_by == username, own)
    return set(connection.execute(query.distinct()).scalars())


def write_hold(connection: Connection, key: int, hold: str | None) -> None:
    """Say whose turns at a task are awaited."""
    connection.execute(update(UserTaskRow).where(UserTaskRow.key == key).values(hold=hold))


def list_own_steps(
    connection: Connection, business_ids: Sequence[str], usernames: Iterable[str]
) -> dict[str, list[str]]:
    """Return the element ids of the open tasks that these people have in processes with these business ids, by id."""
    task, instance = UserTaskRow.__table__.c, ProcessInstanceRow.__table__.c
    query = (
        select(instance.business_id, task.element_id)
        .join(ProcessInstanceRow, instance.key == task.instance_key)
        .where(instance.business_id.in_(business_ids), task.assignee.in_(list(usernames)), task.ended_at.is_(None))
    )
    found: dict[str, list[str]] = {}
    for business_id, element_id in connection.execute(query.distinct().order_by(task.element_id)):
        found.setdefault(business_id, []).append(element_id)
    return found
