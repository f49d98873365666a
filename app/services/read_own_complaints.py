"""Shows customers their own complaints: where they stand, what happens next, by when, and what they may do.

Shown is what the customer is owed, and nothing that a stranger who was given the number of somebody's phone should
learn: neither texts nor names, neither staff nor house rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from app.domain.clocks import ClockRule, Ledger, Standing
from app.domain.clocks.rule import INSTITUTION
from app.domain.portal import Visitor, allowed_acts
from app.errors import NotFoundError
from app.services.kept_clocks import open_clocks
from app.services.publish_message import CUSTOMERS_OWN
from app.services.read_complaints import list_open_steps
from app.services.unit_of_work import UnitOfWork
from app.storage.clocks import list_clocks
from app.storage.complaints import find_complaint, has_identity, list_complaints_of_identity, list_events
from app.storage.subscriptions import find_awaited
from app.storage.variables import list_effective_variables

HOUSE = "house_"
"""How the ids of house rules begin: what the bank promised itself, the customer is not told."""

MOST_SHOWN = 100
RUNNING = frozenset({Standing.RUNNING, Standing.PAUSED, Standing.OVERDUE})
REVIEW_ASKED = "review_requested"
PUBLIC_EVENTS = frozenset({"filed", "status", "notice", "merged-into", "new-facts"})
"""What of a timeline a customer is shown, besides what he did himself."""


@dataclass(frozen=True)
class OwnClock:
    """One deadline of the law: its rule, and its ledger as of now."""

    rule: ClockRule
    ledger: Ledger


@dataclass(frozen=True)
class OwnComplaint:
    """One complaint for its customer. `units`: group ids that have it in hand; `acts`: see `allowed_acts`.

    `resolution` and `compensation` are what was offered, where the process asks the customer about it.
    """

    row: Row[Any]
    units: tuple[str, ...]
    clocks: tuple[OwnClock, ...]
    acts: frozenset[str]
    events: tuple[Row[Any], ...]
    resolution: tuple[str, ...]
    compensation: Any


def list_own_complaints(work: UnitOfWork, visitor: Visitor) -> Sequence[Row[Any]]:
    """Return the complaints that were filed with the visitor's contact, the newest first."""
    return list_complaints_of_identity(work.connection, visitor.index, most=MOST_SHOWN)


def get_own_complaint(work: UnitOfWork, visitor: Visitor, number: str) -> Row[Any]:
    """Return the row of a complaint of this visitor's; NotFoundError alike for one that is another's, and for none."""
    row = find_complaint(work.connection, number)
    if row is None or not has_identity(work.connection, visitor.index, row.key):
        raise NotFoundError(f"Expected one of your complaints, but {number!r} is none")
    return row


def read_own_complaint(work: UnitOfWork, visitor: Visitor, number: str) -> OwnComplaint:
    """Return what the visitor may see of a complaint; raises NotFoundError."""
    row = get_own_complaint(work, visitor, number)
    clocks = [
        OwnClock(clock.rule, clock.draw(work.now))
        for clock in open_clocks(work, list_clocks(work.connection, row.key))
        if clock.rule.party == INSTITUTION and not clock.rule.definition.id.startswith(HOUSE)
    ]
    events = list_events(work.connection, row.key)
    acts = _acts(work, row, events)
    seen = list_effective_variables(work.connection, [row.instance_key]).get(row.instance_key, {}) if acts else {}
    offered = seen.get("resolution") if "confirm" in acts else None
    steps = list_open_steps(work.connection, row.instance_key)
    return OwnComplaint(
        row,
        tuple(dict.fromkeys(group for step in steps for group in step.candidate_groups)),
        tuple(clocks),
        acts,
        tuple(one for one in events if _is_public(one)),
        tuple(str(one) for one in (offered if isinstance(offered, list) else [offered] if offered else [])),
        seen.get("compensationAmount") if offered else None,
    )


def own_acts(work: UnitOfWork, row: Row[Any]) -> frozenset[str]:
    """Return what the customer of a complaint may do with it now."""
    return _acts(work, row, list_events(work.connection, row.key))


def _acts(work: UnitOfWork, row: Row[Any], events: Sequence[Row[Any]]) -> frozenset[str]:
    awaited = find_awaited(work.connection, CUSTOMERS_OWN, row.number)
    asked = any(one.kind == "reported" and (one.details or {}).get("event") == REVIEW_ASKED for one in events)
    return allowed_acts(row.status, row.ended_at, awaited, work.now, is_merged=row.merged_into is not None, asked=asked)


def _is_public(event: Row[Any]) -> bool:
    return event.kind in PUBLIC_EVENTS or event.actor == "customer"


def next_deadline(complaint: OwnComplaint) -> datetime | None:
    """Return the nearest deadline that still runs; None without one."""
    ledgers = [one.ledger for one in complaint.clocks]
    return min((one.deadline for one in ledgers if one.standing in RUNNING), default=None)
