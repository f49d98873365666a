"""Which elements a process passes by itself without anything leaving the house or anybody acting.

Owns what may have happened between a completion and its withdrawal (撤回). Knows the names of element types only.
"""

from __future__ import annotations

PASSING = frozenset(
    {
        "EXCLUSIVE_GATEWAY",
        "PARALLEL_GATEWAY",
        "INCLUSIVE_GATEWAY",
        "UNKNOWN",
        "START_EVENT",
        "TASK",
        "MANUAL_TASK",
        "SCRIPT_TASK",
        "BUSINESS_RULE_TASK",
    }
)

PLAIN_EVENTS = frozenset({"INTERMEDIATE_THROW_EVENT", "END_EVENT"})
"""Passing, too, when they throw nothing."""
