"""The engine API: the Camunda 8 Orchestration Cluster REST API under /v2, as its public clients call it.

Owns the list of its parts. Each file beside it owns a subject; `operation`, `routes` and `records` are the machinery.
"""

from __future__ import annotations

from flask import Blueprint

from app.web.v2 import (  # noqa: F401 - each adds its operations when it is imported
    batches,
    cluster,
    cluster_variables,
    decisions,
    deployments,
    documents,
    elements,
    instance_changes,
    job_statistics,
    jobs,
    messages,
    process_instances,
    searches,
    statistics,
    user_tasks,
)
from app.web.v2.routes import make_blueprint
from app.web.v2.unserved import add_unserved


def make_v2() -> Blueprint:
    """Return the blueprint of every operation, and of the groups that are not served."""
    blueprint = make_blueprint()
    add_unserved(blueprint)
    return blueprint
