"""Checks of what belongs together at a distance: link events, compensation and its handlers."""

from __future__ import annotations

from collections import Counter

from app.engine.model import Element, ElementType
from app.engine.reading.scopes import Scopes
from app.engine.reading.source import BPMN, Source
from app.engine.triggers import CompensationTrigger, LinkTrigger


def check_links(source: Source, scopes: Scopes) -> None:
    """Refuse two catching links of one name and flows on a link's wrong side; note links nobody throws."""
    caught = list(links_of(scopes, ElementType.INTERMEDIATE_CATCH_EVENT))
    thrown = list(links_of(scopes, ElementType.INTERMEDIATE_THROW_EVENT))
    counts = Counter((element.parent, name) for element, name in caught)
    for element, name in caught:
        node = scopes.nodes[element.id]
        if counts[element.parent, name] > 1:
            source.refuse(node, f"Expected one event here that catches the link {name!r}, but there are several")
        if element.incoming:
            source.refuse(node, "Expected no flow into a catching link event, but there is one")
        if not any((other.parent, thrown_name) == (element.parent, name) for other, thrown_name in thrown):
            source.note(node, f"No event beside it throws the link {name!r}: it never runs")
    for element, _ in thrown:
        if element.outgoing:
            source.refuse(scopes.nodes[element.id], "Expected no flow out of a throwing link event, but there is one")


def links_of(scopes: Scopes, kind: ElementType) -> list[tuple[Element, str]]:
    """The link events of one type, with their links' names."""
    events = (element for element in scopes.elements.values() if element.type is kind)
    return [(event, trigger.name) for event in events for trigger in event.triggers if isinstance(trigger, LinkTrigger)]


def check_compensation(source: Source, scopes: Scopes) -> None:
    """Refuse handlers nobody calls, events with several handlers or flows, and compensation of what is not there."""
    used = {element.compensation_handler for element in scopes.elements.values()}
    for element in scopes.elements.values():
        node = scopes.nodes[element.id]
        if element.for_compensation and element.id not in used:
            source.refuse(node, "Expected an association from a compensation event to this handler, but there is none")
        for trigger in element.triggers:
            if not isinstance(trigger, CompensationTrigger):
                continue
            if element.type is ElementType.BOUNDARY_EVENT:
                _check_boundary(source, scopes, element)
            elif trigger.activity and not _is_beside(scopes, element, trigger.activity):
                source.refuse(
                    node, f"Expected to compensate an activity of its own scope, but {trigger.activity!r} is none"
                )


def _check_boundary(source: Source, scopes: Scopes, event: Element) -> None:
    node = scopes.nodes[event.id]
    parent = node.getparent()
    assert parent is not None
    associations = [child for child in parent.iterchildren(f"{BPMN}association") if child.get("sourceRef") == event.id]
    handlers = [child for child in associations if child.get("targetRef") in scopes.elements]
    if len(handlers) > 1:
        source.refuse(node, f"Expected one compensation handler, but {len(handlers)} are associated")
    if event.outgoing:
        source.refuse(node, "Expected an association to its handler and no flow out, but there is a flow")


def _is_beside(scopes: Scopes, event: Element, activity: str) -> bool:
    compensated = scopes.elements.get(activity)
    if compensated is None:
        return False
    scope = scopes.elements.get(event.parent or "")
    if scope is not None and scope.type is ElementType.EVENT_SUB_PROCESS:
        return compensated.parent in (scope.id, scope.parent)  # it compensates what its parent scope has done
    return compensated.parent == event.parent
