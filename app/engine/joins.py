"""Tokens that have arrived at a joining gateway and wait for others.

Owns the counts: note `arrivals` on the scope's token maps gateway → flow → how many tokens came along it and were not
used yet. Every pass uses at most one token a flow, so that loops and early arrivals of the next pass are kept apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.engine.token import Phase, Token


def arrive(scope: Token, gateway: str, flow: str) -> dict[str, int]:
    """Count a token; return the gateway's counts by flow."""
    counts: dict[str, int] = scope.notes.setdefault("arrivals", {}).setdefault(gateway, {})
    counts[flow] = counts.get(flow, 0) + 1
    return counts


def counts_of(scope: Token, gateway: str) -> dict[str, int]:
    """What has arrived at `gateway`, by flow."""
    found: dict[str, int] = scope.notes.get("arrivals", {}).get(gateway, {})
    return found


def use(scope: Token, gateway: str, flows: Iterable[str]) -> None:
    """Use up one token of each of `flows`."""
    arrivals = scope.notes["arrivals"]
    counts = arrivals[gateway]
    for flow in flows:
        counts[flow] -= 1
        if not counts[flow]:
            del counts[flow]
    if not counts:
        del arrivals[gateway]
    if not arrivals:
        del scope.notes["arrivals"]


def can_still_come(
    scope: Token, gateway: str, flows: Iterable[str], reach: Mapping[str, frozenset[str]], *, stuck: bool
) -> bool:
    """Whether something alive in the scope can still reach one of `flows` without passing `gateway`.

    `reach` gives, by flow, the elements it can be reached from. When joins are `stuck`, waiting only for each other,
    tokens at other joins do not count: what could release those is alive elsewhere, and counts itself.
    """
    sources = frozenset().union(*(reach[flow] for flow in flows))
    for child in scope.live_children:
        if child.phase != Phase.TERMINATING and child.task_spec.element.id in sources:
            return True
    others = scope.notes.get("arrivals", {})
    return not stuck and any(other in sources and other != gateway for other in others)
