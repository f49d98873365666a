"""Reads everything that happened to a complaint in one line of time: its own events, the steps' work, the decisions.

Knows no words: how a line is called and shown is the page's affair.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select

from app.services.decide import load_model
from app.services.get_complaint import ComplaintView
from app.services.unit_of_work import UnitOfWork
from app.storage.audit import AuditRow
from app.storage.decision_instances import DecisionInstanceRow
from app.storage.deployments import DecisionDefinitionRow, find_by_key
from app.storage.instances import ProcessInstanceRow
from app.storage.user_tasks import UserTaskRow

MOST_LINES = 2000
WORK = ("ASSIGN", "UNASSIGN", "COMPLETE", "CLAIM")
"""Operations on tasks that the complaint's own events do not tell."""


@dataclass(frozen=True)
class Step:
    """The step that a line is about: enough to name it in any language."""

    definition_key: int
    element_id: str
    name: str | None


@dataclass(frozen=True)
class Line:
    """One thing that happened: when, of which kind, by whom, with what, and at which step."""

    at: datetime
    order: int
    kind: str
    actor: str
    details: Mapping[str, Any]
    step: Step | None = None


def read_timeline(work: UnitOfWork, complaint: ComplaintView) -> list[Line]:
    """Return the lines, the latest first. `complaint` was shown to its reader already."""
    events = [Line(row.at, row.key, row.kind, row.actor, row.details or {}) for row in complaint.events]
    lines = [*events, *_work(work, complaint), *_decisions(work, complaint)]
    return sorted(lines, key=lambda line: (line.at, line.order), reverse=True)[:MOST_LINES]


def read_decisions(work: UnitOfWork, complaint: ComplaintView) -> Sequence[Row[Any]]:
    """Return the decision instances of a complaint's call tree, the latest first."""
    table = DecisionInstanceRow.__table__.c
    query = select(DecisionInstanceRow.__table__).where(table.instance_key.in_(_tree(complaint)))
    order = (table.evaluated_at.desc(), table.key.desc(), table.position.desc())
    return work.connection.execute(query.order_by(*order).limit(MOST_LINES)).all()


def read_output_titles(work: UnitOfWork, definition_key: int) -> Mapping[str, str]:
    """Return what people call the outputs of a deployed decision and of those it asks, by the names they give."""
    definition = find_by_key(work.connection, DecisionDefinitionRow, definition_key)
    if definition is None:
        return {}
    tables = [table.table for table in load_model(work, definition.requirements_key).tables]
    return {clause.name: clause.title for table in tables for clause in table.outputs if clause.name}


def _tree(complaint: ComplaintView) -> Select[int]:
    return select(ProcessInstanceRow.key).where(ProcessInstanceRow.root_key == complaint.row.instance_key)


def _work(work: UnitOfWork, complaint: ComplaintView) -> list[Line]:
    audit, task = AuditRow.__table__.c, UserTaskRow.__table__.c
    query = (
        select(AuditRow.__table__, task.definition_key, task.element_id, task.name)
        .join(UserTaskRow, task.key == audit.entity_key)
        .where(audit.instance_key.in_(_tree(complaint)), audit.entity == "USER_TASK", audit.operation.in_(WORK))
        .order_by(audit.key.desc())
        .limit(MOST_LINES)
    )
    return [
        Line(
            row.at,
            row.key,
            f"work-{row.operation.lower()}",
            row.actor,
            row.details or {},
            Step(row.definition_key, row.element_id, row.name),
        )
        for row in work.connection.execute(query)
        if "verb" not in (row.details or {})  # those are on the complaint's own timeline
    ]


def _decisions(work: UnitOfWork, complaint: ComplaintView) -> list[Line]:
    return [
        Line(
            row.evaluated_at,
            row.key + row.position,
            "decision",
            "",
            {
                "decision": row.decision_name,
                "version": row.decision_version,
                "result": row.result,
                "why": row.failure,
                "titles": read_output_titles(work, row.definition_key),
            },
        )
        for row in read_decisions(work, complaint)
    ]
