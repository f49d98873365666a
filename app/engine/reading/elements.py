"""Reads one flow node into its `Element` record.

Owns which BPMN tags there are, their Camunda types, and what each kind of element may carry.
"""

from __future__ import annotations

from typing import Any

from lxml import etree

from app.engine.formula import Formula
from app.engine.model import Element, ElementType
from app.engine.reading.events import read_message, read_triggers
from app.engine.reading.source import BPMN, Source, local_name, text_of
from app.engine.reading.zeebe import LEGACY_USER_TASK_TYPE, Extensions
from app.engine.triggers import MessageTrigger
from app.engine.work import JobWork

TYPES = {
    "startEvent": ElementType.START_EVENT,
    "endEvent": ElementType.END_EVENT,
    "intermediateCatchEvent": ElementType.INTERMEDIATE_CATCH_EVENT,
    "intermediateThrowEvent": ElementType.INTERMEDIATE_THROW_EVENT,
    "boundaryEvent": ElementType.BOUNDARY_EVENT,
    "task": ElementType.TASK,
    "manualTask": ElementType.MANUAL_TASK,
    "userTask": ElementType.USER_TASK,
    "serviceTask": ElementType.SERVICE_TASK,
    "sendTask": ElementType.SEND_TASK,
    "receiveTask": ElementType.RECEIVE_TASK,
    "scriptTask": ElementType.SCRIPT_TASK,
    "businessRuleTask": ElementType.BUSINESS_RULE_TASK,
    "callActivity": ElementType.CALL_ACTIVITY,
    "exclusiveGateway": ElementType.EXCLUSIVE_GATEWAY,
    "parallelGateway": ElementType.PARALLEL_GATEWAY,
    "inclusiveGateway": ElementType.INCLUSIVE_GATEWAY,
    "complexGateway": ElementType.UNKNOWN,
    "eventBasedGateway": ElementType.EVENT_BASED_GATEWAY,
    "subProcess": ElementType.SUB_PROCESS,
    "transaction": ElementType.SUB_PROCESS,
    "adHocSubProcess": ElementType.AD_HOC_SUB_PROCESS,
}
NOT_FLOW_NODES = frozenset({
    "association", "auditing", "category", "completionCondition", "correlationSubscription", "dataInputAssociation",
    "dataObject", "dataObjectReference", "dataOutputAssociation", "dataStoreReference", "documentation",
    "extensionElements", "group", "incoming", "ioBinding", "ioSpecification", "laneSet", "monitoring",
    "multiInstanceLoopCharacteristics", "outgoing", "performer", "property", "resourceRole", "sequenceFlow",
    "standardLoopCharacteristics", "supportedInterfaceRef", "supports", "textAnnotation",
})  # fmt: skip
SCOPES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
_JOB_TAGS = frozenset({
    "adHocSubProcess", "businessRuleTask", "endEvent", "intermediateThrowEvent", "scriptTask", "sendTask",
    "serviceTask",
})  # fmt: skip
_ACTIVITIES = frozenset(tag for tag in TYPES if tag.lower().endswith(("task", "process"))) | {
    "callActivity",
    "transaction",
}


def read_element(source: Source, node: etree._Element, parent: str) -> Element:
    """Return the record of one flow node; flows, children and attachments are filled in by the caller."""
    tag = local_name(node)
    extensions = Extensions(source, node)
    event_sub_process = tag == "subProcess" and node.get("triggeredByEvent") == "true"
    fields: dict[str, Any] = {
        "id": node.get("id"),
        "type": ElementType.EVENT_SUB_PROCESS if event_sub_process else TYPES[tag],
        "tag": tag,
        "name": node.get("name"),
        "parent": parent,
        "documentation": text_of(node.find(f"{BPMN}documentation")),
        "default_flow": node.get("default"),
        "inputs": extensions.mappings("input"),
        "outputs": extensions.mappings("output"),
        "listeners": extensions.listeners("executionListeners/executionListener"),
        "properties": extensions.properties(),
        "extensions": extensions.unknown,
    }
    if tag in _JOB_TAGS:
        fields["job"] = extensions.job()
    if tag in _ACTIVITIES:
        fields["loop"] = extensions.loop()
        fields["for_compensation"] = node.get("isForCompensation") == "true"
    _read_own(source, node, tag, extensions, fields)
    return Element(**fields)


