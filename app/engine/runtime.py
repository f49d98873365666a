"""The running instance: SpiffWorkflow's workflow with our own step loop over a tree of live tokens.

Owns the agenda (tokens that can go on), creating, finishing, terminating and removing tokens, taking flows, incidents,
and the order in which consequences follow a step. What an element does is its spec's (`app.engine.specs`).
"""

from __future__ import annotations

from collections import deque
from datetime import datetime
from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow

from app.engine import compensation, conditions, listeners, subscriptions
from app.engine.failure import StepFailure
from app.engine.functions import ENGINE_FUNCTIONS
from app.engine.joins import Patience
from app.engine.kinds import Ended, ErrorType, Why
from app.engine.model import Definition, Flow
from app.engine.outcome import Closed, FlowTaken, IncidentRaised, IncidentResolved, Outcome
from app.engine.ports import Ports
from app.engine.recorder import Recorder
from app.engine.specs.base import ElementSpec
from app.engine.step_budget import StepBudget
from app.engine.token import Phase, Token
from app.feel import Environment

_NO_SCRIPTS = object()  # model text never reaches SpiffWorkflow's own script engine


class Runtime(BpmnWorkflow):  # type: ignore[misc]  # SpiffWorkflow has no types
    """One instance in memory. `tasks` maps keys to live tokens; `task_tree` is the process's token.

    Note `incident` on a token: the key of its incident. Note `result`: variables that came with its completion, as JSON
    text by name. Note `after`: what follows once it (or, in a scope, everything in it) has terminated.
    """

    tasks: dict[int, Token]
    task_tree: Token

    def __init__(self, definition: Definition, ports: Ports) -> None:
        super().__init__(definition.spec, script_engine=_NO_SCRIPTS, deserializing=True)
        self.definition = definition
        self.ports = ports
        self.environment = Environment(
            clock=ports.clock,
            calendars=ports.calendars,
            zone=ports.zone.key,
            limits=ports.limits,
            functions={**ENGINE_FUNCTIONS, **ports.functions},
        )
        self._now: datetime | None = None
        self.record = Recorder()
        self.agenda: deque[Token] = deque()
        self.changes: list[tuple[Token, str, bool]] = []
        self.signals: deque[tuple[str, dict[str, str]]] = deque()
        self.ended: Ended | None = None
        self.modifying = False

    @property
    def now(self) -> datetime:
        """The instant of the command under way; the clock is asked once a command."""
        if self._now is None:
            self._now = self.ports.clock.now()
        return self._now

    def take_record(self, state: bytes | None) -> Outcome:
        """Hand out what happened; the next command has an instant of its own."""
        self._now = None
        return self.record.take(state, self.ended)

    # -- creating, finishing, removing ---------------------------------------------------------------------------

    def spec_of(self, name: str) -> ElementSpec:
        """The spec of an element (or of a body, `app.engine.specs.build`)."""
        found: ElementSpec = self.spec.task_specs[name]
        return found

    def create(self, spec: ElementSpec, scope: Token | None, *, key: int | None = None, **notes: Any) -> Token:
        """Make a token of `spec` in `scope` and put it on the agenda."""
        token = Token(self, spec, scope, key if key is not None else self.ports.keys.next())
        token.internal_data.update({name: value for name, value in notes.items() if value})
        spec._update(token)
        return token

    def awaken(self, token: Token) -> None:
        """Put a waiting token back on the agenda."""
        token._set_state(TaskState.READY)
        self.agenda.append(token)

    def finish(self, token: Token, result: dict[str, str] | None = None) -> None:
        """Let a waiting token complete, with variables (JSON texts) that came with it."""
        if result:
            token.note("result", result)
        token.phase = Phase.OUTPUTS
        self.awaken(token)

    def take_flow(self, flow: Flow, scope: Token) -> None:
        """Send a token along `flow`."""
        self.record.flows.append(FlowTaken(flow.id, scope.key))
        self.spec_of(self.spec.entry[flow.target]).arrive(self, flow, scope)

    def terminate(self, token: Token) -> None:
        """End a token and everything in it; listeners of a user task may delay that."""
        if token.is_gone or token.phase == Phase.TERMINATING:
            return
        if token.phase == Phase.ENTER:
            self.resolve_incident(token)
            self._remove(token)
            return
        if token.has_state(TaskState.ERROR):
            token._state = TaskState.STARTED
        token.phase = Phase.TERMINATING
        self.resolve_incident(token)
        token.drop("arrivals")
        listeners.close(token)
        subscriptions.close_all(token)
        for child in token.live_children:
            self.terminate(child)
        token._set_state(TaskState.STARTED)
        token.note("held", True)
        self.terminate_rest(token)

    def terminate_rest(self, token: Token) -> None:
        """Go on terminating `token` if nothing in it is left. Note `held`: it waits for that."""
        if token._children or "held" not in token.notes:
            return
        token.drop("held")
        self.go_on_terminating(token)

    def go_on_terminating(self, token: Token) -> None:
        """Remove a terminating token as soon as its element lets it go."""
        if token.task_spec.may_terminate(token):
            self.terminated(token)

    def terminated(self, token: Token) -> None:
        """Remove a token whose termination nothing holds up any more."""
        token.task_spec.leave_terminated(token)
        self._remove(token)

    def _remove(self, token: Token) -> None:
        token._set_state(TaskState.CANCELLED)
        scope = token.scope
        self._forget(token)
        after = token.drop("after")
        if scope is None:
            self.ended = Ended.TERMINATED
            return
        compensation.handled(token)
        if after is not None:
            subscriptions.follow(self, scope, after)
        scope.task_spec.child_gone(scope, token)

    def _forget(self, token: Token) -> None:
        del self.tasks[token.id]
        scope = token.scope
        if scope is not None:
            scope._children.remove(token.id)

    def _task_completed_notify(self, task: Token) -> None:
        """SpiffWorkflow's word that a task completed: its flows are taken, now its scope hears of it."""
        scope = task.scope
        self._forget(task)
        if scope is None:
            self.ended = Ended.COMPLETED
        elif self.ends_after(task.task_spec):
            self.terminate(self.task_tree)
        else:
            scope.task_spec.child_done(scope, task)

    def ends_after(self, spec: ElementSpec) -> bool:
        """Whether the instance ends when this element completes. Note `terminate_after` on the process: such ids."""
        ids = self.task_tree.notes.get("terminate_after")
        return ids is not None and spec.element.id in ids and self.spec.entry[spec.element.id] == spec.name

    # -- incidents -----------------------------------------------------------------------------------------------

    def raise_incident(self, token: Token, error: ErrorType, message: str, job_key: int | None = None) -> None:
        """Record an incident at `token`; one at a time."""
        if "incident" in token.notes:
            return
        key = self.ports.keys.next()
        token.note("incident", key)
        element_id = token.task_spec.shown_id
        told = message.replace("\0", "\N{SYMBOL FOR NULL}")  # it may quote a variable
        self.record.incidents.append(IncidentRaised(key, token.key, element_id, error, told, self.now, job_key))

    def fail(self, token: Token, error: ErrorType, message: str) -> None:
        """Stop a token with an incident; a retry runs the phase it is in."""
        token._set_state(TaskState.ERROR)
        self.raise_incident(token, error, message)

    def retry(self, token: Token) -> None:
        """Resolve the token's incident, and run the step it stands for again; a failed job is its worker's to retry."""
        self.resolve_incident(token)
        if token.has_state(TaskState.ERROR):
            self.awaken(token)

    def resolve_incident(self, token: Token) -> None:
        """Record that the token's incident, if it has one, is gone."""
        key = token.drop("incident")
        if key is not None:
            self.record.resolved.append(IncidentResolved(key, self.now))

    # -- what happened -------------------------------------------------------------------------------------------

    def variable_changed(self, token: Token, name: str, text: str, *, created: bool, growing: bool) -> None:
        """Record a change of a variable; conditional events hear of it after the step."""
        self.record.set_variable(token.key, name, text, created=created, growing=growing)
        self.changes.append((token, name, created))

    def close(self, kind: Any, key: int, why: Why) -> None:
        """Record that a key is no longer open."""
        self.record.closed.append(Closed(kind, key, why))

    # -- the step loop -------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Run every token that can go on, and the joins that wait for the rest, until nothing moves."""
        budget = StepBudget(self.ports.step_limit)
        self.follow_up()
        while True:
            while self.agenda:
                token = self.agenda.popleft()
                if token.is_gone or token.id not in self.tasks:
                    continue
                if budget.spend(token):
                    self.step(token)
                    self.follow_up()
                else:
                    self.fail(token, ErrorType.UNKNOWN, budget.message)
            if self.ended is not None or not self.spec.waiting_joins or not self._fire_waiting_joins():
                return

    def follow_up(self) -> None:
        """Let conditional events and this instance's own signal catches hear of what just happened."""
        while self.changes or self.signals:
            while self.signals:
                name, variables = self.signals.popleft()
                subscriptions.deliver_signal(self, name, variables)
            if self.changes:
                changes, self.changes = self.changes, []
                conditions.consider(self, changes)

    def step(self, token: Token) -> None:
        """Run one token as far as it goes by itself."""
        try:
            token.run()
        except StepFailure as failure:
            self.raise_incident(token, failure.error_type, failure.message)

    def _fire_waiting_joins(self) -> bool:
        """Let one join go on that waits for nothing more."""
        waiting = [
            (scope, gateway)
            for scope in list(self.tasks.values())
            for name in ("arrivals", "fired")
            for gateway in scope.notes.get(name, ())
            if gateway in self.spec.waiting_joins
        ]
        for patience in Patience:
            for scope, gateway in waiting:
                if self.spec_of(gateway).reconsider(self, scope, patience):
                    return True
        return False
