"""Reads BPMN 2.0 XML with the zeebe extensions into definitions.

Owns the order of reading and what a definition as a whole needs (starts, references). What cannot run at all is found
by `app.engine.reading`, what would go wrong later by `app.engine.linter`; all of it is told at once.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from lxml import etree

from app.engine.errors import ModelRefusedError, Problem
from app.engine.formula import Formula
from app.engine.linter import check_file, check_process
from app.engine.model import Definition, Element, ElementType, Reference, Start
from app.engine.reading.scopes import Scopes
from app.engine.reading.source import BPMN, Source, text_of
from app.engine.reading.structure import check_structure
from app.engine.reading.zeebe import Extensions
from app.engine.specs.build import build_spec
from app.engine.triggers import ConditionalTrigger, MessageTrigger, SignalTrigger, TimerTrigger
from app.engine.work import Binding


def read_processes(xml: bytes, *, file: str) -> tuple[Definition, ...]:
    """Return every executable process of a file, ready to run; ModelRefusedError lists every problem at once."""
    source = Source(xml, file)
    definitions = [_read_process(source, node) for node in source.processes()]
    check_file(source)
    if not definitions and not source.problems:
        raise ModelRefusedError([Problem(file, None, None, "Expected an executable process, but the file has none")])
    if source.problems:
        raise ModelRefusedError(dict.fromkeys(source.problems))
    return tuple(replace(definition, spec=build_spec(definition)) for definition in definitions)


def _read_process(source: Source, node: etree._Element) -> Definition:
    scopes = Scopes(source, node)
    extensions = Extensions(source, node)
    process = Element(
        id=scopes.process_id,
        type=ElementType.PROCESS,
        tag="process",
        name=node.get("name"),
        parent=None,
        documentation=text_of(node.find(f"{BPMN}documentation")),
        children=tuple(scopes.children.get(scopes.process_id, ())),
        event_sub_processes=scopes.process_event_sub_processes,
        listeners=extensions.listeners("executionListeners/executionListener"),
        properties=extensions.properties(),
        extensions=extensions.unknown,
    )
    elements = {process.id: process, **scopes.elements}
    check_structure(source, scopes, process)
    check_process(source, scopes, process)
    return Definition(
        process_id=process.id,
        name=process.name,
        version_tag=extensions.version_tag(),
        documentation=process.documentation,
        file=source.file,
        elements=MappingProxyType(elements),
        flows=MappingProxyType(dict(scopes.flows)),
        starts=tuple(_starts(elements, scopes)),
        calls=tuple(_calls(elements)),
        decisions=tuple(_decisions(elements)),
        forms=tuple(_forms(elements)),
        notes=tuple(source.notes),
    )


def _starts(elements: dict[str, Element], scopes: Scopes) -> list[Start]:
    found = []
    for key in elements[scopes.process_id].children:
        element = elements[key]
        if element.type is ElementType.START_EVENT:
            if not element.triggers:
                found.append(Start(key, None))
            found += [Start(key, trigger) for trigger in element.triggers if isinstance(trigger, _STARTING)]
        elif element.instantiate and element.type is ElementType.RECEIVE_TASK:
            found += [Start(key, trigger) for trigger in element.triggers if isinstance(trigger, MessageTrigger)]
        elif element.instantiate:
            for flow in element.outgoing:
                target = elements[scopes.flows[flow].target]
                found += [Start(target.id, trigger) for trigger in target.triggers if isinstance(trigger, _STARTING)]
    return sorted(found, key=lambda start: start.trigger is not None)


_STARTING = (TimerTrigger, MessageTrigger, SignalTrigger, ConditionalTrigger)


def _reference(key: str, formula: Formula | None, binding: Binding, tag: str | None) -> list[Reference]:
    if formula is None:
        return []
    return [Reference(key, formula.text if formula.is_static else None, binding, tag)]


def _calls(elements: dict[str, Element]) -> list[Reference]:
    works = [(element.id, element.call) for element in elements.values() if element.call]
    return [item for key, call in works for item in _reference(key, call.process_id, call.binding, call.version_tag)]


def _decisions(elements: dict[str, Element]) -> list[Reference]:
    works = [(element.id, element.decision) for element in elements.values() if element.decision]
    return [item for key, work in works for item in _reference(key, work.decision_id, work.binding, work.version_tag)]


def _forms(elements: dict[str, Element]) -> list[Reference]:
    forms = [(e.id, e.form or (e.user_task.form if e.user_task else None)) for e in elements.values()]
    return [
        item for key, form in forms if form for item in _reference(key, form.form_id, form.binding, form.version_tag)
    ]
