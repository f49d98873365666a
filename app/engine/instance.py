"""One process instance: the commands that move it, each to its next rest.

Owns the command surface. A command changes the instance in memory and leaves what happened for `rest()`, which runs
every automatic step and returns the outcome. Typical use: `Instance.load(definition, state, ports)`, one command,
`rest()`, store. An instance belongs to one thread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.engine.model import Definition
from app.engine.outcome import Outcome
from app.engine.ports import Json, Ports


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


class Instance:
    """A running instance in memory. Every command raises UnknownKeyError for a key that is not open here."""

    @classmethod
    def start(
        cls,
        definition: Definition,
        variables: Mapping[str, Json],
        ports: Ports,
        *,
        key: int | None = None,
        start_element: str | None = None,
        start_instructions: Sequence[Activate] = (),
        terminate_after: Sequence[str] = (),
    ) -> Instance:
        """Make an instance with `key` (else a new one) at its none start event, or at `start_element`.

        A message, signal, timer or conditional start event is named by `start_element`; then `variables` pass its
        output mappings. `start_instructions` start at other elements instead (Camunda's start instructions);
        `terminate_after` ends the instance when one of these elements completes (runtime instructions). Raises
        UnknownElementError or InvalidCommandError.
        """
        raise NotImplementedError

    @classmethod
    def load(cls, definition: Definition, state: bytes, ports: Ports) -> Instance:
        """Restore from an outcome's `state`; `definition` is the version the instance runs on. StateUnreadableError."""
        raise NotImplementedError

    @property
    def key(self) -> int:
        """The process instance's key."""
        raise NotImplementedError

    def rest(self) -> Outcome:
        """Run every automatic step, and return what happened since the last rest with the state to store."""
        raise NotImplementedError

    def complete_user_task(self, key: int, variables: Mapping[str, Json], action: str = "complete") -> None:
        """Complete the user task `key`; with completing listeners it stays COMPLETING until they agree."""
        raise NotImplementedError

    def assign_user_task(self, key: int, assignee: str | None, action: str = "assign") -> None:
        """Assign (or with None unassign); recorded as UserTaskChanged, at once or after the assigning listeners."""
        raise NotImplementedError

    def update_user_task(self, key: int, changes: Mapping[str, Json], action: str = "update") -> None:
        """Change attributes (UserTaskChanged's names), at once or after the updating listeners."""
        raise NotImplementedError

    def complete_job(self, key: int, variables: Mapping[str, Json], result: JobResult | None = None) -> None:
        """Complete the job `key` (of an element, listener or ad-hoc sub-process)."""
        raise NotImplementedError

    def throw_job_error(self, key: int, code: str, message: str, variables: Mapping[str, Json]) -> None:
        """Throw a BPMN error from the job's element; uncaught it becomes an UNHANDLED_ERROR_EVENT incident."""
        raise NotImplementedError

    def fail_job(self, key: int, message: str) -> None:
        """Raise the incident of a job that has no retries left; `retry_incident` after new retries were given."""
        raise NotImplementedError

    def fire_timer(self, key: int) -> None:
        """Fire the timer `key` (the caller looked at the clock)."""
        raise NotImplementedError

    def deliver_message(self, subscription_key: int, variables: Mapping[str, Json]) -> None:
        """Correlate a message to an open subscription."""
        raise NotImplementedError

    def deliver_signal(self, subscription_key: int, variables: Mapping[str, Json]) -> None:
        """Deliver a broadcast signal to an open subscription."""
        raise NotImplementedError

    def child_completed(self, call_key: int, variables: Mapping[str, Json]) -> None:
        """A called instance completed with these process variables."""
        raise NotImplementedError

    def child_refused(self, call_key: int, message: str) -> None:
        """The called process could not be started: CALLED_ELEMENT_ERROR; a retry emits CallRequested again."""
        raise NotImplementedError

    def child_failed(self, call_key: int, kind: str, code: str, message: str, variables: Mapping[str, Json]) -> bool:
        """A called instance threw an error or escalation (`Escaped`) out; whether it was caught here.

        A caught error (or interrupting escalation) terminates the call activity: the outcome holds CallCancelled, and
        the child is to be cancelled. An error not caught here and not escaping further is left to the child's incident.
        """
        raise NotImplementedError

    def set_variables(self, scope_key: int, variables: Mapping[str, Json], *, local: bool = False) -> None:
        """Set variables at an element instance: `local` there, else each where it is known, new ones at the process."""
        raise NotImplementedError

    def get_variables(self, scope_key: int | None = None, *, local: bool = False) -> dict[str, Json]:
        """The variables visible at an element instance (default: the process), or only its own ones."""
        raise NotImplementedError

    def retry_incident(self, key: int) -> None:
        """Resolve the incident and run its step again."""
        raise NotImplementedError

    def activate_ad_hoc(
        self, key: int, elements: Sequence[AdHocActivation], *, cancel_remaining_instances: bool = False
    ) -> None:
        """Activate elements of the running ad-hoc sub-process instance `key`."""
        raise NotImplementedError

    def modify(
        self,
        *,
        activate: Sequence[Activate] = (),
        move: Sequence[Move] = (),
        terminate: Sequence[Terminate] = (),
    ) -> None:
        """Modify the running instance; all or nothing (ModificationRefusedError lists every reason)."""
        raise NotImplementedError

    def migrate(self, definition: Definition, mapping: Mapping[str, str]) -> None:
        """Go on under another definition: `mapping` from old to new element ids; all or nothing (MigrationRefusedError)."""
        raise NotImplementedError

    def cancel(self) -> None:
        """Terminate the whole instance."""
        raise NotImplementedError
