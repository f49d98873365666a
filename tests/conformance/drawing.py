"""Draws BPMN models in the Camunda 8 dialect in a few words, for the behaviour suite and the oracle.

Elements are functions (`job("a")`, `sub("sp", …, flows="…")`), flows a line of text:
`"s -> a -> x; x -[=n > 3]-> b; x -/-> c; b -named-> e"` (`-/->` is the default flow, a word in an arrow the flow's id).
A name in the flows that no element has is drawn as a start event (`s`, `s1`), an end event (`e`, `e1`), or else a user
task.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_ARROW = re.compile(r"\s*-(?:(?P<id>\w+)?(?P<default>/)?(?:\[(?P<condition>.*?)\])?-)?>\s*")

Node = etree._Element


def bpmn(tag: str, *children: Node | None, text: str | None = None, **attributes: object) -> Node:
    """A BPMN element; attributes that are None are left out, booleans are written as XML does."""
    return _node(BPMN, tag, children, text, attributes)


def zeebe(tag: str, *children: Node | None, **attributes: object) -> Node:
    """A zeebe extension element."""
    return _node(ZEEBE, tag, children, None, attributes)


def _node(
    space: str, tag: str, children: Iterable[Node | None], text: str | None, attributes: Mapping[str, object]
) -> Node:
    node = etree.Element(f"{{{space}}}{tag}", nsmap={"bpmn": BPMN, "zeebe": ZEEBE, "xsi": _XSI})
    for name, value in attributes.items():
        if value is not None:
            node.set(name.rstrip("_"), str(value).lower() if isinstance(value, bool) else str(value))
    node.text = text
    node.extend(deepcopy(child) for child in children if child is not None)
    return node


def extended(*extensions: Node | None) -> Node | None:
    """bpmn:extensionElements, or nothing."""
    present = [extension for extension in extensions if extension is not None]
    return bpmn("extensionElements", *present) if present else None


def formula(tag: str, text: str) -> Node:
    """A BPMN expression element."""
    node = bpmn(tag, text=text)
    node.set(f"{{{_XSI}}}type", "bpmn:tFormalExpression")
    return node


# --- definitions and scopes


def draw(*processes: Node, extra: Iterable[Node] = ()) -> bytes:
    """A whole file; messages, signals, errors and escalations that events name are declared by themselves."""
    root = bpmn("definitions", *extra, *processes, id="definitions", targetNamespace="http://redress.example")
    declared: set[str] = set()
    for definition in list(root.iter()):
        for kind in ("message", "signal", "error", "escalation"):
            named = definition.attrib.pop(f"declare-{kind}", None)
            key = definition.attrib.pop("declare-key", None) if kind == "message" else None
            if named is None:
                continue
            reference = re.sub(r"\W", "_", f"{kind}_{named}_{key or ''}")
            definition.set(f"{kind}Ref", reference)
            if reference not in declared:
                declared.add(reference)
                root.insert(0, _declaration(kind, reference, named, key))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _declaration(kind: str, reference: str, named: str, key: str | None) -> Node:
    code = {f"{kind}Code": named} if kind in ("error", "escalation") else {}
    subscription = extended(zeebe("subscription", correlationKey=key)) if key else None
    return bpmn(kind, subscription, id=reference, name=named, **code)


def process(*elements: Node, flows: str = "", ident: str = "p", ext: Iterable[Node] = (), **attributes: object) -> Node:
    """An executable process."""
    node = bpmn("process", extended(*ext), *elements, id=ident, isExecutable=True, **attributes)
    _connect(node, flows)
    return node


def sub(
    ident: str, *elements: Node, flows: str = "", tag: str = "subProcess", loop: Node | None = None,
    ext: Iterable[Node] = (), **attributes: object,
) -> Node:  # fmt: skip
    """An embedded sub-process; `tag` may be transaction or adHocSubProcess."""
    node = bpmn(tag, extended(*ext), loop, *elements, id=ident, **attributes)
    _connect(node, flows)
    return node


def event_sub(ident: str, *elements: Node, flows: str = "", **attributes: object) -> Node:
    """An event sub-process; its start event decides whether it interrupts."""
    return sub(ident, *elements, flows=flows, triggeredByEvent=True, **attributes)


def _connect(scope: Node, flows: str) -> None:
    for line in filter(None, (line.strip() for line in flows.split(";"))):
        parts = _ARROW.split(line)
        for n in range(0, len(parts) - 4, 4):
            source, name, default, condition, target = parts[n : n + 5]
            for end_of_arrow in (source, target):
                _imagine(scope, end_of_arrow)
            name = name or f"{source}-{target}"
            if any(child.get("id") == name for child in scope):
                name += f"-{len(scope)}"
            shown = formula("conditionExpression", condition) if condition else None
            scope.append(bpmn("sequenceFlow", shown, id=name, sourceRef=source, targetRef=target))
            if default:
                next(child for child in scope if child.get("id") == source).set("default", name)


def _imagine(scope: Node, ident: str) -> None:
    if all(child.get("id") != ident for child in scope):
        draws = start if re.fullmatch(r"s\w?", ident) else end if re.fullmatch(r"e\w?", ident) else user_task
        scope.append(draws(ident))


# --- activities


def activity(
    tag: str,
    ident: str,
    *children: Node | None,
    ext: Iterable[Node | None] = (),
    loop: Node | None = None,
    **attributes: object,
) -> Node:
    """Any activity or event by its BPMN tag."""
    return bpmn(tag, extended(*ext), *children, loop, id=ident, **attributes)


def user_task(ident: str, *more: Node, loop: Node | None = None, **attributes: object) -> Node:
    """A native user task; `more` are further zeebe extensions."""
    return activity("userTask", ident, ext=(zeebe("userTask"), *more), loop=loop, **attributes)


def job(
    ident: str,
    *more: Node,
    tag: str = "serviceTask",
    retries: str | None = None,
    loop: Node | None = None,
    **attributes: object,
) -> Node:
    """A task for a job worker of the type named as the task."""
    return activity(
        tag, ident, ext=(zeebe("taskDefinition", type=ident, retries=retries), *more), loop=loop, **attributes
    )


def script(
    ident: str, expression: str, result: str, *more: Node, loop: Node | None = None, **attributes: object
) -> Node:
    """A FEEL script task."""
    extension = zeebe("script", expression=expression, resultVariable=result)
    return activity("scriptTask", ident, ext=(extension, *more), loop=loop, **attributes)


def call(ident: str, process_id: str, *more: Node, loop: Node | None = None, **options: object) -> Node:
    """A call activity; `options` go to zeebe:calledElement."""
    called = zeebe("calledElement", processId=process_id, **options)
    return activity("callActivity", ident, ext=(called, *more), loop=loop)


def receive(ident: str, name: str, key: str, *, loop: Node | None = None) -> Node:
    """A receive task."""
    return activity("receiveTask", ident, loop=loop, **{"declare-message": name, "declare-key": key})


def inputs(**mappings: str) -> Node:
    """zeebe:ioMapping with inputs `target="=source"`."""
    return zeebe("ioMapping", *(zeebe("input", source=source, target=target) for target, source in mappings.items()))


def outputs(**mappings: str) -> Node:
    """zeebe:ioMapping with outputs `target="=source"`."""
    return zeebe("ioMapping", *(zeebe("output", source=source, target=target) for target, source in mappings.items()))


def mapped(ins: Mapping[str, str], outs: Mapping[str, str]) -> Node:
    """zeebe:ioMapping with both."""
    return zeebe("ioMapping", *inputs(**ins), *outputs(**outs))


def each(
    collection: str, item: str | None = "item", *, sequential: bool = False, collect: str | None = None,
    element: str | None = None, until: str | None = None,
) -> Node:  # fmt: skip
    """Multi-instance over a FEEL collection."""
    characteristics = zeebe(
        "loopCharacteristics",
        inputCollection=collection,
        inputElement=item,
        outputCollection=collect,
        outputElement=element,
    )
    condition = formula("completionCondition", until) if until else None
    return bpmn("multiInstanceLoopCharacteristics", extended(characteristics), condition, isSequential=sequential)


def again(condition: str | None = None, *, before: bool = False, maximum: int | None = None) -> Node:
    """A standard loop."""
    shown = formula("loopCondition", condition) if condition else None
    return bpmn("standardLoopCharacteristics", shown, testBefore=before, loopMaximum=maximum)


# --- events and gateways


def start(ident: str = "s", *events: Node, interrupting: bool | None = None, **attributes: object) -> Node:
    """A start event; in an event sub-process `interrupting=False` lets the scope go on."""
    return activity("startEvent", ident, *events, isInterrupting=interrupting, **attributes)


def end(ident: str = "e", *events: Node, **attributes: object) -> Node:
    """An end event."""
    return activity("endEvent", ident, *events, **attributes)


def catch(ident: str, *events: Node, **attributes: object) -> Node:
    """An intermediate catch event."""
    return activity("intermediateCatchEvent", ident, *events, **attributes)


def throw(ident: str, *events: Node, **attributes: object) -> Node:
    """An intermediate throw event."""
    return activity("intermediateThrowEvent", ident, *events, **attributes)


def boundary(ident: str, on: str, *events: Node, interrupting: bool = True, **attributes: object) -> Node:
    """A boundary event."""
    return activity("boundaryEvent", ident, *events, attachedToRef=on, cancelActivity=interrupting, **attributes)


def gate(kind: str, ident: str, **attributes: object) -> Node:
    """A gateway by its kind: eventBased, complex, or one of those below."""
    return activity(f"{kind}Gateway", ident, **attributes)


def exclusive(ident: str) -> Node:
    """A gateway that takes one way."""
    return gate("exclusive", ident)


def parallel(ident: str) -> Node:
    """A gateway that takes every way, or waits for all."""
    return gate("parallel", ident)


def inclusive(ident: str) -> Node:
    """A gateway that takes some ways, or waits for those taken."""
    return gate("inclusive", ident)


def timer(text: str) -> Node:
    """A timer: a cycle if it begins with R, a date with a digit, else a duration (`=` counts as a duration)."""
    tag = "timeCycle" if text.startswith("R") else "timeDate" if text[:1].isdigit() else "timeDuration"
    return bpmn("timerEventDefinition", formula(tag, text))


def message(name: str, key: str | None = None) -> Node:
    """A message with the correlation key's formula."""
    return bpmn("messageEventDefinition", **{"declare-message": name, "declare-key": key})


