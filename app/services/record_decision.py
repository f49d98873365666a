"""Stores one evaluation as decision-instance rows: each decision of the graph with inputs, matched rules and result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.dmn.trace import DecisionTrace
from app.feel import to_json
from app.services.decide import DecisionRecord
from app.services.unit_of_work import UnitOfWork
from app.storage.decision_instances import DecisionInstanceRow
from app.storage.deployments import list_decisions
from app.storage.writes import insert_rows

RECORD = insert_rows(DecisionInstanceRow)


@dataclass(frozen=True)
class AskedBy:
    """The element that asked; all None when the API did."""

    instance_key: int | None = None
    root_key: int | None = None
    process_definition_key: int | None = None
    element_key: int | None = None


def record_decision(work: UnitOfWork, record: DecisionRecord, asked_by: AskedBy) -> int:
    """Add the rows of one evaluation to this transaction's writes, and return the evaluation's key."""
    key = work.next_key()
    work.writes.add(RECORD, *decision_rows(work, record, asked_by, key))
    return key


def decision_rows(work: UnitOfWork, record: DecisionRecord, asked_by: AskedBy, key: int) -> list[tuple[Any, ...]]:
    """Return the rows of one evaluation under `key`, required decisions first, the asked one last."""
    asked = record.decision
    siblings = work.runtime.models.parsed(
        "graph", asked.requirements_key, lambda: list_decisions(work.connection, asked.requirements_key)
    )
    trace = record.evaluation.trace if record.evaluation else None
    traces = list(trace.decisions) if trace else []
    if not traces or traces[-1].id != asked.decision_id:
        traces.append(DecisionTrace(asked.decision_id, asked.name, {}))
    asker = (asked_by.instance_key, asked_by.root_key, asked_by.process_definition_key, asked_by.element_key)
    rows = []
    for position, one in enumerate(traces, 1):
        row = siblings.get(one.id, asked)
        failure = record.failure if one is traces[-1] else None
        state = "EVALUATED" if failure is None else "FAILED"
        what = (row.key, asked.key, row.decision_id, row.name, row.version, row.kind, state)
        seen = (_inputs(one), _rules(one), to_json(one.value), failure)
        rows.append((key, position, *what, *asker, *seen, work.now))
    return rows


def _inputs(trace: DecisionTrace) -> list[dict[str, Any]]:
    return [
        {"inputId": one.id, "inputName": one.name, "inputValue": to_json(one.value)}
        for table in trace.tables
        for one in table.inputs
    ]


def _rules(trace: DecisionTrace) -> list[dict[str, Any]]:
    return [
        {
            "ruleId": rule.id,
            "ruleIndex": rule.number,
            "annotations": list(rule.annotations),
            "outputs": [
                {"outputId": one.id, "outputName": one.name, "outputValue": to_json(one.value)} for one in rule.outputs
            ],
        }
        for table in trace.tables
        for rule in table.matched
    ]
