"""Automation rules: which events have tables, which actions their rows may ask for, and what an action needs.

Knows no row and does nothing; a table is checked against the catalogue when it is deployed.
"""

from __future__ import annotations

from app.domain.automation.actions import ACTIONS, Action, ActionError, Parameter, wanted_action
from app.domain.automation.events import EVENTS, TABLES, Event
from app.domain.automation.table_check import check_event_table

__all__ = [
    "ACTIONS",
    "EVENTS",
    "TABLES",
    "Action",
    "ActionError",
    "Event",
    "Parameter",
    "check_event_table",
    "wanted_action",
]
