"""Running and finished process instances: the row every command locks, and the history of its elements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    bindparam,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column

from app.storage.base import Base
from app.storage.deployments import DeploymentMarkRow
from app.storage.reads import Read
from app.storage.types import JSONText, UTCDateTime


class ProcessInstanceRow(Base):
    """One run of a process.

    `row_version` rises with every command. `root_key` is the topmost calling instance (itself, if nobody calls): its
    row is the lock of the whole call tree. `state` is the engine's bytes, NULL once ended. `flows`: ids of the sequence
    flows taken so far. `correlation_key` with `process_id`: set when a message started it, so that there is
    one at a time.
    """

    __tablename__ = "process_instance"
    __table_args__ = (
        Index(None, "definition_key", "status"),
        Index(None, "root_key"),
        Index(None, "parent_key", postgresql_where=text("parent_key IS NOT NULL")),
        Index(None, "business_id", postgresql_where=text("business_id IS NOT NULL")),
        Index(
            "ix_process_instance_correlation",
            "process_id",
            "correlation_key",
            unique=True,
            postgresql_where=text("ended_at IS NULL AND correlation_key IS NOT NULL"),
            sqlite_where=text("ended_at IS NULL AND correlation_key IS NOT NULL"),
        ),
    )

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    definition_key: Mapped[int] = mapped_column(ForeignKey("process_definition.key"))
    process_id: Mapped[str] = mapped_column(String(255))
    root_key: Mapped[int] = mapped_column(BigInteger)
    parent_key: Mapped[int | None] = mapped_column(BigInteger)
    parent_element_key: Mapped[int | None] = mapped_column(BigInteger)
    row_version: Mapped[int]
    status: Mapped[str] = mapped_column(String(12))
    state: Mapped[bytes | None] = mapped_column(LargeBinary)
    flows: Mapped[list[str]] = mapped_column(JSONText)
    incidents: Mapped[int]
    business_id: Mapped[str | None] = mapped_column(String(255))
    correlation_key: Mapped[str | None] = mapped_column(String(255))
    tags: Mapped[list[str] | None] = mapped_column(JSONText)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    started_by: Mapped[str | None] = mapped_column(String(255))
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    suspended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class ElementInstanceRow(Base):
    """One passage of a token through one element. No foreign key: thousands are written, by one piece of code."""

    __tablename__ = "element_instance"
    __table_args__ = (
        Index(None, "instance_key"),
        Index(
            "ix_element_instance_active",
            "definition_key",
            "element_id",
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
    )

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    instance_key: Mapped[int] = mapped_column(BigInteger)
    definition_key: Mapped[int] = mapped_column(BigInteger)
    scope_key: Mapped[int] = mapped_column(BigInteger)
    element_id: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


@dataclass
class LockedInstance:
    """An instance's row as one command holds it; `flows` grows as flows are taken, in order."""

    key: int
    definition_key: int
    process_id: str
    root_key: int
    parent_key: int | None
    parent_element_key: int | None
    row_version: int
    status: str
    state: bytes | None
    flows: dict[str, None]
    incidents: int
    business_id: str | None


ROOT = aliased(ProcessInstanceRow, name="root")
LOCKED_COLUMNS = (
    ProcessInstanceRow.key,
    ProcessInstanceRow.definition_key,
    ProcessInstanceRow.process_id,
    ProcessInstanceRow.root_key,
    ProcessInstanceRow.parent_key,
    ProcessInstanceRow.parent_element_key,
    ProcessInstanceRow.row_version,
    ProcessInstanceRow.status,
    ProcessInstanceRow.state,
    ProcessInstanceRow.flows,
    ProcessInstanceRow.incidents,
    ProcessInstanceRow.business_id,
)
MARK = select(DeploymentMarkRow.changes).where(DeploymentMarkRow.id == literal_column("1")).scalar_subquery()
# The root's row first: every command on a call tree queues there, so that parent and child never wait for each other.
_LOCK = Read(
    select(*LOCKED_COLUMNS, MARK.label("mark"))
    .join(ROOT, ROOT.key == ProcessInstanceRow.root_key)
    .where(ProcessInstanceRow.key == bindparam("key", type_=BigInteger))
    .with_for_update(of=[ROOT, ProcessInstanceRow])
)
_CHILDREN = Read(
    select(ProcessInstanceRow.key)
    .where(ProcessInstanceRow.parent_element_key == bindparam("call_key", type_=BigInteger))
    .where(ProcessInstanceRow.parent_key == bindparam("parent_key", type_=BigInteger))
    .where(ProcessInstanceRow.ended_at.is_(None))
)


