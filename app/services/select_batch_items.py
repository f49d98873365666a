"""Start a batch operation on everything a search finds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import InvalidInputError
from app.services.create_batch_operation import create_batch_operation
from app.services.search_records import search_keys
from app.services.unit_of_work import UnitOfWork
from app.storage.instances import ProcessInstanceRow
from app.storage.jobs import CLOSED, JobRow
from app.storage.search import Filter
from app.storage.search_decisions import EVALUATIONS
from app.storage.search_processes import PROCESS_INSTANCES
from app.storage.search_work import JOBS

MOST_ITEMS = 100_000

_status = ProcessInstanceRow.__table__.c.status
_FITTING: Mapping[str, ColumnElement[bool]] = {
    "CANCEL_PROCESS_INSTANCE": _status.in_(["ACTIVE", "SUSPENDED"]) & ProcessInstanceRow.parent_key.is_(None),
    "DELETE_PROCESS_INSTANCE": ProcessInstanceRow.ended_at.is_not(None),
    "MIGRATE_PROCESS_INSTANCE": _status == "ACTIVE",
    "MODIFY_PROCESS_INSTANCE": _status == "ACTIVE",
    "RESOLVE_INCIDENT": ProcessInstanceRow.__table__.c.incidents > 0,
    "RESUME_PROCESS_INSTANCE": _status == "SUSPENDED",
    "SUSPEND_PROCESS_INSTANCE": _status == "ACTIVE",
}
"""Only instances that a command can concern become its items, whatever the filter says of state."""


def create_instance_batch(work: UnitOfWork, actor: Actor, type_: str, wanted: Filter, plan: Mapping[str, Any]) -> int:
    """Start a batch of the kind `type_` on the instances that match `wanted`; returns its key.

    Raises ForbiddenError, and InvalidInputError where the filter asks nothing or more than 100,000 instances match.
    """
    _check_filter(wanted)
    keys = search_keys(work.connection, actor, PROCESS_INSTANCES, wanted, MOST_ITEMS + 1, [_FITTING[type_]])
    _check_size(keys)
    return create_batch_operation(work, actor, type_, [(key, key) for key in keys], plan)


def create_job_batch(work: UnitOfWork, actor: Actor, wanted: Filter, plan: Mapping[str, Any]) -> int:
    """Start a batch that updates the open jobs that match `wanted`; returns its key. Raises as the one above."""
    _check_filter(wanted)
    is_open = JobRow.__table__.c.state.not_in(sorted(CLOSED))
    keys = search_keys(work.connection, actor, JOBS, wanted, MOST_ITEMS + 1, [is_open])
    _check_size(keys)
    return create_batch_operation(work, actor, "UPDATE_JOB", [(key, None) for key in keys], plan)


def create_decision_batch(work: UnitOfWork, actor: Actor, wanted: Filter) -> int:
    """Start a batch that deletes the evaluations of decisions that match `wanted`; returns its key. Raises so, too."""
    require_scope(actor, "admin")
    _check_filter(wanted)
    found = search_keys(work.connection, actor, EVALUATIONS, wanted, MOST_ITEMS + 1)
    _check_size(found)
    keys = dict.fromkeys(found)  # an evaluation has a row for each decision of its graph
    return create_batch_operation(work, actor, "DELETE_DECISION_INSTANCE", [(key, None) for key in keys], {})


def _check_filter(wanted: Filter) -> None:
    if not _narrows(wanted):
        raise InvalidInputError("Expected a filter that asks for something, but it matches everything there is")


def _narrows(wanted: Filter) -> bool:
    return any(
        asked and (all(map(_narrows, asked)) if name == "$or" else asked != {"$notIn": []})
        for name, asked in wanted.items()
    )


def _check_size(keys: list[int]) -> None:
    if len(keys) > MOST_ITEMS:
        raise InvalidInputError(f"Expected a filter that matches at most {MOST_ITEMS}, but more match: narrow it")
