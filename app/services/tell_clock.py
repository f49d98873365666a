"""Tells of a clock that is nearly due or overdue: a line on the complaint's timeline, and a notice to be sent."""

from __future__ import annotations

from app.domain.actor import SYSTEM
from app.domain.clocks import INSTITUTION, Alert
from app.services.kept_clocks import follow_values, open_clocks
from app.services.post_outbox import NOTICE, post_outbox
from app.services.unit_of_work import UnitOfWork
from app.storage.clocks import change_clock, find_clock, lock_complaint
from app.storage.complaints import add_event

LAPSED = "clock-lapsed"
"""A time that was the customer's or the regulator's is over; nobody of ours is late."""


def tell_clock(work: UnitOfWork, clock_key: int, token: int | None = None) -> bool:
    """Tell of a clock, if there still is something to tell and the lease is `token` (None: any); whether it was told.

    Run twice it tells once: what was told is written in the same transaction. A warning that comes after the deadline
    is left out.
    """
    found = find_clock(work.connection, clock_key)
    complaint = None if found is None else lock_complaint(work.connection, found.complaint_key)
    row = find_clock(work.connection, clock_key)  # as it is under the lock
    if row is None or complaint is None or row.alert_at is None or row.alert_at > work.now:
        return False
    if token is not None and row.token != token:
        return False
    (clock,) = open_clocks(work, [row])
    ledger = clock.draw(work.now)
    alert = Alert.OVERDUE if work.now > ledger.deadline else Alert(row.alert)
    change_clock(work.connection, clock_key, follow_values(clock.rule, clock.history, ledger, alert, work.now))
    kind = f"clock-{alert}" if alert is Alert.WARNING or row.party == INSTITUTION else LAPSED
    told = {"clock": row.clock_id, "clockKey": str(clock_key), "deadline": ledger.deadline.isoformat()}
    line = {"key": work.next_key(), "complaint_key": complaint.key, "at": work.now, "actor": SYSTEM.username}
    add_event(work.connection, {**line, "kind": kind, "details": told})
    notice = {"event": kind, "complaint": complaint.number, "party": row.party, **told}
    post_outbox(work, NOTICE, notice, instance_key=complaint.instance_key)
    return True
