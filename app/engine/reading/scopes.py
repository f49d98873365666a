"""Reads the inside of a process or sub-process: its flow nodes and sequence flows, and ties them together.

Owns document structure (nesting, flows, attachments, associations, links). What each node carries is
`app.engine.reading.elements`'s.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from lxml import etree

from app.engine.model import Element, ElementType, Flow
from app.engine.reading.elements import NOT_FLOW_NODES, SCOPES, TYPES, read_element
from app.engine.reading.source import BPMN, Source, local_name
from app.engine.triggers import CompensationTrigger, LinkTrigger


class Scopes:
    """Everything inside one process, by id, in document order."""

    def __init__(self, source: Source, process: etree._Element) -> None:
        self.source = source
        self.process_id = process.get("id", "")
        self.nodes: dict[str, etree._Element] = {}
        self.elements: dict[str, Element] = {}
        self.flows: dict[str, Flow] = {}
        self.children: dict[str, list[str]] = defaultdict(list)
        self._read_inside(process, self.process_id)
        self._connect()
        self._attach()
        self._link()

    def _read_inside(self, scope: etree._Element, scope_id: str) -> None:
        for node in scope:
            tag = local_name(node)
            if not node.tag.startswith(BPMN) or (tag in NOT_FLOW_NODES and tag != "sequenceFlow"):
                continue
            node_id = node.get("id")
            if not node_id:
                self.source.refuse(node, f"Expected the {tag} to have an id, but it has none")
            elif node_id in self.nodes:
                self.source.refuse(node, f"Expected ids to be unique, but {node_id!r} is there twice")
            elif tag == "sequenceFlow":
                self.nodes[node_id] = node
                self._read_flow(node)
            elif tag not in TYPES:
                self.source.refuse(node, f"Expected an element this engine runs, but it is a {tag}")
            else:
                self.nodes[node_id] = node
                self.children[scope_id].append(node_id)
                self.elements[node_id] = read_element(self.source, node, scope_id)
                if tag in SCOPES:
                    self._read_inside(node, node_id)

    def _read_flow(self, node: etree._Element) -> None:
        self.flows[node.get("id", "")] = Flow(
            id=node.get("id", ""),
            name=node.get("name"),
            source=node.get("sourceRef", ""),
            target=node.get("targetRef", ""),
            condition=self.source.condition(node, "conditionExpression", node),
        )

    def _connect(self) -> None:
        incoming: dict[str, list[str]] = defaultdict(list)
        outgoing: dict[str, list[str]] = defaultdict(list)
        for flow in self.flows.values():
            ends = [self.elements.get(flow.source), self.elements.get(flow.target)]
            node = self.nodes[flow.id]
            if ends[0] is None or ends[1] is None:
                missing = flow.source if ends[0] is None else flow.target
                self.source.refuse(node, f"Expected the flow to connect two elements, but there is no {missing!r}")
            elif ends[0].parent != ends[1].parent:
                self.source.refuse(node, "Expected the flow to stay in its sub-process, but it crosses the border")
            elif self._may_end_at(flow, ends[0], ends[1]):
                outgoing[flow.source].append(flow.id)
                incoming[flow.target].append(flow.id)
        for key, element in self.elements.items():
            default = element.default_flow
            if default and default not in outgoing[key]:
                self.source.refuse(
                    self.nodes[key], f"Expected the default flow to leave the element, but {default!r} does not"
                )
                default = None
            self.elements[key] = replace(
                element,
                incoming=tuple(incoming[key]),
                outgoing=tuple(outgoing[key]),
                default_flow=default,
                children=tuple(self.children.get(key, ())),
            )

    def _may_end_at(self, flow: Flow, start: Element, end: Element) -> bool:
        node = self.nodes[flow.id]
        if start.type is ElementType.END_EVENT:
            self.source.refuse(node, f"Expected no flow out of an end event, but one leaves {start.id!r}")
        elif end.type in (ElementType.START_EVENT, ElementType.BOUNDARY_EVENT):
            self.source.refuse(node, f"Expected no flow into a {end.tag}, but one enters {end.id!r}")
        elif ElementType.EVENT_SUB_PROCESS in (start.type, end.type):
            self.source.refuse(node, "Expected no flow at an event sub-process, but one is drawn")
        elif start.for_compensation or end.for_compensation:
            self.source.refuse(node, "Expected no flow at a compensation handler, but one is drawn")
        else:
            return True
        return False

    def _attach(self) -> None:
        handlers = self._compensation_handlers()
        boundary: dict[str, list[str]] = defaultdict(list)
        inside: dict[str, list[str]] = defaultdict(list)
        for element in self.elements.values():
            if element.type is ElementType.BOUNDARY_EVENT:
                self._attach_boundary(element, handlers, boundary)
            if element.type is ElementType.EVENT_SUB_PROCESS:
                inside[element.parent or ""].append(element.id)
        for key in list(self.elements):
            self.elements[key] = replace(
                self.elements[key],
                boundary_events=tuple(boundary.get(key, ())),
                event_sub_processes=tuple(inside.get(key, ())),
                compensation_handler=handlers.get(key),
            )
        self.process_event_sub_processes = tuple(inside.get(self.process_id, ()))

    def _attach_boundary(self, event: Element, handlers: dict[str, str], boundary: dict[str, list[str]]) -> None:
        host = self.elements.get(event.attached_to or "")
        node = self.nodes[event.id]
        if host is None or host.parent != event.parent:
            self.source.refuse(
                node, f"Expected to be attached to an activity beside it, but {event.attached_to!r} is none"
            )
        elif "Event" in host.tag or "Gateway" in host.tag or host.type is ElementType.EVENT_SUB_PROCESS:
            self.source.refuse(node, f"Expected to be attached to an activity, but {host.id!r} is a {host.tag}")
        elif any(isinstance(trigger, CompensationTrigger) for trigger in event.triggers):
            if event.id not in handlers:
                self.source.refuse(node, "Expected an association to a compensation handler, but there is none")
            boundary[host.id].append(event.id)
        else:
            boundary[host.id].append(event.id)

    def _compensation_handlers(self) -> dict[str, str]:
        found: dict[str, str] = {}
        scopes = [self.nodes[key] for key in self.nodes if key in self.elements]
        roots = {node.getparent() for node in scopes}
        for scope in roots:
            for association in scope.iterchildren(f"{BPMN}association") if scope is not None else ():
                source = self.elements.get(association.get("sourceRef", ""))
                target = self.elements.get(association.get("targetRef", ""))
                if source is None or target is None or source.type is not ElementType.BOUNDARY_EVENT:
                    continue
                if target.for_compensation:
                    found[source.id] = target.id
                elif any(isinstance(trigger, CompensationTrigger) for trigger in source.triggers):
                    self.source.refuse(
                        self.nodes[target.id],
                        "Expected the compensation handler to have isForCompensation, but it has not",
                    )
        return found

    def _link(self) -> None:
        catches = {
            (element.parent, trigger.name): element.id
            for element in self.elements.values()
            if element.type is ElementType.INTERMEDIATE_CATCH_EVENT
            for trigger in element.triggers
            if isinstance(trigger, LinkTrigger)
        }
        for key, element in self.elements.items():
            if element.type is not ElementType.INTERMEDIATE_THROW_EVENT:
                continue
            for trigger in element.triggers:
                if isinstance(trigger, LinkTrigger):
                    target = catches.get((element.parent, trigger.name))
                    if target is None:
                        self.source.refuse(
                            self.nodes[key], f"Expected a catching link {trigger.name!r} beside it, but there is none"
                        )
                    self.elements[key] = replace(element, triggers=(replace(trigger, target=target),))
