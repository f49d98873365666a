"""Deployed files and what they define: process, decision, decision-requirement and form versions.

Owns the rows and their look-ups. Knows nothing of what is inside a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    ForeignKey,
    Index,
    LargeBinary,
    Row,
    String,
    Text,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.reads import Read
from app.storage.types import UTCDateTime

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""Since when the first version of a decision is in force: also what is dated before its deployment asks it."""


class DeploymentRow(Base):
    """One deployment: files released together."""

    __tablename__ = "deployment"

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    deployed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    deployed_by: Mapped[str] = mapped_column(String(255))


class DeploymentMarkRow(Base):
    """Counts changes of what is deployed; one row, id 1. Whoever changes something takes it first, so they queue here,
    and a process may keep what it looked up for as long as the count stands still.
    """

    __tablename__ = "deployment_mark"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    changes: Mapped[int] = mapped_column(BigInteger)


class ResourceRow(Base):
    """One file of a deployment, as it came. `kind`: bpmn, dmn, form or other; `checksum`: SHA-256, hex."""

    __tablename__ = "resource"
    __table_args__ = (Index(None, "resource_id", "version", unique=True), Index(None, "deployment_key"))

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    deployment_key: Mapped[int] = mapped_column(ForeignKey("deployment.key"))
    kind: Mapped[str] = mapped_column(String(8))
    resource_id: Mapped[str] = mapped_column(String(255))
    version: Mapped[int]
    version_tag: Mapped[str | None] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(1024))
    checksum: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ProcessDefinitionRow(Base):
    """One version of one process. `start_form`: id of the form of its none start event, if any."""

    __tablename__ = "process_definition"
    __table_args__ = (
        Index(None, "process_id", "version", unique=True),
        Index(None, "process_id", "version_tag"),
        Index(None, "deployment_key"),
    )

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    deployment_key: Mapped[int] = mapped_column(ForeignKey("deployment.key"))
    resource_key: Mapped[int] = mapped_column(ForeignKey("resource.key"))
    process_id: Mapped[str] = mapped_column(String(255))
    version: Mapped[int]
    version_tag: Mapped[str | None] = mapped_column(String(255))
    name: Mapped[str | None] = mapped_column(Text)
    start_form: Mapped[str | None] = mapped_column(String(255))
    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class DecisionRequirementsRow(Base):
    """One version of one decision requirements graph: a DMN file."""

    __tablename__ = "decision_requirements"
    __table_args__ = (Index(None, "drg_id", "version", unique=True), Index(None, "deployment_key"))

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    deployment_key: Mapped[int] = mapped_column(ForeignKey("deployment.key"))
    resource_key: Mapped[int] = mapped_column(ForeignKey("resource.key"))
    drg_id: Mapped[str] = mapped_column(String(255))
    version: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class DecisionDefinitionRow(Base):
    """One version of one decision of a graph.

    Of those whose `effective_at` has passed, the one with the latest is in force; None: withdrawn before it was, or
    deleted.
    """

    __tablename__ = "decision_definition"
    __table_args__ = (
        Index(None, "decision_id", "version", unique=True),
        Index(None, "decision_id", "version_tag"),
        Index(None, "requirements_key"),
        Index(None, "deployment_key"),
    )

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    deployment_key: Mapped[int] = mapped_column(ForeignKey("deployment.key"))
    requirements_key: Mapped[int] = mapped_column(ForeignKey("decision_requirements.key"))
    decision_id: Mapped[str] = mapped_column(String(255))
    version: Mapped[int]
    version_tag: Mapped[str | None] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(32))
    effective_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class FormRow(Base):
    """One version of one form; the schema is the resource's content."""

    __tablename__ = "form"
    __table_args__ = (
        Index(None, "form_id", "version", unique=True),
        Index(None, "form_id", "version_tag"),
        Index(None, "deployment_key"),
    )

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    deployment_key: Mapped[int] = mapped_column(ForeignKey("deployment.key"))
    resource_key: Mapped[int] = mapped_column(ForeignKey("resource.key"))
    form_id: Mapped[str] = mapped_column(String(255))
    version: Mapped[int]
    version_tag: Mapped[str | None] = mapped_column(String(255))
    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


