"""What one command did to an instance: plain records that storage turns into rows by difference.

Owns the records only. Every list is in order of happening; all lists together describe one transaction. Instants are
aware UTC. Keys are int64. `json` fields hold JSON text (exact decimal digits), ready to be stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from app.engine.kinds import Ended, ErrorType, JobKind, Kind, Why
from app.engine.model import ElementType
from app.engine.work import Binding


class ElementEntered(NamedTuple):
    """An element instance began. `scope_key` is the enclosing element instance's key (None for the process)."""

    key: int
    element_id: str
    type: ElementType
    scope_key: int | None
    at: datetime


class ElementLeft(NamedTuple):
    """An element instance ended, completed or terminated."""

    key: int
    element_id: str
    terminated: bool
    at: datetime


class FlowTaken(NamedTuple):
    """A sequence flow was taken, in the scope instance `scope_key`."""

    flow_id: str
    scope_key: int


class UserTaskOpened(NamedTuple):
    """A user task with everything evaluated. `state` is CREATED, or CREATING while its listeners work."""

    key: int
    element_key: int
    element_id: str
    name: str | None
    state: str
    assignee: str | None
    candidate_groups: tuple[str, ...]
    candidate_users: tuple[str, ...]
    due_at: datetime | None
    follow_up_at: datetime | None
    priority: int
    form_id: str | None
    form_binding: Binding
    form_version_tag: str | None
    external_form_reference: str | None
    form_key: str | None
    headers: Mapping[str, str]
    at: datetime


class UserTaskChanged(NamedTuple):
    """A user task's new state, and attributes to write (`changes`), after an assignment, update or listener.

    `changes` maps assignee, candidate_groups, candidate_users, due_at, follow_up_at, priority to their new values (None
    or an empty tuple clears). `state` is one of Camunda's user-task states. `action` is the action that caused it
    (claim, assign, update, complete, …), `denied` says a listener refused it (`reason`).
    """

    key: int
    state: str
    action: str
    changes: Mapping[str, object]
    denied: bool = False
    reason: str | None = None


class HeldTransition(NamedTuple):
    """A change of the user task `task_key` that its task listeners hold up, `listeners` of them one after the other.

    `key` names it in what they are told (`JobOpened.told`); `event` is theirs (assigning, updating, completing).
    """

    key: int
    task_key: int
    event: str
    listeners: int


class JobOpened(NamedTuple):
    """Work for a worker. `listener_event` is Camunda's (START, END, CREATING, …; UNSPECIFIED for none).

    `user_task_key` is set on task listener jobs and on the job form of a user task's listeners; `told` is the JSON
    object of what such a listener is told: action, changedAttributes, attributes and variables as they shall be, and
    the key of the transition.
    """

    key: int
    element_key: int
    element_id: str
    type: str
    retries: int
    headers: Mapping[str, str]
    kind: JobKind
    listener_event: str
    priority: int
    at: datetime
    user_task_key: int | None = None
    told: str | None = None


class TimerArmed(NamedTuple):
    """A timer to be fired (`Instance.fire_timer`) at or after `due_at`.

    A timer that repeats closes when it fires and a new one, with a new key, is armed. `repetitions` counts what is left
    after this firing: -1 for ever, 0 none. `element_id` is the catching event, `element_key` the instance it hangs on.
    """

    key: int
    element_key: int
    element_id: str
    due_at: datetime
    repetitions: int


class MessageSubscriptionOpened(NamedTuple):
    """The instance waits for a message; deliver with `Instance.deliver_message`. Non-interrupting ones stay open."""

    key: int
    element_key: int
    element_id: str
    message_name: str
    correlation_key: str
    interrupting: bool


class SignalSubscriptionOpened(NamedTuple):
    """The instance waits for a signal; deliver with `Instance.deliver_signal`. Non-interrupting ones stay open."""

    key: int
    element_key: int
    element_id: str
    signal_name: str
    interrupting: bool


class ConditionalSubscriptionOpened(NamedTuple):
    """The instance waits for a condition; the engine itself watches it. For display (wait states)."""

    key: int
    element_key: int
    element_id: str
    condition: str
    variable_names: tuple[str, ...]
    variable_events: tuple[str, ...]


