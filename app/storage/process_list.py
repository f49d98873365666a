"""Which processes there are: the latest version of each, for people. Knows not what is in their files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, select

from app.storage.deployments import DeploymentRow, ProcessDefinitionRow, ResourceRow


def list_processes(connection: Connection) -> Sequence[Row[Any]]:
    """Return the latest version of each process by id, with its file's name and deployment; deleted ones are left out.

    A row has key, process_id, version, name, file, deployed_at, deployed_by.
    """
    process, deployment = ProcessDefinitionRow.__table__.c, DeploymentRow.__table__.c
    latest = (
        select(process.process_id, func.max(process.version).label("version"))
        .where(process.deleted_at.is_(None))
        .group_by(process.process_id)
        .subquery()
    )
    query = (
        select(
            process.key,
            process.process_id,
            process.version,
            process.name,
            ResourceRow.name.label("file"),
            deployment.deployed_at,
            deployment.deployed_by,
        )
        .join(latest, (latest.c.process_id == process.process_id) & (latest.c.version == process.version))
        .join(ResourceRow, ResourceRow.key == process.resource_key)
        .join(DeploymentRow, deployment.key == process.deployment_key)
    )
    return connection.execute(query.order_by(process.process_id)).all()