IDENTITY: dict[type[Base], Any] = {
    ProcessDefinitionRow: ProcessDefinitionRow.process_id,
    DecisionDefinitionRow: DecisionDefinitionRow.decision_id,
    DecisionRequirementsRow: DecisionRequirementsRow.drg_id,
    FormRow: FormRow.form_id,
    ResourceRow: ResourceRow.resource_id,
}


def take_deployment_mark(connection: Connection) -> None:
    """Count a change of what is deployed, and keep others from changing it until this transaction ends."""
    bump = update(DeploymentMarkRow).where(DeploymentMarkRow.id == 1).values(changes=DeploymentMarkRow.changes + 1)
    connection.execute(bump)


def find_deployment_mark(connection: Connection) -> int:
    """Return how often what is deployed has changed."""
    return int(_MARK.one_or_none(connection)[0])


_MARK = Read(select(DeploymentMarkRow.changes).where(DeploymentMarkRow.id == literal_column("1")))


def find_version(
    connection: Connection,
    table: type[Base],
    identity: str,
    *,
    deployment_key: int | None = None,
    version_tag: str | None = None,
    version: int | None = None,
) -> Row[Any] | None:
    """Return the newest row of `table` whose id is `identity`, narrowed by deployment, tag or version number."""
    columns = table.__table__.c
    query = select(table.__table__).where(IDENTITY[table] == identity)
    if deployment_key is not None:
        query = query.where(columns.deployment_key == deployment_key)
    if version_tag is not None:
        query = query.where(columns.version_tag == version_tag)
    if version is not None:
        query = query.where(columns.version == version)
    if table is not ResourceRow:
        query = query.where(columns.deleted_at.is_(None))
    return connection.execute(query.order_by(columns.version.desc()).limit(1)).one_or_none()


def highest_version(connection: Connection, table: type[Base], identity: str) -> int:
    """Return the highest version number ever given to `identity`, deleted ones included; 0 for a new id."""
    query = select(func.max(table.__table__.c.version)).where(IDENTITY[table] == identity)
    return connection.execute(query).scalar_one() or 0


def has_resource(connection: Connection, name: str, checksum: str) -> bool:
    """Tell whether a file of that name and content was ever deployed."""
    query = select(ResourceRow.key).where(ResourceRow.resource_id == name, ResourceRow.checksum == checksum)
    return connection.execute(query.limit(1)).one_or_none() is not None


def find_by_key(connection: Connection, table: type[Base], key: int) -> Row[Any] | None:
    """Return the row of `table` with this key."""
    return connection.execute(select(table.__table__).where(table.__table__.c.key == key)).one_or_none()


def find_process(connection: Connection, definition_key: int) -> Row[Any] | None:
    """Return a process definition with its file: the row's columns, then resource_name and content."""
    query = (
        select(ProcessDefinitionRow.__table__, ResourceRow.name.label("resource_name"), ResourceRow.content)
        .join(ResourceRow, ResourceRow.key == ProcessDefinitionRow.resource_key)
        .where(ProcessDefinitionRow.key == definition_key)
    )
    return connection.execute(query).one_or_none()


def mark_deleted(connection: Connection, table: type[Base], key: int, now: datetime) -> None:
    """Count a version of a process, form or graph as deleted; its row stays, since instances and history refer to it.

    A graph's decisions are deleted with it, and not in force any more.
    """
    connection.execute(update(table).where(table.__table__.c.key == key).values(deleted_at=now))
    if table is DecisionRequirementsRow:
        mine = update(DecisionDefinitionRow).where(DecisionDefinitionRow.requirements_key == key)
        connection.execute(mine.values(deleted_at=now, effective_at=None))


def find_requirements(connection: Connection, requirements_key: int) -> Row[Any] | None:
    """Return a decision requirements graph with its file: the row's columns, then resource_name and content."""
    query = (
        select(DecisionRequirementsRow.__table__, ResourceRow.name.label("resource_name"), ResourceRow.content)
        .join(ResourceRow, ResourceRow.key == DecisionRequirementsRow.resource_key)
        .where(DecisionRequirementsRow.key == requirements_key)
    )
    return connection.execute(query).one_or_none()