class Closed(NamedTuple):
    """A key that is no longer open."""

    kind: Kind
    key: int
    why: Why


class VariableSet(NamedTuple):
    """A variable created or changed: `scope_key` is the element instance that holds it (the process: its own key).

    Of a loop's collected outputs only the last stage of a rest is told.
    """

    scope_key: int
    name: str
    json: str
    created: bool


class DecisionEvaluated(NamedTuple):
    """A decision a business rule task asked for; `record` is what the `decide` port returned."""

    element_key: int
    element_id: str
    decision_id: str
    record: object
    at: datetime


class IncidentRaised(NamedTuple):
    """The instance cannot go on here. Repair, then `Instance.retry_incident`. `job_key` is set where a job failed."""

    key: int
    element_key: int
    element_id: str
    error_type: ErrorType
    message: str
    at: datetime
    job_key: int | None = None


class IncidentResolved(NamedTuple):
    """An incident is gone: retried with success so far, or its element was terminated."""

    key: int
    at: datetime


class CallRequested(NamedTuple):
    """Start another process as a child, then tell `child_started`/`child_completed`/`child_failed` with `key`.

    `key` is the call activity's element-instance key. `variables` is a JSON object's text. If the child cannot be
    started (no such process), call `Instance.child_refused(key, message)` in the same transaction.
    """

    key: int
    element_id: str
    process_id: str
    binding: Binding
    version_tag: str | None
    variables: str
    business_id: str | None


class CallCancelled(NamedTuple):
    """The call activity `key` was terminated: cancel its child instance."""

    key: int


class MessageThrown(NamedTuple):
    """Publish this message (zeebe:publishMessage). `variables` is a JSON object's text."""

    element_key: int
    element_id: str
    name: str
    correlation_key: str
    message_id: str | None
    time_to_live_seconds: float
    variables: str


class SignalThrown(NamedTuple):
    """Broadcast this signal to start events and other instances; this instance's own catches have had it already."""

    element_key: int
    element_id: str
    name: str
    variables: str


class Escaped(NamedTuple):
    """An error or escalation that left the instance: for the parent's call activity (`Instance.child_failed`).

    For an error the instance stays with an incident unless a parent catches it; services ask the parent first when
    there is one. `kind` is "error" or "escalation"; `variables` a JSON object's text.
    """

    element_key: int
    element_id: str
    kind: str
    code: str
    message: str
    variables: str


class Migrated(NamedTuple):
    """After a migration, `key` belongs to element `element_id` of the new version.

    `kind` is None for an element instance (its user task and job go with it), else the kind of subscription.
    """

    kind: Kind | None
    key: int
    element_id: str


class Outcome(NamedTuple):
    """Everything one command did, and the state to store.

    `state` is None when the instance has ended (nothing lives any more). `variables` at the process's own key are the
    result of the instance.
    """

    state: bytes | None
    ended: Ended | None
    entered: tuple[ElementEntered, ...] = ()
    left: tuple[ElementLeft, ...] = ()
    flows: tuple[FlowTaken, ...] = ()
    user_tasks: tuple[UserTaskOpened, ...] = ()
    user_task_changes: tuple[UserTaskChanged, ...] = ()
    jobs: tuple[JobOpened, ...] = ()
    timers: tuple[TimerArmed, ...] = ()
    messages: tuple[MessageSubscriptionOpened, ...] = ()
    signals: tuple[SignalSubscriptionOpened, ...] = ()
    conditionals: tuple[ConditionalSubscriptionOpened, ...] = ()
    closed: tuple[Closed, ...] = ()
    variables: tuple[VariableSet, ...] = ()
    decisions: tuple[DecisionEvaluated, ...] = ()
    incidents: tuple[IncidentRaised, ...] = ()
    resolved: tuple[IncidentResolved, ...] = ()
    calls: tuple[CallRequested, ...] = ()
    calls_cancelled: tuple[CallCancelled, ...] = ()
    messages_thrown: tuple[MessageThrown, ...] = ()
    signals_thrown: tuple[SignalThrown, ...] = ()
    escaped: tuple[Escaped, ...] = ()
    migrated: tuple[Migrated, ...] = ()