def signal(name: str) -> Node:
    """A signal."""
    return bpmn("signalEventDefinition", **{"declare-signal": name})


def error(code: str | None = None) -> Node:
    """An error, or (catching) any error."""
    return bpmn("errorEventDefinition", **{"declare-error": code})


def escalation(code: str | None = None) -> Node:
    """An escalation, or (catching) any escalation."""
    return bpmn("escalationEventDefinition", **{"declare-escalation": code})


def condition(text: str, **conditional_filter: str) -> Node:
    """A conditional event."""
    filtered = extended(zeebe("conditionalFilter", **conditional_filter)) if conditional_filter else None
    return bpmn("conditionalEventDefinition", filtered, formula("condition", text))


def link(name: str) -> Node:
    """A link event's definition."""
    return bpmn("linkEventDefinition", name=name)


def compensate(activity_id: str | None = None, **attributes: object) -> Node:
    """A compensation event's definition."""
    return bpmn("compensateEventDefinition", activityRef=activity_id, **attributes)


def cancel() -> Node:
    """A cancel event's definition."""
    return bpmn("cancelEventDefinition")


def terminate() -> Node:
    """A terminate event's definition."""
    return bpmn("terminateEventDefinition")


def undone_by(event: str, handler: str) -> Node:
    """The association from a compensation boundary event to its handler."""
    return bpmn("association", id=f"{event}-{handler}", sourceRef=event, targetRef=handler, associationDirection="One")
