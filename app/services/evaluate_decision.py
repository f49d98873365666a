"""Evaluate a deployed decision on its own, and record the evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import InvalidInputError, NotFoundError
from app.services.decide import decide
from app.services.record_decision import AskedBy, record_decision
from app.services.unit_of_work import UnitOfWork
from app.storage.deployments import DecisionDefinitionRow, find_by_key


def evaluate_decision(
    work: UnitOfWork,
    actor: Actor,
    variables: Mapping[str, Any],
    *,
    decision_id: str | None = None,
    definition_key: int | None = None,
) -> int:
    """Evaluate the decision with this key, or the version with this id that is in force; returns the evaluation's key.

    A failed evaluation is recorded as such. Raises ForbiddenError, NotFoundError, and InvalidInputError for neither.
    """
    require_scope(actor, "decide")
    if definition_key is not None:
        row = find_by_key(work.connection, DecisionDefinitionRow, definition_key)
    elif decision_id is not None:
        row = work.runtime.models.find_decision(work.connection, decision_id, work.now)
    else:
        raise InvalidInputError("Expected a decision definition key or a decision id, but got neither")
    if row is None or row.deleted_at is not None:
        raise NotFoundError(f"Expected a deployed decision {decision_id or definition_key}, but there is none")
    _, record = decide(work, row, variables, work.clock)
    return record_decision(work, record, AskedBy())
