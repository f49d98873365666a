"""The instances of one call tree that a command holds: opens them locked, starts children, and settles them.

Shared by every use case that moves instances. Settling runs each touched instance to its rest, records the outcome, and
follows what it asks for: children to start or cancel, parents to tell, messages that already wait. All of it stays in
the one transaction. Who may command is the use case's affair.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.actor import Actor
from app.engine import Activate, Instance, Outcome, Ports
from app.engine.kinds import Ended
from app.engine.outcome import CallRequested, Escaped, MessageSubscriptionOpened, UserTaskOpened
from app.engine.work import Binding
from app.errors import ConflictError, NotFoundError
from app.jobs import RUN_JOBS
from app.services.change_user_tasks import change_user_tasks
from app.services.decide import DecisionRecord, Decisions
from app.services.deployed_models import DeployedProcess
from app.services.divert_to_stand_in import divert_to_stand_ins
from app.services.find_held_message import find_held_message
from app.services.follow_complaint import follow_complaint
from app.services.move_step_limits import hold_opened_steps
from app.services.organisation_functions import organisation_functions
from app.services.post_outbox import HELD, MESSAGE, SIGNAL, post_outbox
from app.services.record_decision import AskedBy, record_decision
from app.services.see_cluster_variables import ClusterVariables
from app.services.unit_of_work import UnitOfWork
from app.storage.deployments import FormRow, ProcessDefinitionRow
from app.storage.instances import (
    LockedInstance,
    NewInstance,
    ProcessInstanceRow,
    find_child_keys,
    lock_instance,
    new_instance_row,
    read_instance,
)
from app.storage.messages import Correlated, claim_waiting_message
from app.storage.record_outcome import CHANGE_INSTANCE, Recording, change_instance, record_outcome
from app.storage.types import read_json
from app.storage.writes import insert_rows

START = insert_rows(ProcessInstanceRow)
BUILT_IN = "redress:"
MOST_CALLS = 2_000
"""Processes that one command may call before an endless loop is assumed: each is held until the commit."""


@dataclass
class Run:
    """One instance in a command's hands: its row, its process version, and the engine's instance."""

    row: LockedInstance
    process: DeployedProcess
    instance: Instance
    new: NewInstance | None = None


class InstanceTree:
    """The instances one command touches; every one of the same call tree, whose root row is locked."""

    def __init__(self, work: UnitOfWork, actor: Actor) -> None:
        self._work = work
        self._actor = actor
        self._runs: dict[int, Run] = {}
        self._calls = 0
        self._opened: dict[int, deque[MessageSubscriptionOpened]] = {}

    def open(self, key: int) -> Run:
        """Lock an instance and load it; NotFoundError without it, ConflictError when it has ended or is suspended."""
        if key in self._runs:
            return self._runs[key]
        found = lock_instance(self._work.connection, key)
        if found is None:
            raise NotFoundError(f"Expected a process instance with key {key}, but there is none")
        return self.adopt(*found)

    def adopt(self, row: LockedInstance, mark: int) -> Run:
        """Take over a row that the caller locked; ConflictError when it has ended or is suspended."""
        self._work.mark = mark
        if row.status != "ACTIVE" or row.state is None:
            raise ConflictError(f"Expected process instance {row.key} to be active, but it is {row.status}")
        return self._load(row)

    def open_suspended(self, key: int) -> Run:
        """Open an instance for a command that suspended ones take too: cancel, modify, resume."""
        found = lock_instance(self._work.connection, key)
        if found is None:
            raise NotFoundError(f"Expected a process instance with key {key}, but there is none")
        row, self._work.mark = found
        if row.state is None:
            raise ConflictError(f"Expected process instance {key} to be running, but it is {row.status}")
        return self._load(row)

    def peek(self, key: int) -> Run | None:
        """Load a running instance without locking it, to be looked at only; None when it has ended."""
        row = read_instance(self._work.connection, key)
        return None if row.state is None else self._load(row)

    def _load(self, row: LockedInstance) -> Run:
        assert row.state is not None
        process = self._work.runtime.models.process(self._work.connection, row.definition_key)
        run = Run(row, process, Instance.load(process.definition, row.state, self._ports(process)))
        self._runs[row.key] = run
        return run

    def start(
        self,
        process: DeployedProcess,
        variables: Mapping[str, Any],
        new: NewInstance,
        *,
        start_element: str | None = None,
        start_instructions: Sequence[Activate] = (),
        terminate_after: Sequence[str] = (),
    ) -> Run:
        """Make a new instance; `settle` runs and stores it."""
        key = self._work.next_key()
        instance = Instance.start(
            process.definition,
            variables,
            self._ports(process),
            key=key,
            start_element=start_element,
            start_instructions=start_instructions,
            terminate_after=terminate_after,
        )
        root_key = new.root_key or key
        place = (key, process.key, process.definition.process_id, root_key, new.parent_key, new.parent_element_key)
        run = Run(LockedInstance(*place, 0, "ACTIVE", None, {}, 0, new.business_id), process, instance, new)
        self._runs[key] = run
        return run

    def settle(self, run: Run) -> Outcome:
        """Run `run`, and every instance that it moves, to rest, and store it; returns the outcome of `run`'s rest."""
        first: Outcome | None = None
        waiting = deque([run])
        while waiting:
            current = waiting.popleft()
            outcome = current.instance.rest()
            first = first or outcome
            self._record(current, outcome)
            waiting.extend(one for one in self._follow(current, outcome) if one not in waiting)
        assert first is not None
        return first

    def form_key_of(self, process: DeployedProcess, task: UserTaskOpened) -> int | None:
        """Return the key of the deployed form a task refers to, or None."""
        if task.form_id is None:
            return None
        row = self.find(FormRow, task.form_id, task.form_binding, process, task.form_version_tag)
        return None if row is None else int(row.key)

    def find(self, table: Any, identity: str, binding: Binding, asking: DeployedProcess, tag: str | None) -> Any:
        """Return the deployed row that `identity` means to the process `asking`, or None."""
        return self._work.runtime.models.find(
            self._work.connection,
            table,
            identity,
            binding=binding,
            deployment_key=asking.deployment_key,
            version_tag=tag,
            mark=self._work.mark,
        )

    def _ports(self, process: DeployedProcess) -> Ports:
        runtime = self._work.runtime
        decisions = Decisions(self._work, process.deployment_key)

        def has_form(form_id: str, binding: Binding, version_tag: str | None) -> bool:
            return self.find(FormRow, form_id, binding, process, version_tag) is not None

        functions = organisation_functions(self._work.connection, self._work.now)
        return Ports(
            runtime.keys,
            self._work.clock,
            runtime.zone,
            decisions,
            runtime.calendars,
            functions,
            has_form=has_form,
            cluster_variables=ClusterVariables(self._work.connection),
        )

    def _record(self, run: Run, outcome: Outcome) -> None:
        work, row = self._work, run.row
        forms = {task.key: self.form_key_of(run.process, task) for task in outcome.user_tasks}
        recording = Recording(work.writes, row, outcome, work.now, self._actor.username, work.next_key, forms)
        changed = change_instance(recording, is_new=run.new is not None)
        if run.new is None:
            work.writes.add_first(CHANGE_INSTANCE, changed)
        else:
            work.writes.add_first(START, new_instance_row(row, run.new, changed, work.now))
            run.new = None
        record_outcome(recording)
        self._record_rest(run, outcome)
        work.writes.flush()
        change_user_tasks(work, outcome, row.business_id)
        follow_complaint(work, self._actor, run.process.definition, outcome, row.business_id)
        hold_opened_steps(work, run.process.definition, outcome, row.business_id)
        if outcome.ended is not None and (held := find_held_message(work, run.process, row.key)) is not None:
            self._afterwards(HELD, {"message_key": held}, row.key)

    def _record_rest(self, run: Run, outcome: Outcome) -> None:
        work, row = self._work, run.row
        for one in outcome.decisions:
            if isinstance(one.record, DecisionRecord):
                record_decision(work, one.record, AskedBy(row.key, row.root_key, row.definition_key, one.element_key))
        jobs = [(job.key,) for job in outcome.jobs if job.type.startswith(BUILT_IN)]
        if jobs:
            work.nudge(RUN_JOBS, *jobs)
        for message in outcome.messages_thrown:
            payload = {
                "name": message.name,
                "correlation_key": message.correlation_key,
                "message_id": message.message_id,
                "time_to_live_seconds": message.time_to_live_seconds,
                "variables": read_json(message.variables),
            }
            self._afterwards(MESSAGE, payload, row.key)
        for signal in outcome.signals_thrown:
            payload = {"name": signal.name, "variables": read_json(signal.variables), "thrown_by": row.key}
            self._afterwards(SIGNAL, payload, row.key)

    def _afterwards(self, topic: str, payload: Mapping[str, Any], instance_key: int) -> None:
        """Leave for after the commit what moves other trees: two trees locked at once could wait for each other."""
        self._work.deliver(post_outbox(self._work, topic, payload, instance_key=instance_key))

    def _follow(self, run: Run, outcome: Outcome) -> list[Run]:
        touched = [self._start_child(run, call) for call in outcome.calls]
        for call in outcome.calls_cancelled:
            touched += [self._cancelled(key) for key in find_child_keys(self._work.connection, run.row.key, call.key)]
        touched += [self._open_parent(run) for one in outcome.escaped if self._moves_parent(run, one)]
        if outcome.ended is Ended.COMPLETED and run.row.parent_key is not None:
            parent = self._open_parent(run)
            assert run.row.parent_element_key is not None
            parent.instance.child_completed(run.row.parent_element_key, run.instance.get_variables())
            touched.append(parent)
        if outcome.ended is None:
            if (outcome.messages or run.row.key in self._opened) and self._deliver_waiting(run, outcome.messages):
                touched.append(run)
            if divert_to_stand_ins(self._work, self._actor, run.row, run.instance, outcome):
                touched.append(run)
        return touched

    def _start_child(self, run: Run, call: CallRequested) -> Run:
        found = self.find(ProcessDefinitionRow, call.process_id, call.binding, run.process, call.version_tag)
        process = self._work.runtime.models.process(self._work.connection, found.key) if found is not None else None
        self._calls += 1
        if process is None:
            problem = f"Expected a process {call.process_id!r} ({call.binding}) to call, but none is deployed"
        elif process.definition.none_start is None:
            problem = f"Expected {call.process_id!r} to have a none start event, but it has none"
        elif self._calls > MOST_CALLS:
            problem = f"Expected to rest within {MOST_CALLS} called processes, but this would be one more"
        else:
            return self._run_child(run, call, process)
        run.instance.child_refused(call.key, problem)
        return run

    def _run_child(self, run: Run, call: CallRequested, process: DeployedProcess) -> Run:
        new = NewInstance(
            root_key=run.row.root_key,
            parent_key=run.row.key,
            parent_element_key=call.key,
            business_id=call.business_id or run.row.business_id,
            started_by=self._actor.username,
        )
        return self.start(process, read_json(call.variables), new)

    def _cancelled(self, key: int) -> Run:
        child = self._runs.get(key) or self.open_suspended(key)
        child.instance.cancel()
        return child

    def _open_parent(self, run: Run) -> Run:
        assert run.row.parent_key is not None
        return self._runs.get(run.row.parent_key) or self.open_suspended(run.row.parent_key)

    def _moves_parent(self, run: Run, escaped: Escaped) -> bool:
        """Throw on in the parent what left `run`; whether it catches it, or has a parent of its own to pass it to."""
        if run.row.parent_key is None or run.row.parent_element_key is None:
            return False
        parent = self._open_parent(run)
        is_caught = parent.instance.child_failed(
            run.row.parent_element_key, escaped.kind, escaped.code, escaped.message, read_json(escaped.variables)
        )
        return is_caught or parent.row.parent_key is not None

    def _deliver_waiting(self, run: Run, opened: Iterable[MessageSubscriptionOpened]) -> bool:
        """Deliver a buffered message that a just opened subscription was too late for; whether there was one.

        One at a time: what it moves may close the other subscriptions, and one that stays open gets the next, too.
        """
        row, work, connection = run.row, self._work, self._work.connection
        waiting = self._opened.setdefault(row.key, deque())
        waiting.extend(opened)
        still_open = run.instance.awaited_messages()
        while waiting:
            one = waiting[0]
            if one.key in still_open:
                place = (one.key, row.definition_key, row.process_id, row.key, one.element_key, one.element_id)
                variables = claim_waiting_message(
                    connection, Correlated(*place), one.message_name, one.correlation_key, work.now, work.next_key()
                )
                if variables is not None:
                    run.instance.deliver_message(one.key, variables)
                    return True
            waiting.popleft()
        return False
