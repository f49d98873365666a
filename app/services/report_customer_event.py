"""Takes in what another system noticed about a customer: a birthday, a large movement, a long silence (R69)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.domain.automation import Event
from app.domain.complaint import IDENTITIES
from app.errors import InvalidInputError
from app.services.record_event import record_event
from app.services.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class CustomerEvent:
    """What was noticed. `id` is the reporting system's own; the customer is known by an identity of a kind.

    `movement` is in CNY, `inactive_days` counts days without sign-in or transaction.
    """

    id: str
    kind: str
    identity_kind: str
    identity: str
    movement: float | None = None
    inactive_days: int | None = None


def report_customer_event(work: UnitOfWork, actor: Actor, event: CustomerEvent) -> bool:
    """Record the event for the rules about customers; whether it was new. The identity itself is not kept.

    For programs and operators. Raises ForbiddenError, and InvalidInputError for an unknown kind of identity.
    """
    if not actor.is_operator:
        require_scope(actor, "jobs")
    kinds = sorted(set(IDENTITIES.values()))
    if event.identity_kind not in kinds:
        raise InvalidInputError(f"Expected an identity of kind {', '.join(kinds)}, but got {event.identity_kind!r}")
    index = work.runtime.sealer.blind_index(event.identity_kind, event.identity)
    facts: dict[str, Any] = {
        "customerEvent": event.kind,
        "movement": event.movement,
        "inactiveDays": event.inactive_days,
        "identities": [index],
    }
    event_id = f"customer:{event.id}"
    return record_event(work, Event.CUSTOMER_CHANGED, event_id, facts=facts) is not None
