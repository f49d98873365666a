"""Legal and house clocks: their events, the deadline that follows, the ledger of their days. See docs/clocks.md."""

from app.domain.clocks.alerts import Alert, NextAlert, next_alert
from app.domain.clocks.definition import APPROVER_LEVELS, ClockDefinition, ExtensionRule, PauseRule, Unit
from app.domain.clocks.events import Classed, ClockEvent, Extended, Paused, Resumed, Started, Stopped, Superseded
from app.domain.clocks.gate import record_event
from app.domain.clocks.history import ClockEventError, ClockHistory
from app.domain.clocks.ledger import Ledger, LedgerDay, Standing, draw_ledger
from app.domain.clocks.plain import kind_of, make_event, own_details
from app.domain.clocks.rule import INSTITUTION, ClockRule, ClockRuleError, read_rule
from app.domain.clocks.step_limit import StepLimit, Stretch, count_from, move_limit, still_stretches, until
from app.domain.clocks.wall_clock import say_deadline

__all__ = [
    "APPROVER_LEVELS",
    "INSTITUTION",
    "Alert",
    "Classed",
    "ClockDefinition",
    "ClockEvent",
    "ClockEventError",
    "ClockHistory",
    "ClockRule",
    "ClockRuleError",
    "Extended",
    "ExtensionRule",
    "Ledger",
    "LedgerDay",
    "NextAlert",
    "PauseRule",
    "Paused",
    "Resumed",
    "Standing",
    "Started",
    "StepLimit",
    "Stopped",
    "Stretch",
    "Superseded",
    "Unit",
    "count_from",
    "draw_ledger",
    "kind_of",
    "make_event",
    "move_limit",
    "next_alert",
    "own_details",
    "read_rule",
    "record_event",
    "say_deadline",
    "still_stretches",
    "until",
]
