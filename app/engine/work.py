"""What an element is drawn to do: work for people and workers, scripts, decisions, calls, loops, listeners.

Owns plain, frozen records, named after the zeebe extension elements; whose they are is in `app.engine.model`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from app.engine.formula import Formula

_NO_TEXTS: Mapping[str, str] = MappingProxyType({})


def no_texts() -> Mapping[str, str]:
    """Return an empty mapping that nobody can fill, for records that share it."""
    return _NO_TEXTS


class Binding(StrEnum):
    """Which version of a called process, decision or form is meant."""

    LATEST = "latest"
    DEPLOYMENT = "deployment"
    VERSION_TAG = "versionTag"


@dataclass(frozen=True, slots=True)
class VariableMapping:
    """A zeebe:input or zeebe:output: `target` is a variable or a path into one (`a.b`)."""

    source: Formula
    target: str


@dataclass(frozen=True, slots=True)
class JobWork:
    """zeebe:taskDefinition with zeebe:taskHeaders: the work of an external (or built-in) worker."""

    type: Formula
    retries: Formula
    headers: Mapping[str, str] = field(default_factory=no_texts)
    priority: Formula | None = None


@dataclass(frozen=True, slots=True)
class FormReference:
    """zeebe:formDefinition: a deployed form by `form_id`, or `external_reference`, or an embedded `form_key`."""

    form_id: Formula | None = None
    binding: Binding = Binding.LATEST
    version_tag: str | None = None
    external_reference: Formula | None = None
    form_key: str | None = None
    embedded: str | None = None


@dataclass(frozen=True, slots=True)
class UserTaskWork:
    """Who does a user task, until when, with which form; all evaluated when the task opens.

    A native task (zeebe:userTask) has `Element.user_task` alone; the older job form has `Element.job` as well.
    """

    assignee: Formula | None = None
    candidate_groups: Formula | None = None
    candidate_users: Formula | None = None
    due_date: Formula | None = None
    follow_up_date: Formula | None = None
    priority: Formula | None = None
    form: FormReference | None = None
    headers: Mapping[str, str] = field(default_factory=no_texts)


@dataclass(frozen=True, slots=True)
class ScriptWork:
    """zeebe:script."""

    expression: Formula
    result_variable: str


@dataclass(frozen=True, slots=True)
class DecisionWork:
    """zeebe:calledDecision."""

    decision_id: Formula
    result_variable: str
    binding: Binding = Binding.LATEST
    version_tag: str | None = None


@dataclass(frozen=True, slots=True)
class CallWork:
    """zeebe:calledElement."""

    process_id: Formula
    binding: Binding = Binding.LATEST
    version_tag: str | None = None
    propagate_all_child_variables: bool = True
    propagate_all_parent_variables: bool = True
    business_id: Formula | None = None


@dataclass(frozen=True, slots=True)
class PublishWork:
    """zeebe:publishMessage on a throwing message event or send task: published by the engine instead of a worker."""

    name: Formula
    correlation_key: Formula
    message_id: Formula | None = None
    time_to_live: Formula | None = None


@dataclass(frozen=True, slots=True)
class MultiInstanceLoop:
    """bpmn:multiInstanceLoopCharacteristics with zeebe:loopCharacteristics, or with a bpmn:loopCardinality alone."""

    sequential: bool
    input_collection: Formula | None
    input_element: str | None = None
    output_collection: str | None = None
    output_element: Formula | None = None
    completion_condition: Formula | None = None
    cardinality: Formula | None = None


@dataclass(frozen=True, slots=True)
class StandardLoop:
    """bpmn:standardLoopCharacteristics; `maximum` None means as long as the condition holds."""

    condition: Formula | None
    maximum: int | None
    test_before: bool


@dataclass(frozen=True, slots=True)
class AdHocWork:
    """bpmn:adHocSubProcess with zeebe:adHoc."""

    active_elements: Formula | None = None
    completion_condition: Formula | None = None
    cancel_remaining_instances: bool = True
    sequential: bool = False
    output_collection: str | None = None
    output_element: Formula | None = None


@dataclass(frozen=True, slots=True)
class Listener:
    """A zeebe:executionListener (`event` start | end) or zeebe:taskListener (creating | assigning | updating | …)."""

    event: str
    type: Formula
    retries: Formula
    headers: Mapping[str, str] = field(default_factory=no_texts)
