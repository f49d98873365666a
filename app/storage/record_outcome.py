"""Turns what a command did to an instance into rows, by difference, in one flush.

Owns which record becomes which row. Knows nothing of how the engine came to it, and starts no further work: calls,
messages and signals thrown are the use cases' affair.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.sight import may_be_complaint_number, people_as_subjects
from app.engine.kinds import Kind, Why
from app.engine.model import ElementType
from app.engine.outcome import Closed, Outcome
from app.storage.complaint_access import GIVE_SIGHT
from app.storage.incidents import IncidentRow
from app.storage.instances import ElementInstanceRow, LockedInstance, ProcessInstanceRow
from app.storage.jobs import TOLD_HEADER, JobRow
from app.storage.subscriptions import ConditionSubscriptionRow, MessageSubscriptionRow, SignalSubscriptionRow
from app.storage.timers import TimerRow
from app.storage.user_tasks import NEVER_DUE, TaskCandidateRow, UserTaskRow, candidates_of
from app.storage.variables import VariableRow
from app.storage.writes import Writes, delete_rows, insert_rows, update_rows

CHANGE_INSTANCE = update_rows(
    ProcessInstanceRow, "row_version", "status", "state", "flows", "incidents", "ended_at", key=("key",)
)
ENTER = insert_rows(ElementInstanceRow)
LEAVE = update_rows(ElementInstanceRow, "state", "ended_at")
SET_VARIABLES = insert_rows(VariableRow, unique=("scope_key", "name"), overwrite=("value",))
OPEN_TASKS = insert_rows(UserTaskRow)
CLOSE_TASKS = update_rows(UserTaskRow, "state", "ended_at", "ended_by")
ADD_CANDIDATES = insert_rows(TaskCandidateRow)
DROP_CANDIDATES = delete_rows(TaskCandidateRow, key="task_key")
OPEN_JOBS = insert_rows(JobRow)
CLOSE_JOBS = update_rows(JobRow, "state", "available_at", "updated_at", "ended_at")
ARM_TIMERS = insert_rows(TimerRow)
DROP_TIMERS = delete_rows(TimerRow)
AWAIT_MESSAGES = insert_rows(MessageSubscriptionRow)
CLOSE_MESSAGES = update_rows(MessageSubscriptionRow, "state", "updated_at")
AWAIT_SIGNALS = insert_rows(SignalSubscriptionRow)
DROP_SIGNALS = delete_rows(SignalSubscriptionRow)
AWAIT_CONDITIONS = insert_rows(ConditionSubscriptionRow)
DROP_CONDITIONS = delete_rows(ConditionSubscriptionRow)
RAISE_INCIDENTS = insert_rows(IncidentRow)
RESOLVE_INCIDENTS = update_rows(IncidentRow, "state", "resolved_at", "resolved_by")


@dataclass(frozen=True)
class Recording:
    """What the rows of one outcome share. `forms` holds the key of each opened task's deployed form, if it has one."""

    writes: Writes
    instance: LockedInstance
    outcome: Outcome
    now: datetime
    actor: str
    next_key: Callable[[], int]
    forms: Mapping[int, int | None]


def record_outcome(recording: Recording) -> None:
    """Collect every row the outcome adds or changes; the caller flushes. The instance's own row exists already.

    What an outcome both opens and closes was never seen by anyone: its row is not written, unless it is history.
    """
    closed = {(one.kind, one.key): one for one in recording.outcome.closed}
    _record_elements(recording)
    _record_variables(recording)
    _record_tasks(recording, closed)
    _record_jobs(recording, closed)
    _record_timers(recording, closed)
    _record_subscriptions(recording, closed)
    _record_incidents(recording)


def change_instance(recording: Recording, *, is_new: bool) -> tuple[Any, ...]:
    """Bring the locked record up to date with the outcome, and return the row of CHANGE_INSTANCE."""
    instance, outcome = recording.instance, recording.outcome
    instance.state = outcome.state
    instance.flows.update(dict.fromkeys(flow.flow_id for flow in outcome.flows))
    instance.incidents += len(outcome.incidents) - len(outcome.resolved)
    if not is_new:
        instance.row_version += 1
    if outcome.ended is not None:
        instance.status = str(outcome.ended)
    ended_at = recording.now if outcome.ended is not None else None
    flows = list(instance.flows)
    return (instance.key, instance.row_version, instance.status, instance.state, flows, instance.incidents, ended_at)