def _read_own(source: Source, node: etree._Element, tag: str, extensions: Extensions, fields: dict[str, Any]) -> None:
    if tag.endswith("Event"):
        _read_event(source, node, tag, extensions, fields)
    elif tag == "userTask":
        _read_user_task(extensions, fields)
    elif tag == "receiveTask":
        message = read_message(source, node.get("messageRef"), node)
        fields["triggers"] = (message,) if message else ()
        fields["instantiate"] = node.get("instantiate") == "true"
    elif tag == "eventBasedGateway":
        fields["instantiate"] = node.get("instantiate") == "true"
        fields["event_gateway_type"] = node.get("eventGatewayType", "Exclusive")
    elif tag == "complexGateway":
        fields["activation_condition"] = source.condition(node, "activationCondition", node)
    elif tag == "adHocSubProcess":
        fields["ad_hoc"] = extensions.ad_hoc()
    else:
        _read_work(source, node, tag, extensions, fields)


def _read_work(source: Source, node: etree._Element, tag: str, extensions: Extensions, fields: dict[str, Any]) -> None:
    told = len(source.problems)
    if tag == "scriptTask":
        fields["script"] = extensions.script()
    elif tag == "businessRuleTask":
        fields["decision"] = extensions.decision()
    elif tag == "sendTask":
        fields["publish"] = extensions.publish()
        if node.get("messageRef"):
            message = read_message(source, node.get("messageRef"), node)
            fields["triggers"] = (message,) if message else ()
    elif tag == "callActivity":
        fields["call"] = extensions.call()
    wanted = {
        "serviceTask": ("job",),
        "sendTask": ("job", "publish"),
        "scriptTask": ("job", "script"),
        "businessRuleTask": ("job", "decision"),
        "callActivity": ("call",),
    }.get(tag, ())
    unread = len(source.problems) > told  # it is there, and what is wrong with it has been said
    if wanted and not unread and not any(fields.get(name) for name in wanted):
        source.refuse(node, f"Expected {_WORK_NAMES[tag]}, but it has none")


_WORK_NAMES = {
    "serviceTask": "a task definition with a job type",
    "sendTask": "a task definition with a job type, or a message to publish",
    "scriptTask": "a FEEL expression with a result variable, or a task definition with a job type",
    "businessRuleTask": "a called decision, or a task definition with a job type",
    "callActivity": "a called element with a process id",
}


def _read_event(source: Source, node: etree._Element, tag: str, extensions: Extensions, fields: dict[str, Any]) -> None:
    fields["triggers"] = read_triggers(source, node)
    fields["parallel_multiple"] = node.get("parallelMultiple") == "true"
    if tag == "startEvent":
        fields["interrupting"] = node.get("isInterrupting", "true") != "false"
        fields["form"] = extensions.form()
    elif tag == "boundaryEvent":
        fields["interrupting"] = node.get("cancelActivity", "true") != "false"
        fields["attached_to"] = node.get("attachedToRef")
    elif tag in ("endEvent", "intermediateThrowEvent"):
        fields["publish"] = extensions.publish()
        throws_message = any(isinstance(trigger, MessageTrigger) for trigger in fields["triggers"])
        if throws_message and not fields["job"] and not fields["publish"]:
            source.refuse(
                node, "Expected the message event to have a job type or a message to publish, but it has none"
            )


def _read_user_task(extensions: Extensions, fields: dict[str, Any]) -> None:
    work = extensions.user_task()
    fields["user_task"] = work
    if extensions.is_native_user_task():
        fields["task_listeners"] = extensions.listeners("taskListeners/taskListener")
        return
    # Without zeebe:userTask it is a job for an external task list, told everything by headers when it opens.
    fields["job"] = JobWork(Formula(LEGACY_USER_TASK_TYPE, None), Formula("1", None), work.headers)
