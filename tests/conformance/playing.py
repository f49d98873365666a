"""Plays models on the engine alone: one `Stage` a test, holding definitions, a pinned clock, and the running instances.

A stage either keeps instances in memory or, when `restoring`, forgets each after every command and loads it from its
stored state before the next. It keeps the books that storage would keep (what is open, what the variables are) from the
outcomes only, and checks that every outcome fits the books.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from app.clock import PinnedClock
from app.engine import Activate, DecisionRefusedError, Definition, Instance, Move, Outcome, Ports, Terminate
from app.engine.kinds import Ended, ErrorType, JobKind
from app.engine.outcome import (
    CallRequested,
    ConditionalSubscriptionOpened,
    Escaped,
    IncidentRaised,
    JobOpened,
    MessageSubscriptionOpened,
    SignalSubscriptionOpened,
    TimerArmed,
    UserTaskOpened,
)
from app.engine.reader import read_processes
from app.engine.timers.reading import read_length
from tests.conformance.drawing import Node, draw

Json = Any
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)  # a Monday
_SUBSCRIPTIONS = (MessageSubscriptionOpened, SignalSubscriptionOpened, ConditionalSubscriptionOpened)


class CountingKeys:
    """Keys that grow by one."""

    def __init__(self) -> None:
        self.last = 2**51

    def next(self) -> int:
        self.last += 1
        return self.last


class Stage:
    """Everything outside the engine that a behaviour needs."""

    def __init__(self, *, restoring: bool, zone: str = "UTC", step_limit: int = 10_000) -> None:
        self.restoring = restoring
        self.clock = PinnedClock(NOON)
        self.definitions: dict[str, Definition] = {}
        self.decisions: dict[str, Callable[[Mapping[str, Json]], Json]] = {}
        self.plays: list[Play] = []
        self.ports = Ports(
            keys=CountingKeys(), clock=self.clock, zone=ZoneInfo(zone), decide=self._decide, step_limit=step_limit
        )

    def deploy(self, *processes: Node) -> Definition:
        """Read a model and return the first of its processes."""
        return self.deploy_file(draw(*processes))

    def deploy_file(self, xml: bytes) -> Definition:
        """Read a file and return the first of its processes."""
        read = read_processes(xml, file="model.bpmn")
        self.definitions.update({definition.process_id: definition for definition in read})
        return read[0]

    def play(self, *processes: Node, start_element: str | None = None, **variables: Json) -> Play:
        """Deploy a model and start its first process."""
        return self.begin(self.deploy(*processes), variables, start_element=start_element)

    def play_file(self, xml: bytes, **variables: Json) -> Play:
        """Deploy a file and start its first process."""
        return self.begin(self.deploy_file(xml), variables)

    def begin(self, definition: Definition, variables: Mapping[str, Json], **options: Any) -> Play:
        """Start an instance of a deployed process; `options` are `Instance.start`'s."""
        play = Play(self, definition)
        self.plays.append(play)
        play.command(lambda _: Instance.start(definition, variables, self.ports, **options))
        return play

    def advance(self, length: str) -> None:
        """Move the clock by an ISO 8601 duration, firing every timer of every instance in the order of their dates."""
        until = read_length(length).after(self.clock.now())
        while True:
            due = [(timer.due_at, timer.key, play) for play in self.plays for timer in play.timers.values()]
            due_at, key, play = min(due, default=(until, 0, None), key=lambda row: row[:2])
            if play is None or due_at > until:
                break
            self.clock.pin(max(due_at, self.clock.now()))
            play.fire(key)
        self.clock.pin(until)

    def _decide(
        self, decision_id: str, _binding: object, _tag: str | None, context: Mapping[str, Json]
    ) -> tuple[Json, object]:
        if decision_id not in self.decisions:
            raise DecisionRefusedError(
                ErrorType.CALLED_DECISION_ERROR, f"Expected decision {decision_id!r}, but none is there"
            )
        return self.decisions[decision_id](context), {"decision": decision_id}


