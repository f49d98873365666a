"""Answers the engine's question what a deployed decision says; keeps a record of each evaluation.

Owns the choice of the version and the record. Evaluation is `app.dmn`'s; storing the record is settling's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from app.clock import Clock
from app.dmn.errors import DmnError
from app.dmn.loading import Model, load
from app.dmn.run import Evaluation
from app.engine import DecisionRefusedError
from app.engine.work import Binding
from app.feel import to_json
from app.services.organisation_functions import organisation_functions
from app.services.unit_of_work import UnitOfWork
from app.storage.deployments import find_requirements, list_decision_files


@dataclass(frozen=True)
class DecisionRecord:
    """One evaluation: the decision's row, what its model said, and why it failed if it did."""

    decision: Row[Any]
    evaluation: Evaluation | None
    failure: str | None


def decide(
    work: UnitOfWork, decision: Row[Any], context: Mapping[str, Any], clock: Clock
) -> tuple[Any, DecisionRecord]:
    """Evaluate one deployed decision with JSON variables; returns its JSON value and the record.

    The record's `failure` is set, and the value None, where the evaluation broke off or the model broke a promise.
    """
    model = load_model(work, decision.requirements_key)
    runtime = work.runtime
    try:
        evaluation = model.evaluate(
            decision.decision_id,
            context,
            clock=clock,
            calendars=runtime.calendars,
            trace=True,
            zone=runtime.settings.zone,
            functions=organisation_functions(work.connection, work.now),
        )
    except DmnError as error:
        return None, DecisionRecord(decision, None, str(error))
    if evaluation.errors:
        return None, DecisionRecord(decision, evaluation, "\n".join(str(error) for error in evaluation.errors))
    return to_json(evaluation.value), DecisionRecord(decision, evaluation, None)


def load_model(work: UnitOfWork, requirements_key: int) -> Model:
    """Return the model of a decision requirements graph, parsed once in this process."""

    def read() -> Model:
        row = find_requirements(work.connection, requirements_key)
        assert row is not None, f"a decision refers to requirements {requirements_key}, which do not exist"
        others = list_decision_files(work.connection, row.deployment_key)
        imports = {name: content for name, content in others.items() if name != row.resource_name}
        return load(bytes(row.content), file=row.resource_name, imports=imports)

    model: Model = work.runtime.models.parsed("decision", requirements_key, read)
    return model


class Decisions:
    """The engine's `decide` port for one instance: finds the version its process is bound to, and evaluates it."""

    def __init__(self, work: UnitOfWork, deployment_key: int) -> None:
        self._work = work
        self._deployment_key = deployment_key

    def __call__(
        self, decision_id: str, binding: Binding, version_tag: str | None, context: Mapping[str, Any]
    ) -> tuple[Any, DecisionRecord]:
        """Return (value, record); raises DecisionRefusedError when there is no such decision or it failed."""
        decision = self._work.runtime.models.find_decision(
            self._work.connection,
            decision_id,
            self._work.now,
            binding=binding,
            deployment_key=self._deployment_key,
            version_tag=version_tag,
            mark=self._work.mark,
        )
        if decision is None:
            message = f"Expected a decision {decision_id!r} ({binding}), but none is deployed"
            raise DecisionRefusedError("CALLED_DECISION_ERROR", message)
        value, record = decide(self._work, decision, context, self._work.clock)
        if record.failure is not None:
            raise DecisionRefusedError("DECISION_EVALUATION_ERROR", record.failure, record)
        return value, record
