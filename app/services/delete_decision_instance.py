"""Deletes an evaluation of a decision: what went in, which rules matched, what came out. The audit log keeps a line."""

from __future__ import annotations

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.domain.sight import may_be_complaint_number
from app.errors import ConflictError, NotFoundError
from app.services.record_audit import record_audit
from app.services.unit_of_work import UnitOfWork
from app.storage.complaints import find_complaint
from app.storage.decision_instances import drop_evaluation, list_evaluation
from app.storage.instances import read_instance


def delete_decision_instance(work: UnitOfWork, actor: Actor, evaluation_key: int) -> None:
    """Delete every decision of the evaluation.

    Raises ForbiddenError, NotFoundError; ConflictError while the process instance that asked runs, and for what belongs
    to the record of a complaint (docs/retention.md).
    """
    require_scope(actor, "admin")
    rows = list_evaluation(work.connection, evaluation_key, lock=True)
    if not rows:
        raise NotFoundError(f"Expected a decision evaluation with the key {evaluation_key}, but there is none")
    asked = rows[-1]
    if asked.instance_key is not None:
        _require_free(work, evaluation_key, asked.instance_key)
    drop_evaluation(work.connection, evaluation_key)
    details = {
        "decisionDefinitionId": asked.decision_id,
        "version": asked.decision_version,
        "evaluatedAt": asked.evaluated_at.isoformat(),
    }
    record_audit(work, actor, "DELETE", "DECISION", evaluation_key, instance_key=asked.instance_key, details=details)


def _require_free(work: UnitOfWork, evaluation_key: int, instance_key: int) -> None:
    instance = read_instance(work.connection, instance_key)
    if instance.state is not None:
        raise ConflictError(
            f"Expected the process instance that asked for evaluation {evaluation_key} to have ended, but "
            f"{instance_key} is {instance.status}"
        )
    number = instance.business_id
    if may_be_complaint_number(number) and find_complaint(work.connection, number or "") is not None:
        raise ConflictError(
            f"Expected an evaluation that is no part of a complaint's record, but {evaluation_key} is of {number}"
        )
