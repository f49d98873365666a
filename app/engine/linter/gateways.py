"""Checks of gateways and conditional flows: every token finds a way on, and every condition drawn is looked at."""

from __future__ import annotations

from app.engine.model import Element, ElementType
from app.engine.reading.scopes import Scopes
from app.engine.reading.source import Source

_NEEDS_CONDITIONS = (ElementType.EXCLUSIVE_GATEWAY, ElementType.INCLUSIVE_GATEWAY)
_IGNORES_CONDITIONS = (ElementType.PARALLEL_GATEWAY, ElementType.EVENT_BASED_GATEWAY)


def check_gateways(source: Source, scopes: Scopes) -> None:
    """Refuse conditions and default flows where nobody looks at them, and flows that need one and have none."""
    for element in scopes.elements.values():
        _check_conditions(source, scopes, element)
        if element.type is ElementType.EVENT_BASED_GATEWAY:
            _check_event_gateway(source, scopes, element)


def _check_conditions(source: Source, scopes: Scopes, element: Element) -> None:
    ignores = element.type in _IGNORES_CONDITIONS or element.tag.endswith("Event")
    if ignores and element.default_flow:
        source.refuse(scopes.nodes[element.id], f"Expected no default flow on a {element.tag}, but there is one")
    for flow in (scopes.flows[name] for name in element.outgoing):
        node, is_default = scopes.nodes[flow.id], flow.id == element.default_flow
        if ignores and flow.condition:
            source.refuse(node, f"Expected no condition on a flow out of a {element.tag}, but there is one")
        elif is_default and flow.condition:
            source.refuse(node, "Expected a default flow without a condition, but it has one")
        elif element.type in _NEEDS_CONDITIONS and len(element.outgoing) > 1 and not flow.condition and not is_default:
            source.refuse(node, "Expected a condition on a flow that is not its gateway's default, but there is none")
    if element.type in _NEEDS_CONDITIONS and len(element.outgoing) > 1 and not element.default_flow:
        source.note(scopes.nodes[element.id], "No default flow: where no condition holds, it stops with an incident")


def _check_event_gateway(source: Source, scopes: Scopes, gateway: Element) -> None:
    if len(gateway.outgoing) == 1 and not gateway.instantiate:
        source.refuse(scopes.nodes[gateway.id], "Expected at least two ways to choose from, but there is one")
    for name in gateway.outgoing:
        target = scopes.elements[scopes.flows[name].target]
        if target.boundary_events or target.loop is not None:
            source.refuse(
                scopes.nodes[target.id],
                "Expected neither boundary events nor a loop behind an event-based gateway (10.6.6), but there are",
            )
        if len(target.incoming) > 1:
            source.note(scopes.nodes[target.id], "Other flows than its gateway's lead here: BPMN allows none (10.6.6)")
