"""Notes extensions that stand where they have no effect, and attributes the engine does not know.

Unknown extension elements are noted where they are read (`app.engine.reading.zeebe`).
"""

from __future__ import annotations

from lxml import etree

from app.engine.model import Element
from app.engine.reading.source import BPMN, ZEEBE, Source, local_name

_SILENT_NAMESPACES = (
    None,
    "http://camunda.org/schema/modeler/1.0",
    "http://www.w3.org/2001/XMLSchema-instance",
    "http://www.w3.org/XML/1998/namespace",
)
_EDITOR_ONLY = ("modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon")
_WORKED = (
    "serviceTask", "sendTask", "businessRuleTask", "scriptTask", "userTask", "intermediateThrowEvent", "endEvent",
    "adHocSubProcess",
)  # fmt: skip
_LISTENERS = f"{BPMN}extensionElements/{ZEEBE}executionListeners"
"""Their jobs are told the headers of any element."""
_PLACES: dict[str, tuple[str, ...]] = {
    "adHoc": ("adHocSubProcess",),
    "assignmentDefinition": ("userTask",),
    "calledDecision": ("businessRuleTask",),
    "calledElement": ("callActivity",),
    "conditionalFilter": ("conditionalEventDefinition",),
    "formDefinition": ("userTask", "startEvent"),
    "jobPriorityDefinition": (*_WORKED, "process"),
    "loopCharacteristics": ("multiInstanceLoopCharacteristics",),
    "priorityDefinition": ("userTask",),
    "publishMessage": ("intermediateThrowEvent", "endEvent", "sendTask", "messageEventDefinition"),
    "script": ("scriptTask",),
    "subscription": ("message",),
    "taskDefinition": _WORKED,
    "taskHeaders": _WORKED,
    "taskListeners": ("userTask",),
    "taskSchedule": ("userTask",),
    "userTask": ("userTask",),
    "userTaskForm": ("process",),
    "versionTag": ("process",),
}


def note_extensions(source: Source, process: Element) -> None:
    """Note what has no effect in the process and everything in it."""
    root = next((node for node in source.processes() if node.get("id", "") == process.id), None)
    for node in root.iter(f"{BPMN}*") if root is not None else ():
        for extension in node.iterfind(f"{BPMN}extensionElements/{ZEEBE}*"):
            tag = local_name(extension)
            told = tag == "taskHeaders" and node.find(_LISTENERS) is not None
            if not told and local_name(node) not in _PLACES.get(tag, (local_name(node),)):
                source.note(node, f"zeebe:{tag} has no effect on a bpmn:{local_name(node)}")
        for attribute in node.attrib:
            _note_attribute(source, node, str(attribute))


def _note_attribute(source: Source, node: etree._Element, attribute: str) -> None:
    name = etree.QName(attribute)
    if name.namespace in _SILENT_NAMESPACES or name.localname in _EDITOR_ONLY:
        return
    prefix = next((prefix for prefix, space in node.nsmap.items() if space == name.namespace and prefix), "")
    source.note(node, f"The attribute {prefix}:{name.localname} has no effect")
