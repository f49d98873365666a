"""A process definition as plain, frozen records: what was drawn, ready to run, shared by every instance of the version.

Owns the records of elements. What events wait for is in `app.engine.triggers`, what elements do in `app.engine.work`.
`app.engine.reader` makes them from XML; `app.engine.specs` runs them; linters, services and web read them. Field names
follow the zeebe extension elements; element types are Camunda's names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.engine.errors import Problem
from app.engine.formula import Formula
from app.engine.triggers import ConditionalTrigger, MessageTrigger, SignalTrigger, TimerTrigger, Trigger
from app.engine.work import (
    AdHocWork,
    Binding,
    CallWork,
    DecisionWork,
    FormReference,
    JobWork,
    Listener,
    MultiInstanceLoop,
    PublishWork,
    ScriptWork,
    StandardLoop,
    UserTaskWork,
    VariableMapping,
    no_texts,
)

INNER_INSTANCE = "#innerInstance"
"""Ends the id of the scopes in an ad-hoc sub-process, each around one activated element (Camunda 8)."""


class ElementType(StrEnum):
    """Camunda's names of element types, as `/v2` shows them."""

    PROCESS = "PROCESS"
    SUB_PROCESS = "SUB_PROCESS"
    EVENT_SUB_PROCESS = "EVENT_SUB_PROCESS"
    AD_HOC_SUB_PROCESS = "AD_HOC_SUB_PROCESS"
    AD_HOC_SUB_PROCESS_INNER_INSTANCE = "AD_HOC_SUB_PROCESS_INNER_INSTANCE"
    MULTI_INSTANCE_BODY = "MULTI_INSTANCE_BODY"
    START_EVENT = "START_EVENT"
    INTERMEDIATE_CATCH_EVENT = "INTERMEDIATE_CATCH_EVENT"
    INTERMEDIATE_THROW_EVENT = "INTERMEDIATE_THROW_EVENT"
    BOUNDARY_EVENT = "BOUNDARY_EVENT"
    END_EVENT = "END_EVENT"
    TASK = "TASK"
    MANUAL_TASK = "MANUAL_TASK"
    USER_TASK = "USER_TASK"
    SERVICE_TASK = "SERVICE_TASK"
    SEND_TASK = "SEND_TASK"
    RECEIVE_TASK = "RECEIVE_TASK"
    SCRIPT_TASK = "SCRIPT_TASK"
    BUSINESS_RULE_TASK = "BUSINESS_RULE_TASK"
    CALL_ACTIVITY = "CALL_ACTIVITY"
    EXCLUSIVE_GATEWAY = "EXCLUSIVE_GATEWAY"
    PARALLEL_GATEWAY = "PARALLEL_GATEWAY"
    INCLUSIVE_GATEWAY = "INCLUSIVE_GATEWAY"
    EVENT_BASED_GATEWAY = "EVENT_BASED_GATEWAY"
    UNKNOWN = "UNKNOWN"  # the API has no name for a complex gateway


@dataclass(frozen=True, slots=True)
class Flow:
    """A bpmn:sequenceFlow."""

    id: str
    name: str | None
    source: str
    target: str
    condition: Formula | None = None


@dataclass(frozen=True, slots=True)
class Element:
    """One flow node, scope or process.

    `tag` is the BPMN local name (userTask, complexGateway, transaction, …). `parent` is the enclosing scope's id, None
    for the process. `incoming`/`outgoing` hold flow ids in document order. `children` are the ids of a scope's own
    flow nodes. A multi-instance activity is one element; its body instance has type MULTI_INSTANCE_BODY and this id.
    """

    id: str
    type: ElementType
    tag: str
    name: str | None
    parent: str | None
    documentation: str | None = None
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    default_flow: str | None = None
    children: tuple[str, ...] = ()
    boundary_events: tuple[str, ...] = ()
    event_sub_processes: tuple[str, ...] = ()
    attached_to: str | None = None
    interrupting: bool = True
    triggers: tuple[Trigger, ...] = ()
    parallel_multiple: bool = False
    inputs: tuple[VariableMapping, ...] = ()
    outputs: tuple[VariableMapping, ...] = ()
    job: JobWork | None = None
    user_task: UserTaskWork | None = None
    script: ScriptWork | None = None
    decision: DecisionWork | None = None
    call: CallWork | None = None
    publish: PublishWork | None = None
    ad_hoc: AdHocWork | None = None
    form: FormReference | None = None  # the start form, on a none start event
    loop: MultiInstanceLoop | StandardLoop | None = None
    listeners: tuple[Listener, ...] = ()
    task_listeners: tuple[Listener, ...] = ()
    properties: Mapping[str, str] = field(default_factory=no_texts)
    for_compensation: bool = False
    compensation_handler: str | None = None  # on a compensation boundary event: the associated activity
    activation_condition: Formula | None = None  # complex gateway
    instantiate: bool = False  # receive task or event-based gateway that starts a process
    event_gateway_type: str = "Exclusive"
    extensions: tuple[str, ...] = ()  # XML of extension elements we keep but do not know


@dataclass(frozen=True, slots=True)
class Start:
    """A way to start a new instance: `trigger` is None for a none start event."""

    element_id: str
    trigger: TimerTrigger | MessageTrigger | SignalTrigger | ConditionalTrigger | None


@dataclass(frozen=True, slots=True)
class Reference:
    """Something the process needs deployed: a called process, a decision or a form; `id` is None when FEEL decides."""

    element_id: str
    id: str | None
    binding: Binding
    version_tag: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    """One executable process of a file: frozen, shared by threads and instances, and never mutated.

    `elements` and `flows` are read-only maps in document order; `elements[process_id]` is the process itself.
    `spec` is the SpiffWorkflow specification built from the same records (private to app.engine).
    """

    process_id: str
    name: str | None
    version_tag: str | None
    documentation: str | None
    file: str
    elements: Mapping[str, Element]
    flows: Mapping[str, Flow]
    starts: tuple[Start, ...]
    calls: tuple[Reference, ...]
    decisions: tuple[Reference, ...]
    forms: tuple[Reference, ...]
    notes: tuple[Problem, ...]
    spec: Any = field(repr=False, compare=False, default=None)

    @property
    def process(self) -> Element:
        """The process element itself (listeners, properties, event sub-processes)."""
        return self.elements[self.process_id]

    @property
    def none_start(self) -> str | None:
        """The id of the none start event, by which an instance is created without a trigger."""
        return next((start.element_id for start in self.starts if start.trigger is None), None)

    @property
    def start_form(self) -> FormReference | None:
        """The form of the none start event."""
        start = self.none_start
        return self.elements[start].form if start else None