def find_form_schema(connection: Connection, form_key: int) -> Row[Any] | None:
    """Return a form with its file: the row's columns, then resource_name and content."""
    query = (
        select(FormRow.__table__, ResourceRow.name.label("resource_name"), ResourceRow.content)
        .join(ResourceRow, ResourceRow.key == FormRow.resource_key)
        .where(FormRow.key == form_key)
    )
    return connection.execute(query).one_or_none()


def list_latest_processes(connection: Connection) -> list[int]:
    """Return the key of the latest version of every process that is deployed, by process id."""
    table = ProcessDefinitionRow.__table__
    latest = (
        select(table.c.process_id, func.max(table.c.version).label("version"))
        .where(table.c.deleted_at.is_(None))
        .group_by(table.c.process_id)
        .subquery()
    )
    same = (latest.c.process_id == table.c.process_id) & (latest.c.version == table.c.version)
    return list(connection.execute(select(table.c.key).join(latest, same).order_by(table.c.process_id)).scalars())


def list_process_versions(connection: Connection) -> list[int]:
    """Return the key of every version of every process that is deployed."""
    table = ProcessDefinitionRow.__table__.c
    return list(connection.execute(select(table.key).where(table.deleted_at.is_(None)).order_by(table.key)).scalars())


def list_decisions(connection: Connection, requirements_key: int) -> dict[str, Row[Any]]:
    """Return the decisions of one requirements graph by id."""
    table = DecisionDefinitionRow.__table__
    rows = connection.execute(select(table).where(table.c.requirements_key == requirements_key))
    return {row.decision_id: row for row in rows}


def list_decision_versions(connection: Connection, decision_id: str) -> Sequence[Row[Any]]:
    """Return every version of a decision that is or will be in force, in the order in which they take effect."""
    table = DecisionDefinitionRow.__table__
    query = select(table).where(table.c.decision_id == decision_id, table.c.effective_at.is_not(None))
    return connection.execute(query.order_by(table.c.effective_at, table.c.version)).all()


def in_force(versions: Sequence[Row[Any]], at: datetime) -> Row[Any] | None:
    """Return the one of a decision's versions (as `list_decision_versions` gives them) that is in force at `at`."""
    return next((row for row in reversed(versions) if row.effective_at <= at), None)


def list_tables(connection: Connection) -> Sequence[Row[Any]]:
    """Return every version of every decision with its graph, file and deployment, without the file's content."""
    decision, graph = DecisionDefinitionRow.__table__.c, DecisionRequirementsRow.__table__.c
    query = (
        select(
            graph.key,
            graph.drg_id,
            graph.version,
            graph.name,
            decision.decision_id,
            decision.effective_at,
            ResourceRow.name.label("file"),
            DeploymentRow.deployed_at,
            DeploymentRow.deployed_by,
        )
        .join_from(
            DecisionDefinitionRow.__table__, DecisionRequirementsRow.__table__, graph.key == decision.requirements_key
        )
        .join(ResourceRow, ResourceRow.key == graph.resource_key)
        .join(DeploymentRow, DeploymentRow.key == graph.deployment_key)
    )
    return connection.execute(query.order_by(graph.drg_id, graph.version, decision.key)).all()


def take_decisions_back(connection: Connection, deployment_key: int) -> None:
    """Let the decisions of a deployment never come into force."""
    mine = update(DecisionDefinitionRow).where(DecisionDefinitionRow.deployment_key == deployment_key)
    connection.execute(mine.values(effective_at=None))


def list_decision_files(connection: Connection, deployment_key: int) -> dict[str, bytes]:
    """Return the DMN files of one deployment by name."""
    table = ResourceRow.__table__
    query = select(table.c.name, table.c.content).where(table.c.deployment_key == deployment_key, table.c.kind == "dmn")
    return {row.name: bytes(row.content) for row in connection.execute(query)}
