"""Gives a variable of the whole installation another value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import NotFoundError
from app.services.create_cluster_variable import as_details, as_value
from app.services.record_audit import record_audit
from app.services.unit_of_work import UnitOfWork
from app.storage.cluster_variables import find_cluster_variable, write_cluster_variable


def update_cluster_variable(
    work: UnitOfWork, actor: Actor, scope: str, name: str, value: Any, details: Mapping[str, Any] | None
) -> Row[Any]:
    """Change a variable's value, and what is noted about it unless that is None; returns its row.

    What was evaluated before stays as it is. Raises ForbiddenError, NotFoundError, InvalidInputError.
    """
    require_scope(actor, "deploy")
    row = get_cluster_variable(work.connection, scope, name, lock=True)
    changes: dict[str, Any] = {"value": as_value(value)}
    if details is not None:
        changes["details"] = as_details(details)
    changed = write_cluster_variable(work.connection, row.key, changes)
    record_audit(work, actor, "UPDATE", "VARIABLE", row.key, details={"clusterVariable": name, "scope": scope})
    return changed


def get_cluster_variable(connection: Connection, scope: str, name: str, *, lock: bool = False) -> Row[Any]:
    """Return the variable of that name in a scope; raises NotFoundError."""
    row = find_cluster_variable(connection, scope, name, lock=lock)
    if row is None:
        raise NotFoundError(f"Expected a cluster variable {name!r} in the scope {scope}, but there is none")
    return row