class Play:
    """One instance and its books."""

    def __init__(self, stage: Stage, definition: Definition) -> None:
        self.stage, self.definition = stage, definition
        self.parent: tuple[Play, int] | None = None
        self.children: dict[int, Play] = {}
        self.ended: Ended | None = None
        self.user_tasks: dict[int, UserTaskOpened] = {}
        self.jobs: dict[int, JobOpened] = {}
        self.timers: dict[int, TimerArmed] = {}
        self.subscriptions: dict[int, Any] = {}
        self.incidents: dict[int, IncidentRaised] = {}
        self.live: dict[int, str] = {}
        self.scopes: dict[int, dict[str, Json]] = {}
        self.outcomes: list[Outcome] = []
        self.entered: list[str] = []
        self.completed: list[str] = []
        self.terminated: list[str] = []
        self.flows: list[str] = []
        self._instance: Instance | None = None
        self._state: bytes | None = None
        self.key = 0

    # --- looking

    @property
    def done(self) -> bool:
        """Whether it has run to its end."""
        return self.ended is Ended.COMPLETED

    @property
    def waiting(self) -> list[str]:
        """Ids of elements with an open user task or job, sorted."""
        return sorted(row.element_id for row in (*self.user_tasks.values(), *self.jobs.values()))

    @property
    def catching(self) -> list[str]:
        """Ids of elements with an armed timer or open subscription, sorted."""
        return sorted(row.element_id for row in (*self.timers.values(), *self.subscriptions.values()))

    @property
    def variables(self) -> dict[str, Json]:
        """The process's own variables."""
        return self.scopes.get(self.key, {})

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Open incidents as (element id, error type)."""
        return sorted((incident.element_id, str(incident.error_type)) for incident in self.incidents.values())

    def sees(self, element_id: str) -> dict[str, Json]:
        """The variables visible at the only live instance of an element."""
        return self.instance().get_variables(self.key_of(element_id))

    def key_of(self, element_id: str, index: int = 0) -> int:
        """The element-instance key of a live element."""
        return [key for key, live in self.live.items() if live == element_id][index]

    # --- acting

    def complete(self, element_id: str, index: int = 0, **variables: Json) -> Play:
        """Complete the open user task or job of an element (the `index`th opened)."""
        task = self._find(self.user_tasks, element_id, index)
        if task is not None:
            return self.command(lambda instance: instance.complete_user_task(task.key, variables))
        work = self.job_of(element_id, index)
        return self.command(lambda instance: instance.complete_job(work.key, variables))

    def job_of(self, element_id: str, index: int = 0) -> JobOpened:
        """The open job of an element, by the element's id."""
        found = self._find(self.jobs, element_id, index)
        assert found is not None, f"no open task or job at {element_id}; open: {self.waiting}"
        return found

    def listen(self, listener_type: str, **variables: Json) -> Play:
        """Complete the open listener job of a type."""
        work = next(
            row for row in self.jobs.values() if row.type == listener_type and row.kind is not JobKind.BPMN_ELEMENT
        )
        return self.command(lambda instance: instance.complete_job(work.key, variables))

    def fail(self, element_id: str, code: str, index: int = 0, **variables: Json) -> Play:
        """Throw a BPMN error from an open job."""
        work = self.job_of(element_id, index)
        return self.command(lambda instance: instance.throw_job_error(work.key, code, "it failed", variables))

    def fire(self, key: int) -> Play:
        """Fire one timer now."""
        return self.command(lambda instance: instance.fire_timer(key))

    def message(self, name: str, key: str = "", **variables: Json) -> Play:
        """Deliver a message to the oldest subscription that takes it."""
        fits = (
            row
            for row in self._subscribed(MessageSubscriptionOpened)
            if (row.message_name, row.correlation_key) == (name, key)
        )
        subscription = next(fits, None)
        assert subscription is not None, f"nobody waits for {name!r} {key!r}; open: {self.catching}"
        return self.command(lambda instance: instance.deliver_message(subscription.key, variables))

    def signal(self, name: str, **variables: Json) -> Play:
        """Deliver a signal to every subscription open now."""
        for row in [row for row in self._subscribed(SignalSubscriptionOpened) if row.signal_name == name]:
            if row.key in self.subscriptions:
                self.command(lambda instance, key=row.key: instance.deliver_signal(key, variables))
        return self

    def set(self, scope: str | None = None, *, local: bool = False, **variables: Json) -> Play:
        """Set variables at a live element, or at the process."""
        key = self.key if scope is None else self.key_of(scope)
        return self.command(lambda instance: instance.set_variables(key, variables, local=local))

    def retry(self) -> Play:
        """Retry the only open incident."""
        (key,) = self.incidents
        return self.command(lambda instance: instance.retry_incident(key))

    def migrate(self, *processes: Node, **mapping: str) -> Play:
        """Go on under another version, its live elements mapped to those of the first of the processes."""
        definition = self.stage.deploy(*processes)
        self.command(lambda instance: instance.migrate(definition, mapping))
        self.definition = definition
        self.live = {key: mapping.get(old, old) for key, old in self.live.items()}
        self.user_tasks = {key: _renamed(row, mapping) for key, row in self.user_tasks.items()}
        self.jobs = {key: _renamed(row, mapping) for key, row in self.jobs.items()}
        return self

    def modify(
        self, *, activate: Sequence[Activate] = (), terminate: Sequence[Terminate] = (), move: Sequence[Move] = ()
    ) -> Play:
        """Activate, terminate and move elements."""
        return self.command(lambda instance: instance.modify(activate=activate, terminate=terminate, move=move))

    def command(self, act: Callable[[Any], Any]) -> Play:
        """Run one command to its rest, keep the books, and serve what it asks of other instances."""
        made = act(self._instance if self.outcomes == [] else self.instance())
        if isinstance(made, Instance):
            self._instance, self.key = made, made.key
        self._settle()
        return self

    def instance(self) -> Instance:
        """The live instance: the one in memory, or a fresh one from the stored state."""
        if self.stage.restoring:
            assert self._state is not None, "the instance has ended"
            self._instance = Instance.load(self.definition, self._state, self.stage.ports)
        assert self._instance is not None
        return self._instance

    # --- keeping the books

    def _settle(self) -> None:
        assert self._instance is not None
        outcome = self._instance.rest()
        self._state = outcome.state
        self.record(outcome)
        for key in [call.key for call in outcome.calls_cancelled]:
            child = self.children.pop(key)
            if child.ended is None:
                child.parent = None
                child.command(lambda instance: instance.cancel())
        for request in outcome.calls:
            self._call(request)
        for escape in outcome.escaped:
            self._escape(escape)
        if self.ended and self.parent:
            (parent, key), self.parent = self.parent, None
            if self.ended is Ended.COMPLETED and parent.children.pop(key, None):
                parent.command(lambda instance: instance.child_completed(key, self.variables))

    def _call(self, request: CallRequested) -> None:
        definition = self.stage.definitions.get(request.process_id)
        if definition is None:
            self.command(lambda instance: instance.child_refused(request.key, f"no process {request.process_id}"))
            return
        child = self.children[request.key] = Play(self.stage, definition)
        child.parent = (self, request.key)
        self.stage.plays.append(child)
        variables = json.loads(request.variables, parse_float=Decimal)
        child.command(lambda _: Instance.start(definition, variables, self.stage.ports))

    def _escape(self, escape: Escaped) -> None:
        if self.parent is None:
            return
        parent, key = self.parent
        given = json.loads(escape.variables, parse_float=Decimal)
        parent.command(lambda instance: instance.child_failed(key, escape.kind, escape.code, escape.message, given))

    def record(self, outcome: Outcome) -> None:
        """Enter an outcome into the books; whatever does not fit fails the test."""
        self.outcomes.append(outcome)
        assert not self.ended, "an ended instance moved"
        self.ended = outcome.ended
        for entered in outcome.entered:
            assert entered.key not in self.live
            assert entered.scope_key is None or entered.scope_key in self.live or entered.scope_key in self.scopes
            self.live[entered.key] = entered.element_id
            self.scopes.setdefault(entered.key, {})
            self.entered.append(entered.element_id)
        self.live |= {moved.key: moved.element_id for moved in outcome.migrated if moved.kind is None}
        for left in outcome.left:
            assert self.live.pop(left.key) == left.element_id
            (self.terminated if left.terminated else self.completed).append(left.element_id)
        self.flows += [flow.flow_id for flow in outcome.flows]
        for variable in outcome.variables:
            scope = self.scopes[variable.scope_key]
            assert (variable.name not in scope) == variable.created, f"{variable.name} created={variable.created}"
            scope[variable.name] = json.loads(variable.json, parse_float=Decimal)
        self._open_and_close(outcome)
        if outcome.ended:
            assert outcome.state is None
            books = (self.live, self.user_tasks, self.jobs, self.timers, self.subscriptions, self.incidents)
            assert not any(books), "an ended instance left something open"
        else:
            assert outcome.state is not None
            assert self.key in self.live

    def _open_and_close(self, outcome: Outcome) -> None:
        self.user_tasks |= {row.key: row for row in outcome.user_tasks}
        for change in outcome.user_task_changes:
            if change.key in self.user_tasks:
                given = {
                    name: value for name, value in change.changes.items() if hasattr(self.user_tasks[change.key], name)
                }
                self.user_tasks[change.key] = self.user_tasks[change.key]._replace(state=change.state, **given)
        self.jobs |= {row.key: row for row in outcome.jobs}
        self.timers |= {row.key: row for row in outcome.timers}
        self.subscriptions |= {row.key: row for row in (*outcome.messages, *outcome.signals, *outcome.conditionals)}
        self.incidents |= {row.key: row for row in outcome.incidents}
        books: dict[str, dict[int, Any]] = {
            "USER_TASK": self.user_tasks,
            "JOB": self.jobs,
            "TIMER": self.timers,
            "MESSAGE": self.subscriptions,
            "SIGNAL": self.subscriptions,
            "CONDITIONAL": self.subscriptions,
        }
        for closed in outcome.closed:
            if closed.kind in books:
                assert closed.key in books[closed.kind], f"{closed.kind} {closed.key} closed, but was not open"
                del books[closed.kind][closed.key]
        for resolved in outcome.resolved:
            assert resolved.key in self.incidents
            del self.incidents[resolved.key]

    def _find(self, book: dict[int, Any], element_id: str, index: int) -> Any:
        rows = [row for row in book.values() if row.element_id == element_id]
        return rows[index] if index < len(rows) else None

    def _subscribed(self, kind: type) -> list[Any]:
        assert kind in _SUBSCRIPTIONS
        return [row for row in self.subscriptions.values() if isinstance(row, kind)]


def _renamed(row: Any, mapping: Mapping[str, str]) -> Any:
    return row._replace(element_id=mapping.get(row.element_id, row.element_id))
