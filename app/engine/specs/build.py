"""Builds the SpiffWorkflow specification of a definition: one spec an element, and one more for each loop's body.

Owns which class runs which element and what is computed ahead (entries, reach of joins, links to events). The result is
frozen: its maps are read-only and its lists tuples.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.engine.model import Definition, Element, ElementType
from app.engine.specs import events, gateways, loops, tasks
from app.engine.specs.ad_hoc import AdHocSpec, InnerInstance
from app.engine.specs.base import ElementSpec
from app.engine.specs.process import ProcessSpec, ScopeSpec
from app.engine.triggers import ConditionalTrigger, LinkTrigger
from app.engine.values import encode
from app.engine.work import MultiInstanceLoop

_CLASSES: Mapping[str, type[ElementSpec]] = {
    "process": ScopeSpec,
    "subProcess": ScopeSpec,
    "transaction": ScopeSpec,
    "adHocSubProcess": AdHocSpec,
    "startEvent": events.PassingEvent,
    "boundaryEvent": events.PassingEvent,
    "intermediateCatchEvent": events.CatchEvent,
    "receiveTask": events.CatchEvent,
    "intermediateThrowEvent": events.ThrowEvent,
    "endEvent": events.ThrowEvent,
    "task": tasks.PassingTask,
    "manualTask": tasks.PassingTask,
    "callActivity": tasks.CallActivity,
    "exclusiveGateway": gateways.ExclusiveGateway,
    "parallelGateway": gateways.ParallelGateway,
    "inclusiveGateway": gateways.InclusiveGateway,
    "complexGateway": gateways.ComplexGateway,
    "eventBasedGateway": gateways.EventBasedGateway,
}


def build_spec(definition: Definition) -> ProcessSpec:
    """Return the specification; it refers to the definition's records and is never changed afterwards."""
    spec = ProcessSpec(definition.process_id, definition.file)
    entry = {}
    for element in definition.elements.values():
        own = _class_of(element)(spec, element.id, element)
        entry[element.id] = element.id
        own.flows = tuple(definition.flows[flow] for flow in element.outgoing)
        if element.loop is not None:
            body = _body(spec, element)
            body.flows, own.flows, own.hosted = own.flows, (), ()
            entry[element.id] = body.name
        if isinstance(own, ScopeSpec):
            _complete_scope(own, definition)
        if isinstance(own, AdHocSpec):
            _complete_ad_hoc(spec, own, definition)
        if isinstance(own, gateways.InclusiveGateway):
            own.reach = _reach(definition, element)
        if isinstance(own, gateways.EventBasedGateway):
            own.events = tuple(flow.target for flow in own.flows)
    for flow in definition.flows.values():
        spec.task_specs[entry[flow.source]].connect(spec.task_specs[entry[flow.target]])
    spec.start = spec.task_specs[definition.process_id]
    spec.entry = MappingProxyType(entry)
    spec.waiting_joins = frozenset(
        own.name for own in spec.task_specs.values() if isinstance(own, gateways.InclusiveGateway)
    )
    spec.has_conditions = any(
        isinstance(trigger, ConditionalTrigger) for e in definition.elements.values() for trigger in e.triggers
    )
    _freeze(spec)
    return spec


def _class_of(element: Element) -> type[ElementSpec]:
    found = _CLASSES.get(element.tag)
    if found is not None:
        return found
    if element.job is not None:
        return tasks.JobTask
    if element.user_task is not None:
        return tasks.UserTask
    if element.script is not None:
        return tasks.ScriptTask
    if element.decision is not None:
        return tasks.DecisionTask
    return tasks.PublishTask


def _body(spec: ProcessSpec, element: Element) -> loops.LoopBody:
    kind = loops.MultiInstanceBody if isinstance(element.loop, MultiInstanceLoop) else loops.StandardLoopBody
    return kind(spec, f"{element.id}#body", element)


def _complete_scope(own: ScopeSpec, definition: Definition) -> None:
    elements = definition.elements

    def starts(scope: Element) -> list[str]:
        return [key for key in scope.children if elements[key].type is ElementType.START_EVENT]

    inside = starts(own.element)
    own.start = next((key for key in inside if not elements[key].triggers), inside[0] if inside else None)
    own.companions = _companions(own.element, definition)
    own.event_starts = tuple(key for child in own.element.event_sub_processes for key in starts(elements[child]))


def _companions(scope: Element, definition: Definition) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for gateway in (definition.elements[key] for key in scope.children):
        if gateway.instantiate and gateway.event_gateway_type == "Parallel":
            events = [definition.flows[flow].target for flow in gateway.outgoing]
            found |= {event: tuple(other for other in events if other != event) for event in events}
    return MappingProxyType(found)


def _complete_ad_hoc(spec: ProcessSpec, own: AdHocSpec, definition: Definition) -> None:
    inner = InnerInstance(spec, own.inner, own.element)
    assert inner.name == own.inner
    found = [
        definition.elements[key]
        for key in own.element.children
        if definition.elements[key].type not in (ElementType.BOUNDARY_EVENT, ElementType.EVENT_SUB_PROCESS)
        and not definition.elements[key].for_compensation
    ]
    own.elements = frozenset(element.id for element in found)
    described: list[dict[str, object]] = [
        {
            "elementId": element.id,
            "elementName": element.name,
            "documentation": element.documentation,
            "properties": dict(element.properties),
            "parameters": [],
        }
        for element in found
        if not element.incoming
    ]
    own.described = encode(described)


def _reach(definition: Definition, gateway: Element) -> Mapping[str, frozenset[str]]:
    """By incoming flow of `gateway`: the elements from which it can be reached without passing the gateway."""
    back = _predecessors(definition)
    found = {}
    for flow in gateway.incoming:
        seen: set[str] = set()
        open_ = [definition.flows[flow].source]
        while open_:
            at = open_.pop()
            if at not in seen and at != gateway.id:
                seen.add(at)
                open_ += back.get(at, ())
        found[flow] = frozenset(seen)
    return MappingProxyType(found)


def _predecessors(definition: Definition) -> dict[str, list[str]]:
    """Where a token may have come from: along flows, from an activity to its boundary events, by links."""
    back: dict[str, list[str]] = {}
    for flow in definition.flows.values():
        back.setdefault(flow.target, []).append(flow.source)
    for element in definition.elements.values():
        if element.attached_to is not None:
            back.setdefault(element.id, []).append(element.attached_to)
        for trigger in element.triggers:
            if isinstance(trigger, LinkTrigger) and trigger.target is not None:
                back.setdefault(trigger.target, []).append(element.id)
    return back


def _freeze(spec: ProcessSpec) -> None:
    spec.task_specs = MappingProxyType(spec.task_specs)
    for own in spec.task_specs.values():
        own._inputs, own._outputs = tuple(own._inputs), tuple(own._outputs)
        own.data = own.defines = MappingProxyType({})
        own.pre_assign = own.post_assign = ()