@dataclass(frozen=True)
class NewInstance:
    """What a new instance's row says of where it comes from; without `root_key` it is its own root."""

    root_key: int | None = None
    parent_key: int | None = None
    parent_element_key: int | None = None
    business_id: str | None = None
    correlation_key: str | None = None
    tags: tuple[str, ...] = ()
    started_by: str | None = None


def new_instance_row(
    instance: LockedInstance, new: NewInstance, changed: tuple[Any, ...], now: datetime
) -> tuple[Any, ...]:
    """Return the row of a new instance, in the table's order; `changed` is what its first outcome made of it."""
    key, row_version, status, state, flows, incidents, ended_at = changed
    place = (key, instance.definition_key, instance.process_id, instance.root_key, new.parent_key)
    content = (new.parent_element_key, row_version, status, state, flows, incidents, new.business_id)
    return (*place, *content, new.correlation_key, list(new.tags) or None, now, new.started_by, ended_at, None)


def lock_instance(connection: Connection, key: int) -> tuple[LockedInstance, int] | None:
    """Lock an instance's call tree and read the instance afresh, with the mark of the latest deployment."""
    row = _LOCK.one_or_none(connection, key=key)
    return None if row is None else (locked_instance(row[:-1]), row[-1])


def read_instance(connection: Connection, key: int) -> LockedInstance:
    """Read an instance that exists, without locking it: nothing may be decided on it."""
    row = connection.execute(select(*LOCKED_COLUMNS).where(ProcessInstanceRow.key == key)).one()
    return locked_instance(row)


def locked_instance(values: Sequence[Any]) -> LockedInstance:
    """Make the record from the columns `LOCKED_COLUMNS` names, in that order."""
    instance = LockedInstance(*values)
    instance.flows = dict.fromkeys(instance.flows)
    return instance


def find_child_keys(connection: Connection, parent_key: int, call_key: int) -> list[int]:
    """Return the keys of the running instances that the call activity instance `call_key` started."""
    return [row[0] for row in _CHILDREN.all(connection, parent_key=parent_key, call_key=call_key)]


def list_tree(connection: Connection, root_key: int, from_key: int) -> list[int]:
    """Return the running instances that `from_key` called, directly or not, and itself."""
    table = ProcessInstanceRow.__table__.c
    query = select(table.key, table.parent_key).where(table.root_key == root_key, table.ended_at.is_(None))
    parents = {row.key: row.parent_key for row in connection.execute(query.order_by(table.key))}
    found = [from_key]
    for key in found:
        found += [child for child, parent in parents.items() if parent == key]
    return found


def write_suspension(connection: Connection, key: int, status: str, suspended_at: datetime | None) -> None:
    """Suspend an instance, or let it go on."""
    changed = update(ProcessInstanceRow).where(ProcessInstanceRow.key == key)
    connection.execute(changed.values(status=status, suspended_at=suspended_at))


def find_instance_of_element(connection: Connection, key: int) -> int | None:
    """Return the key of the process instance that an element-instance key belongs to, or that it is itself."""
    element = select(ElementInstanceRow.instance_key).where(ElementInstanceRow.key == key)
    found = connection.execute(element).scalar_one_or_none()
    if found is None:
        instance = select(ProcessInstanceRow.key).where(ProcessInstanceRow.key == key)
        found = connection.execute(instance).scalar_one_or_none()
    return found


def has_correlated_instance(connection: Connection, process_id: str, correlation_key: str) -> bool:
    """Whether a running instance of this process was started by a message with this correlation key."""
    table = ProcessInstanceRow.__table__.c
    running = (table.process_id == process_id, table.correlation_key == correlation_key, table.ended_at.is_(None))
    return connection.execute(select(table.key).where(*running)).first() is not None


def find_correlation_key(connection: Connection, key: int) -> str | None:
    """Return the correlation key of the message that started an instance; None where none with a key did."""
    table = ProcessInstanceRow.__table__.c
    return connection.execute(select(table.correlation_key).where(table.key == key)).scalar_one_or_none()


def write_incident_count(connection: Connection, key: int, count: int) -> None:
    """Store how many active incidents an instance has."""
    connection.execute(update(ProcessInstanceRow).where(ProcessInstanceRow.key == key).values(incidents=count))


def list_running_versions(connection: Connection) -> list[int]:
    """Return the keys of the process definitions that instances run on, deleted ones too."""
    query = select(ProcessInstanceRow.definition_key).where(ProcessInstanceRow.ended_at.is_(None)).distinct()
    return list(connection.execute(query).scalars())
