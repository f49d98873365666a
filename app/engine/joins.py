"""Tokens that have arrived at a joining gateway and wait for others.

Owns the counts: note `arrivals` on the scope's token maps gateway → flow → how many tokens came along it and were not
used yet. Every pass uses at most one token a flow, so that loops and early arrivals of the next pass are kept apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum

from app.engine.model import ElementType
from app.engine.token import Phase, Token
from app.engine.triggers import LinkTrigger


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


class Patience(IntEnum):
    """How much a join still waits for tokens that wait at other inclusive and complex joins themselves.

    All of them; then, where joins wait for each other, only those that cannot come by a flow that has delivered; at
    last none, so that a circle of joins never stands still.
    """

    ALL = 0
    NEW = 1
    NONE = 2


def can_still_come(
    scope: Token, gateway: str, flows: Iterable[str], reach: Mapping[str, frozenset[str]], patience: Patience
) -> bool:
    """Whether something alive in the scope can still reach one of `flows` before `gateway` goes on.

    `reach` gives, by incoming flow, the elements it can be reached from without passing the gateway. What runs and can
    also come by a flow that has delivered already is not waited for (BPMN 13.4.3): it comes in a next round.
    """
    wanted = frozenset(flows)
    sources = frozenset().union(*(reach[flow] for flow in wanted))
    delivered = frozenset().union(*(reach[flow] for flow in reach if flow not in wanted))
    live = {child.task_spec.element.id for child in scope.live_children if child.phase != Phase.TERMINATING}
    live -= delivered
    arrivals = scope.notes.get("arrivals", {})
    if sources.isdisjoint(live) and sources.isdisjoint(arrivals):
        return False
    elements = scope.workflow.definition.elements
    seeds = {name for name in arrivals if elements[name].type is not ElementType.PARALLEL_GATEWAY}
    if patience is Patience.NEW:
        seeds -= delivered
    elif patience is Patience.NONE:
        seeds.clear()
    return not wanted.isdisjoint(_flows_ahead(scope, gateway, live | seeds, arrivals))


def _flows_ahead(
    scope: Token, gateway: str, seeds: Iterable[str], arrivals: Mapping[str, Mapping[str, int]]
) -> set[str]:
    """The flows that may be taken while `gateway` waits: a parallel join passes only if each of its flows may."""
    definition = scope.workflow.definition
    taken: set[str] = {flow for counts in arrivals.values() for flow in counts}
    ahead: set[str] = set()
    open_ = list(seeds)
    seen: set[str] = {gateway}
    while open_:
        name = open_.pop()
        if name in seen:
            continue
        seen.add(name)
        element = definition.elements[name]
        open_ += element.boundary_events
        open_ += [item.target for item in element.triggers if isinstance(item, LinkTrigger) and item.target]
        for flow_id in element.outgoing:
            taken.add(flow_id)
            ahead.add(flow_id)
            target = definition.elements[definition.flows[flow_id].target]
            if target.type is not ElementType.PARALLEL_GATEWAY or taken.issuperset(target.incoming):
                open_.append(target.id)
    return ahead
