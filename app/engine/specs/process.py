"""The specification of one process for SpiffWorkflow, and its scopes: process, sub-process, event sub-process.

Owns what a scope does: start its inside, listen for its event sub-processes, and end when nothing is left in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.specs import WorkflowSpec

from app.engine import conditions, subscriptions
from app.engine.entering import enter
from app.engine.model import Element
from app.engine.specs.base import ElementSpec
from app.engine.token import Phase, Token


class ProcessSpec(WorkflowSpec):  # type: ignore[misc]  # SpiffWorkflow has no types
    """All specs of a process by name. `entry` maps an element to the spec by which it is entered (its loop's body).

    `waiting_joins` are the joins that decide when nothing moves; `has_conditions` whether any event
    waits for a condition.
    """

    def __init__(self, process_id: str, file: str) -> None:
        super().__init__(process_id, file)
        self.data_objects: Mapping[str, Any] = {}  # SpiffWorkflow's, never used
        self.entry: Mapping[str, str] = {}
        self.waiting_joins: frozenset[str] = frozenset()
        self.has_conditions = False


class ScopeSpec(ElementSpec):
    """A process, an embedded sub-process, a transaction or an event sub-process.

    Note `start`: the event to begin with (else the only none start event); `start_triggered`: it has happened, with the
    variables `start_result`. `bare`: begin with nothing, a modification puts something in. `companions`: by each event
    of a parallel event-based gateway that starts the process, the others, which are awaited too (BPMN 10.6.6). Note
    `first` on the token it begins with: when that has set its variables, the scope listens for its event sub-processes.
    """

    def __init__(self, wf_spec: ProcessSpec, name: str, element: Element) -> None:
        super().__init__(wf_spec, name, element)
        self.start: str | None = None
        self.companions: Mapping[str, tuple[str, ...]] = {}

    def prepare(self, token: Token) -> Any:
        """Evaluate what its event sub-processes wait for, unless a start event is to set variables before."""
        return subscriptions.plan(token, self.event_starts) if "bare" in token.notes else []

    def begin(self, token: Token, plan: Any) -> bool:
        """Start."""
        run = token.workflow
        subscriptions.open_all(token, plan)
        bare = token.drop("bare")
        if bare is not None:
            for path, variables in bare:
                enter(token, path, variables)
            return False
        start = token.drop("start") or self.start
        result, triggered = token.drop("start_result"), token.drop("start_triggered")
        first = bool(self.event_starts)
        run.create(run.spec_of(run.spec.entry[start]), token, result=result, triggered=triggered, first=first)
        for name in self.companions.get(start or "", ()):
            run.create(run.spec_of(run.spec.entry[name]), token)
        return False

    def child_leaving(self, scope: Token, child: Token) -> None:
        """Listen for its event sub-processes, now that the start event's variables are there."""
        if "first" in child.notes:
            subscriptions.open_all(scope, subscriptions.plan(scope, self.event_starts))

    def child_done(self, scope: Token, child: Token) -> None:
        """Look at the conditions of its event sub-processes for the first time."""
        if child.drop("first"):
            conditions.consider_new(scope, self.event_starts)
        super().child_done(scope, child)

    def emptied(self, scope: Token) -> None:
        """The scope ends, unless tokens wait at a join inside."""
        if scope.phase == Phase.ACTIVE and not scope.notes.get("arrivals"):
            scope.workflow.finish(scope)
