"""Notes elements that no token can come to."""

from __future__ import annotations

from app.engine.linter.pairs import links_of
from app.engine.model import Element, ElementType
from app.engine.reading.scopes import Scopes
from app.engine.reading.source import Source


def note_unreachable(source: Source, scopes: Scopes, process: Element) -> None:
    """Note every element that cannot be reached from where its scope begins."""
    for scope in (process, *scopes.elements.values()):
        if scope.children and scope.type is not ElementType.AD_HOC_SUB_PROCESS:
            reached = _reached(scopes, scope)
            for name in scope.children:
                if name not in reached:
                    source.note(scopes.nodes[name], "No way leads here: it never runs")


def _reached(scopes: Scopes, scope: Element) -> set[str]:
    caught = {(event.parent, name): event.id for event, name in links_of(scopes, ElementType.INTERMEDIATE_CATCH_EVENT)}
    jumps = {
        event.id: caught.get((event.parent, name))
        for event, name in links_of(scopes, ElementType.INTERMEDIATE_THROW_EVENT)
    }
    children = [scopes.elements[name] for name in scope.children]
    waiting = [child.id for child in children if _begins(child)]
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in reached:
            continue
        reached.add(name)
        element = scopes.elements[name]
        waiting += [scopes.flows[flow].target for flow in element.outgoing]
        waiting += element.boundary_events
        if target := jumps.get(name):
            waiting.append(target)
    return reached


def _begins(element: Element) -> bool:
    started = element.type in (ElementType.START_EVENT, ElementType.EVENT_SUB_PROCESS)
    return started or element.for_compensation or element.instantiate
