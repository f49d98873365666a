"""Takes a complaint in: gives it its number, records it, chooses its process and starts it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.domain.automation import Event
from app.domain.complaint import IDENTITIES, ComplaintStatus, complaint_number, open_fields, sealed_fields
from app.domain.customer import told_in
from app.domain.sight import people_as_subjects
from app.errors import InvalidInputError
from app.services.attach_file import DESK
from app.services.create_process_instance import StartPlan, create_process_instance
from app.services.decide import decide
from app.services.index_complaint import index_complaint
from app.services.index_fields import index_record
from app.services.keep_form_files import FormFile, keep_form_files
from app.services.mark_matter import mark_matter
from app.services.mark_recusals import mark_recusals
from app.services.match_customer import match_customer
from app.services.record_event import record_event
from app.services.start_clocks import RECEIVED, start_clocks
from app.services.unit_of_work import UnitOfWork
from app.storage.complaint_access import ADD_ACCESS
from app.storage.complaints import (
    ADD_COMPLAINT,
    ADD_COMPLAINT_IDENTITIES,
    ADD_EVENTS,
    set_instance,
    take_sequence,
)
from app.storage.types import write_json

PROCESS_CHOICE = "process_choice"
DEFAULT_PROCESS = "complaint_handling"
REGULATOR = "regulator"


@dataclass(frozen=True)
class FiledComplaint:
    """A complaint taken in, and the process instance that works on it."""

    key: int
    number: str
    instance_key: int
    process_id: str


def file_complaint(
    work: UnitOfWork,
    actor: Actor,
    data: Mapping[str, Any],
    *,
    received_at: datetime | None = None,
    external_number: str | None = None,
    files: Sequence[FormFile] = (),
) -> FiledComplaint:
    """Record a complaint and start its process, in one transaction.

    `data` are the answers of the complaint form, already checked, and `files` those that they name. `received_at` is
    when it arrived: now where nothing is said, never in the future. Which process handles it is decided by the deployed
    table `process_choice`.
    Raises ForbiddenError, InvalidInputError, NotFoundError when the process is not deployed.
    """
    require_scope(actor, "start")
    received_at = received_at or work.now
    if received_at > work.now:
        raise InvalidInputError(
            f"Expected a complaint that has arrived, but it is dated {received_at.isoformat()}",
            {"received_at": ["In the future"]},
        )
    number = _take_number(work, received_at)
    key = work.next_key()
    answers = open_fields(data)
    process_id = _choose_process(work, answers)
    known = {
        "key": key,
        "number": number,
        "external_number": external_number,
        "received_at": received_at,
        "recorded_by": actor.username,
        "process_id": process_id,
    }
    _write_record(work, known, data)
    start_clocks(work, actor, key, answers, RECEIVED, received_at)
    if answers.get("channel") == REGULATOR:
        start_clocks(work, actor, key, answers, "forwarded", received_at)
    # The record stands before its process starts, so that the process's first elements can say how it stands.
    variables = {**answers, "complaintNumber": number, "complaintKey": str(key), "receivedAt": received_at.isoformat()}
    plan = StartPlan(process_id=process_id, business_id=number)
    instance = create_process_instance(work, actor, plan, variables, seen=number)
    set_instance(work.connection, key, instance.key)
    keep_form_files(work, actor, instance.key, files, data, source=DESK)
    record_event(work, Event.FILED, f"filed:{key}", complaint_key=key)
    return FiledComplaint(key, number, instance.key, process_id)


def _write_record(work: UnitOfWork, known: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Collect the complaint's row and all that is kept beside it; `known` are its columns that no answer gives."""
    key, received_at, actor = known["key"], known["received_at"], known["recorded_by"]
    sealed, amount = sealed_fields(data), data.get("amount")
    row = {
        **known,
        "recorded_at": work.now,
        "channel": _word(data, "channel"),
        "type": _word(data, "complaintType"),
        "product_line": _word(data, "productLine"),
        "amount": None if amount is None else Decimal(str(amount)),
        "currency": data.get("currency") or "CNY",
        "status": str(ComplaintStatus.PENDING),
        "data": open_fields(data),
        "customer_key": match_customer(work, told_in(data), f"complaint:{known['number']}"),
        "fingerprint": mark_matter(work, key, data),
        "sealed": work.runtime.sealer.seal(write_json(sealed), f"complaint.sealed:{key}") if sealed else None,
    }
    indexes = [
        (work.runtime.sealer.blind_index(kind, str(data[field])), key, kind)
        for field, kind in IDENTITIES.items()
        if data.get(field)
    ]
    details = {"process": known["process_id"], "channel": data.get("channel")}
    work.writes.add(ADD_COMPLAINT, [row.get(column) for column in ADD_COMPLAINT.columns])
    work.writes.add(ADD_COMPLAINT_IDENTITIES, *indexes)
    work.writes.add(ADD_ACCESS, *[(one, received_at, key) for one in people_as_subjects([actor])])
    work.writes.add(ADD_EVENTS, (work.next_key(), key, received_at, "filed", actor, details))
    index_complaint(work, key, data)
    index_record(work, key, data)
    mark_recusals(work, key, data.get("complaintType"), data)


def _word(data: Mapping[str, Any], field: str) -> str | None:
    return None if data.get(field) is None else str(data[field])


def _take_number(work: UnitOfWork, received_at: datetime) -> str:
    """Take the year's next number; and hold this year's, for customers are made by whoever holds it."""
    year, this_year = (at.astimezone(work.runtime.zone).year for at in (received_at, work.now))
    sequence = take_sequence(work.connection, year)
    if year != this_year:
        take_sequence(work.connection, this_year, 0)
    return complaint_number(year, sequence)


def _choose_process(work: UnitOfWork, answers: Mapping[str, Any]) -> str:
    table = work.runtime.models.find_decision(work.connection, PROCESS_CHOICE, work.now, mark=work.mark)
    if table is None:
        return DEFAULT_PROCESS
    chosen, record = decide(work, table, answers, work.clock)
    if record.failure is not None or not isinstance(chosen, str):
        raise InvalidInputError(
            f"Expected the table {PROCESS_CHOICE} to name a process, but {record.failure or f'it gave {chosen!r}'}"
        )
    return chosen
