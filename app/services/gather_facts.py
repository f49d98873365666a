"""Gathers what an event table is given: the event's own facts, the complaint, its procedure, its customer.

No personal data: a table sees open fields only, counts and tags.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from app.domain.automation import Event
from app.domain.clocks import say_deadline
from app.domain.notices.channels import CUSTOMER_FIELDS
from app.services.propose_major import list_same_matter
from app.services.unit_of_work import UnitOfWork
from app.storage.automation import (
    count_complaints_on,
    is_running,
    list_complaint_flags,
)
from app.storage.complaints import find_complaint_by_key
from app.storage.customer_tags import list_tags
from app.storage.customers import count_received, list_holders, list_together
from app.storage.types import read_json
from app.storage.variables import list_effective_variables

COUNTED = timedelta(days=30)


def gather_facts(work: UnitOfWork, event: Row[Any]) -> dict[str, Any]:
    """Return the facts of an event as JSON; they are those of now, not of when it happened."""
    complaint = None if event.complaint_key is None else find_complaint_by_key(work.connection, event.complaint_key)
    known = {} if complaint is None else _of_complaint(work, complaint)
    if complaint is not None and event.kind == Event.FILED:
        known["sameMatterIn30Days"] = len(list_same_matter(work, complaint))
    identities = event.facts.get("identities")
    if identities is not None:
        customers = [row.key for row in list_holders(work.connection, identities)]
    else:
        customers = [complaint.customer_key] if complaint is not None and complaint.customer_key is not None else []
    known |= _of_customers(work, customers)
    return {**known, **event.facts}


def _of_complaint(work: UnitOfWork, complaint: Row[Any]) -> dict[str, Any]:
    connection, now = work.connection, work.now
    found: dict[str, Any] = {}
    if complaint.instance_key is not None:
        found |= list_effective_variables(connection, [complaint.instance_key])[complaint.instance_key]
    severity = found.get("severity")
    left = None if complaint.due_at is None else (complaint.due_at - now).total_seconds() / 3600
    same = count_complaints_on(connection, complaint.type, complaint.product_line, now - COUNTED, now)
    return {
        **found,
        **complaint.data,
        "complaintNumber": complaint.number,
        "number": complaint.number,
        "status": complaint.status,
        "severity": severity.get("level") if isinstance(severity, Mapping) else severity,
        "severityName": severity.get("label") if isinstance(severity, Mapping) else severity,
        "flags": list_complaint_flags(connection, complaint.key),
        "hoursToDeadline": None if left is None else round(left),
        "dueAt": None if complaint.due_at is None else say_deadline(complaint.due_at, work.runtime.zone),
        "procedureRuns": complaint.instance_key is not None and is_running(connection, complaint.instance_key),
        "customerReachable": _is_reachable(work, complaint),
        "sameKindIn30Days": same,
        "superior": _superior(found),
    }


def _of_customers(work: UnitOfWork, customers: list[int]) -> dict[str, Any]:
    """What is known of whoever is meant, with everybody that people have said is the same person."""
    if not customers:
        return {"complaintsIn30Days": 0, "customerTags": []}
    keys = list_together(work.connection, customers)
    return {
        "complaintsIn30Days": count_received(work.connection, keys, work.now - COUNTED, work.now),
        "customerTags": sorted({row.tag for row in list_tags(work.connection, keys, work.now)}),
    }


def _is_reachable(work: UnitOfWork, complaint: Row[Any]) -> bool:
    if complaint.sealed is None:
        return False
    opened = read_json(work.runtime.sealer.open(complaint.sealed, f"complaint.sealed:{complaint.key}"))
    return any(opened.get(field) for field in CUSTOMER_FIELDS.values())


def _superior(variables: Mapping[str, Any]) -> str | None:
    """The group above the one that handles the complaint, as routing said."""
    routing = variables.get("routing")
    found = routing.get("superiorGroup") if isinstance(routing, Mapping) else None
    return found if isinstance(found, str) else None
