"""The arguments of commands on an instance, as plain records.

Owns no behaviour; `app.engine.instance` takes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.engine.ports import Json


@dataclass(frozen=True, slots=True)
class VariableInstruction:
    """Variables to set when modifying: in the scope instance of element `scope_id`, or the process when None."""

    variables: Mapping[str, Json]
    scope_id: str | None = None


@dataclass(frozen=True, slots=True)
class Activate:
    """Activate an element; `ancestor_key` chooses the scope instance where there are several."""

    element_id: str
    ancestor_key: int | None = None
    variables: Sequence[VariableInstruction] = ()


@dataclass(frozen=True, slots=True)
class Terminate:
    """Terminate one element instance (`key`) or every one of an element (`element_id`)."""

    key: int | None = None
    element_id: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """Terminate the instances of an element (or one by key) and activate the target once for each.

    `ancestor`: "direct" with `ancestor_key` (None: the only one), "inferred" (the source's nearest fitting ancestor),
    or "sourceParent" (the source's own scope instance).
    """

    target_id: str
    source_id: str | None = None
    source_key: int | None = None
    ancestor: str = "direct"
    ancestor_key: int | None = None
    variables: Sequence[VariableInstruction] = ()


@dataclass(frozen=True, slots=True)
class TaskListenerResult:
    """A task listener job's result: `corrections` by UserTaskChanged's attribute names."""

    denied: bool = False
    reason: str | None = None
    corrections: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True)
class AdHocActivation:
    """One element to activate in an ad-hoc sub-process, with variables local to its inner instance."""

    element_id: str
    variables: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class AdHocResult:
    """An ad-hoc sub-process job's result."""

    activate: Sequence[AdHocActivation] = ()
    completion_condition_fulfilled: bool = False
    cancel_remaining_instances: bool = False


JobResult = TaskListenerResult | AdHocResult