def _record_elements(recording: Recording) -> None:
    instance, outcome = recording.instance, recording.outcome
    left = {one.key: one for one in outcome.left if one.key != instance.key}
    entered = []
    for one in outcome.entered:
        if one.type is ElementType.PROCESS:
            continue
        end = left.pop(one.key, None)
        state = "ACTIVE" if end is None else _end_state(end.terminated)
        scope = instance.key if one.scope_key is None else one.scope_key
        place = (one.key, instance.key, instance.definition_key, scope, one.element_id, str(one.type))
        entered.append((*place, state, one.at, None if end is None else end.at))
    recording.writes.add(ENTER, *entered)
    recording.writes.add(LEAVE, *[(one.key, _end_state(one.terminated), one.at) for one in left.values()])


def _end_state(terminated: bool) -> str:
    return "TERMINATED" if terminated else "COMPLETED"


def _record_variables(recording: Recording) -> None:
    last = {(one.scope_key, one.name): one.json for one in recording.outcome.variables}
    rows = [
        (recording.next_key(), scope_key, recording.instance.key, name, value)
        for (scope_key, name), value in last.items()
    ]
    recording.writes.add(SET_VARIABLES, *rows)


Closings = dict[tuple[Kind, int], Closed]


def _take(closed: Closings, kind: Kind, key: int) -> Closed | None:
    return closed.pop((kind, key), None) if closed else None


def _rest_of(closed: Closings, kind: Kind) -> list[Closed]:
    return [one for one in closed.values() if one.kind is kind]


def _record_tasks(recording: Recording, closed: Closings) -> None:
    instance, now, writes = recording.instance, recording.now, recording.writes
    tasks, candidates = [], []
    for one in recording.outcome.user_tasks:
        end = _take(closed, Kind.USER_TASK, one.key)
        sort_at = one.due_at or NEVER_DUE
        place = (one.key, instance.key, instance.root_key, instance.definition_key, one.element_key, one.element_id)
        people = (one.assignee, list(one.candidate_groups), list(one.candidate_users))
        times = (one.due_at, one.follow_up_at, sort_at, one.priority)
        form = (recording.forms[one.key], one.external_form_reference or one.form_key, dict(one.headers))
        state = one.state if end is None else _task_end(end)
        tasks.append(
            (*place, one.name, state, *people, *times, *form, one.at, None if end is None else now, None, None, None)
        )
        if end is None:
            who = candidates_of(one.candidate_groups, one.candidate_users)
            candidates += [(name, int(one.assignee is not None), sort_at, one.key) for name in who]
    ended = _rest_of(closed, Kind.USER_TASK)
    writes.add(OPEN_TASKS, *tasks)
    writes.add(ADD_CANDIDATES, *candidates)
    writes.add(GIVE_SIGHT, *_sight_given(instance.business_id, recording.outcome))
    writes.add(CLOSE_TASKS, *[(one.key, _task_end(one), now, _ended_by(one, recording.actor)) for one in ended])
    writes.add(DROP_CANDIDATES, *[(one.key,) for one in ended])


def _sight_given(number: str | None, outcome: Outcome) -> list[tuple[str, str]]:
    """Whoever is given work on a complaint sees it; another instance's tasks give sight of nothing."""
    if number is None or not outcome.user_tasks or not may_be_complaint_number(number):
        return []
    who = {name for one in outcome.user_tasks for name in candidates_of(one.candidate_groups, one.candidate_users)}
    who.update(people_as_subjects(one.assignee for one in outcome.user_tasks if one.assignee is not None))
    return [(name, number) for name in sorted(who)]


def _task_end(closed: Closed) -> str:
    return "COMPLETED" if closed.why is Why.COMPLETED else "CANCELED"


def _ended_by(closed: Closed, actor: str) -> str | None:
    return actor if closed.why is Why.COMPLETED else None


