"""The events that rules are about, and the tables that are asked when one happens."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Event(StrEnum):
    """What may happen."""

    FILED = "complaint_filed"
    STATUS_CHANGED = "status_changed"
    CLOSED = "complaint_closed"
    TASK_OVERDUE = "task_overdue"
    CLOCK_ALERT = "clock_alert"
    CUSTOMER_CHANGED = "customer_changed"


EVENTS: Mapping[str, tuple[str, ...]] = {
    Event.FILED: ("on_complaint_filed", "on_customer_changed", "on_volume"),
    Event.STATUS_CHANGED: ("on_status_changed",),
    Event.CLOSED: ("on_complaint_closed",),
    Event.TASK_OVERDUE: ("on_task_overdue",),
    Event.CLOCK_ALERT: ("on_task_overdue",),
    Event.CUSTOMER_CHANGED: ("on_customer_changed",),
}
"""Tables by event: a new complaint also changes what is known of its customer, and how many there are."""

TABLES = frozenset(table for tables in EVENTS.values() for table in tables)
"""Ids of decisions that are event tables."""
