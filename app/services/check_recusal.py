"""Keeps persons with a direct interest off a complaint (回避), as the table `recusal` says.

Asked at the moment somebody is given a task, by every verb that gives one. The table decides; here is found out how the
person stands to the complaint.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from app.domain.actor import Actor
from app.domain.recusal import Organisation, Place, Relation, interest_in, relation_of
from app.domain.redaction import mask_text
from app.errors import ForbiddenError, InvalidInputError
from app.services.decide import decide
from app.services.open_sealed import open_sealed
from app.services.search_records import UnseenRecordError
from app.services.unit_of_work import UnitOfWork
from app.storage.access_events import RECUSAL, add_access_event
from app.storage.complaint_recusals import CHOSEN, CLEARED, find_complaint_of_task, list_recusals
from app.storage.complaints import list_deciders
from app.storage.people import list_places
from app.storage.units import list_units
from app.storage.user_tasks import LockedTask

TABLE = "recusal"
BLOCKED, REASON, HIDDEN = "blocked", "reason", "hidden"
REVIEW = "verification_request"
"""The process in which a decision is reviewed: who decided it takes no part."""


@dataclass(frozen=True)
class Verdict:
    """What the table says of a relation: `outcome` blocked, reason or allowed; `hidden`: they see nothing of it."""

    outcome: str
    basis: str
    hidden: bool


@dataclass(frozen=True)
class Judgement:
    """What the table says of one person and one complaint (its row)."""

    complaint: Row[Any]
    relation: Relation
    outcome: str
    basis: str


class RecusedError(ForbiddenError):
    """The person has a direct interest in the complaint, and may not be given work on it."""

    def __init__(self, person: str, relation: Relation, basis: str, complaint_key: int) -> None:
        super().__init__(
            f"Expected somebody without an interest in the complaint, but '{person}' is {relation}: {basis}"
        )
        self.complaint_key = complaint_key


class RecusalReasonError(InvalidInputError):
    """The person may have an interest; whoever gives the task must say why it is this person all the same."""

    def __init__(self, person: str, relation: Relation, basis: str) -> None:
        message = f"Expected a reason, because '{person}' is {relation}, but there is none: {basis}"
        super().__init__(message, {"reason": [message]})
        self.basis = basis


def check_recusal(
    work: UnitOfWork, actor: Actor, task: LockedTask, new_assignee: str, reason: str | None = None
) -> None:
    """Let `actor` give the locked task to `new_assignee` (perhaps itself), unless the table `recusal` blocks it.

    Where the table asks for a reason, `reason` is recorded in the access log. Tasks of no complaint pass. Raises
    RecusedError, RecusalReasonError for a reason that is missing, and UnseenRecordError to whom it is hidden from.
    """
    judged = _judge(work, task, new_assignee, actor)
    if judged is None or judged.outcome != REASON:
        return
    if not (reason or "").strip():
        raise RecusalReasonError(new_assignee, judged.relation, judged.basis)
    _record(work, actor, judged.complaint, f"{task.element_id}: {new_assignee} ({judged.relation})", reason or "")


def check_completion(work: UnitOfWork, actor: Actor, task: LockedTask) -> None:
    """Let `actor` complete the locked task unless an interest blocks it; who was given it gave a reason then.

    For tasks that the model itself assigned, or that are completed without being claimed. Raises RecusedError, and
    RecusalReasonError where the task must be claimed first, with a reason.
    """
    judged = _judge(work, task, actor.username, actor)
    if judged is not None and judged.outcome == REASON and task.assignee is None:
        raise RecusalReasonError(actor.username, judged.relation, judged.basis)


def is_barred(work: UnitOfWork, task: LockedTask, person: str) -> bool:
    """Whether an interest keeps a person off a task that is given without anybody to give a reason."""
    if is_blocked(work, task, person):
        return True
    judged = _judge(work, task, person)
    return judged is not None and judged.outcome == REASON


def is_blocked(work: UnitOfWork, task: LockedTask, person: str) -> bool:
    """Whether an interest keeps a person off a task, whatever reason were given."""
    try:
        _judge(work, task, person)
    except RecusedError:
        return True
    return False


def decide_recusal(work: UnitOfWork, complaint_type: str | None, relation: Relation) -> Verdict:
    """Return what the table in force says of a relation; without a table, or where it fails, an interest blocks.

    A table that says nothing of sight hides a complaint from those complained about, and from nobody else.
    """
    is_respondent = relation is Relation.RESPONDENT
    table = work.runtime.models.find_decision(work.connection, TABLE, work.now)
    if table is None:
        return Verdict(BLOCKED, f"no table {TABLE!r} is deployed", is_respondent)
    context = {"relation": str(relation), "complaintType": complaint_type}
    said, record = decide(work, table, context, work.clock)
    if record.failure is not None or not isinstance(said, dict):
        return Verdict(BLOCKED, f"the table {TABLE!r} could not be evaluated", is_respondent)
    sight = said.get("sight")
    return Verdict(str(said.get("outcome")), str(said.get("basis")), sight == HIDDEN if sight else is_respondent)


def read_organisation_of(work: UnitOfWork) -> Organisation:
    """Return everybody's place, the units' names, and who leads each unit or one above it."""
    rows = list_places(work.connection)
    places = {row.username: Place(row.username, row.display_name, row.unit_id, row.superior) for row in rows}
    units = {row.id: row for row in list_units(work.connection)}
    names = {row.id: frozenset((row.id, row.name_zh, row.name_en)) for row in units.values()}
    return Organisation(places, names, {unit_id: _heads(unit_id, units) for unit_id in units})


def _heads(unit_id: str, units: Mapping[str, Row[Any]]) -> frozenset[str]:
    found, at = set(), units.get(unit_id)
    while at is not None:
        found |= {at.head} if at.head is not None else set()
        at = units.get(at.parent_id) if at.parent_id is not None else None
    return frozenset(found)


def _judge(work: UnitOfWork, task: LockedTask, person: str, asking: Actor | None = None) -> Judgement | None:
    """Return what the table says of a person on a task's complaint, None where there is nothing to say.

    Who is `asking` for themselves about a complaint that is hidden from them is told that there is no such task.
    """
    complaint = find_complaint_of_task(work.connection, task.key)
    relation = Relation.NONE if complaint is None else _relation(work, complaint, person)
    if complaint is None or relation is Relation.NONE:
        return None
    verdict = decide_recusal(work, complaint.type, relation)
    if verdict.hidden and asking is not None and asking.username == person:
        raise UnseenRecordError(f"Expected a user task with key {task.key}, but there is none")
    if verdict.outcome == BLOCKED:
        raise RecusedError(person, relation, verdict.basis, complaint.key)
    return Judgement(complaint, relation, verdict.outcome, verdict.basis)


def _relation(work: UnitOfWork, complaint: Row[Any], person: str) -> Relation:
    is_review = complaint.task_process_id == REVIEW
    deciders = frozenset(list_deciders(work.connection, complaint.instance_key) if is_review else ())
    by_hand = list_recusals(work.connection, complaint.key) if complaint.is_marked else ()
    accounts = frozenset(row.username for row in by_hand if row.source == CHOSEN)
    cleared = frozenset(row.username for row in by_hand if row.source == CLEARED)
    interest = interest_in({**complaint.data, **open_sealed(work, complaint)}, deciders, accounts, cleared)
    if interest.is_none:
        return Relation.NONE
    return relation_of(person, interest, read_organisation_of(work))


def _record(work: UnitOfWork, actor: Actor, complaint: Row[Any], what: str, reason: str) -> None:
    row = {"key": work.next_key(), "at": work.now, "actor": actor.username, "kind": RECUSAL}
    row |= {"complaint_key": complaint.key, "what": what, "reason": mask_text(reason.strip())}
    add_access_event(work.connection, {**row, "purpose": None, "expires_at": None, "once": None})