def _record_jobs(recording: Recording, closed: Closings) -> None:
    instance, now = recording.instance, recording.now
    jobs = []
    for one in recording.outcome.jobs:
        end = _take(closed, Kind.JOB, one.key)
        place = (one.key, instance.key, instance.root_key, instance.definition_key, one.element_key, one.element_id)
        work = (one.user_task_key, one.type, str(one.kind), one.listener_event)
        state = "CREATED" if end is None else _task_end(end)
        handing_out = ("", now if end is None and one.retries > 0 else None, None, None, None, None)
        rest = (one.at, now, None if end is None else now, None, None)
        headers = dict(one.headers) if one.told is None else {**one.headers, TOLD_HEADER: one.told}
        jobs.append((*place, *work, state, one.retries, one.priority, headers, *handing_out, *rest))
    recording.writes.add(OPEN_JOBS, *jobs)
    ended = _rest_of(closed, Kind.JOB)
    recording.writes.add(CLOSE_JOBS, *[(one.key, _task_end(one), None, now, now) for one in ended])


def _record_timers(recording: Recording, closed: Closings) -> None:
    instance = recording.instance
    place = (instance.definition_key, instance.key, instance.root_key)
    armed = [
        (one.key, *place, one.element_key, one.element_id, one.due_at, one.due_at, None, None)
        for one in recording.outcome.timers
        if _take(closed, Kind.TIMER, one.key) is None
    ]
    recording.writes.add(ARM_TIMERS, *armed)
    recording.writes.add(DROP_TIMERS, *[(one.key,) for one in _rest_of(closed, Kind.TIMER)])


def _record_subscriptions(recording: Recording, closed: Closings) -> None:
    instance, outcome, now, writes = recording.instance, recording.outcome, recording.now, recording.writes
    messages = []
    for one in outcome.messages:
        place = (one.key, instance.definition_key, instance.process_id, instance.key, instance.root_key)
        wanted = (one.message_name, one.correlation_key, one.interrupting)
        state = _message_state(_take(closed, Kind.MESSAGE, one.key))
        messages.append((*place, one.element_key, one.element_id, *wanted, state, now))
    writes.add(AWAIT_MESSAGES, *messages)
    writes.add(CLOSE_MESSAGES, *[(one.key, _message_state(one), now) for one in _rest_of(closed, Kind.MESSAGE)])
    where = (instance.definition_key, instance.key, instance.root_key)
    signals = [
        (one.key, *where, one.element_key, one.element_id, one.signal_name)
        for one in outcome.signals
        if _take(closed, Kind.SIGNAL, one.key) is None
    ]
    writes.add(AWAIT_SIGNALS, *signals)
    writes.add(DROP_SIGNALS, *[(one.key,) for one in _rest_of(closed, Kind.SIGNAL)])
    conditions = [
        (one.key, instance.definition_key, instance.key, one.element_key, one.element_id, one.condition)
        for one in outcome.conditionals
        if _take(closed, Kind.CONDITIONAL, one.key) is None
    ]
    writes.add(AWAIT_CONDITIONS, *conditions)
    writes.add(DROP_CONDITIONS, *[(one.key,) for one in _rest_of(closed, Kind.CONDITIONAL)])


def _message_state(closed: Closed | None) -> str:
    if closed is None:
        return "CREATED"
    return "CORRELATED" if closed.why is Why.COMPLETED else "DELETED"


def _record_incidents(recording: Recording) -> None:
    instance, outcome = recording.instance, recording.outcome
    resolved = {one.key: one.at for one in outcome.resolved}
    raised = []
    for one in outcome.incidents:
        gone_at = resolved.pop(one.key, None)
        place = (one.key, instance.key, instance.root_key, instance.definition_key, one.element_key, one.element_id)
        state = "ACTIVE" if gone_at is None else "RESOLVED"
        raised.append((*place, one.job_key, str(one.error_type), one.message, None, state, one.at, gone_at, None))
    recording.writes.add(RAISE_INCIDENTS, *raised)
    gone = [(key, "RESOLVED", at, recording.actor) for key, at in resolved.items()]
    recording.writes.add(RESOLVE_INCIDENTS, *gone)
