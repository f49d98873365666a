"""Legal and house clocks: their events, the deadline that follows, the ledger of their days. See docs/clocks.md."""

from app.domain.clocks.definition import APPROVER_LEVELS, ClockDefinition, ExtensionRule, PauseRule, Unit
from app.domain.clocks.events import Classed, ClockEvent, Extended, Paused, Resumed, Started, Stopped, Superseded
from app.domain.clocks.gate import record_event
from app.domain.clocks.history import ClockEventError, ClockHistory
from app.domain.clocks.ledger import Ledger, LedgerDay, Standing, draw_ledger

__all__ = [
    "APPROVER_LEVELS",
    "Classed",
    "ClockDefinition",
    "ClockEvent",
    "ClockEventError",
    "ClockHistory",
    "Extended",
    "ExtensionRule",
    "Ledger",
    "LedgerDay",
    "PauseRule",
    "Paused",
    "Resumed",
    "Standing",
    "Started",
    "Stopped",
    "Superseded",
    "Unit",
    "draw_ledger",
    "record_event",
]
