"""Deletes a variable of the whole installation."""

from __future__ import annotations

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.services.record_audit import record_audit
from app.services.unit_of_work import UnitOfWork
from app.services.update_cluster_variable import get_cluster_variable
from app.storage.cluster_variables import drop_cluster_variable


def delete_cluster_variable(work: UnitOfWork, actor: Actor, scope: str, name: str) -> None:
    """Delete a variable: expressions that name it see null from now on. Raises ForbiddenError, NotFoundError."""
    require_scope(actor, "deploy")
    row = get_cluster_variable(work.connection, scope, name, lock=True)
    drop_cluster_variable(work.connection, row.key)
    record_audit(work, actor, "DELETE", "VARIABLE", row.key, details={"clusterVariable": name, "scope": scope})
