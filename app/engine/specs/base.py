"""The life of an element instance, as SpiffWorkflow's hooks call it, and what every element shares.

Owns the phases: entering, input mappings, start listeners, the element's own work, output mappings, end listeners,
leaving along flows. Subclasses say what their work is. Specs are shared by all instances and hold no state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from SpiffWorkflow.specs.base import TaskSpec

from app.engine import compensation, conditions, evaluate, listeners, mappings, subscriptions
from app.engine.failure import StepFailure
from app.engine.joins import Patience
from app.engine.kinds import ErrorType, Kind, Why
from app.engine.model import Element, ElementType, Flow
from app.engine.outcome import ElementEntered, ElementLeft
from app.engine.token import Phase, Token
from app.engine.variables import set_text

if TYPE_CHECKING:
    from app.engine.runtime import Runtime
    from app.engine.specs.process import ProcessSpec


class ElementSpec(TaskSpec):  # type: ignore[misc]  # SpiffWorkflow has no types
    """One element of a definition.

    `shown_id` is what history calls it, `flows` are its outgoing flows, `hosted` its boundary events' ids,
    `event_starts` the start events' ids of the event sub-processes in it, `start_listeners` the event of the listeners
    that come before its work (empty: none).
    Note `locals`: variables (JSON texts) a token is entered with. Note `resume`: `app.engine.returning`.
    """

    waits: ClassVar[bool] = True
    """Whether an instance can rest in this element, so that events around it must be listened for."""

    def __init__(self, wf_spec: ProcessSpec, name: str, element: Element) -> None:
        super().__init__(wf_spec, name)
        self.element = element
        self.type: ElementType = element.type
        self.shown_id = element.id
        self.flows: tuple[Flow, ...] = ()
        self.hosted: tuple[str, ...] = element.boundary_events
        self.event_starts: tuple[str, ...] = ()
        self.input_mappings = element.inputs
        self.output_mappings = element.outputs
        listened = {listener.event for listener in element.listeners}
        self.start_listeners = "start" if "start" in listened else ""
        self.has_end_listeners = "end" in listened
        self.has_cancel_listeners = "cancel" in listened

    # -- what subclasses say -------------------------------------------------------------------------------------

    def prepare(self, token: Token) -> Any:
        """Evaluate all that `begin` needs; may raise StepFailure, must change nothing."""
        return None

    def begin(self, token: Token, plan: Any) -> bool:
        """Do or start the element's work with what `prepare` returned; True when it is done already."""
        return True

    def ending(self, token: Token) -> None:
        """Called before output mappings, when the work is done."""

    def arrive(self, run: Runtime, flow: Flow | None, scope: Token) -> None:
        """A token came along `flow` into `scope`."""
        run.create(self, scope)

    def choose_flows(self, token: Token) -> tuple[Flow, ...]:
        """The flows to leave by: every unconditional one, every true one, the default if no condition holds."""
        flows = self.flows
        if not any(flow.condition for flow in flows):
            return flows
        default = self.element.default_flow
        chosen = [
            flow
            for flow in flows
            if flow.id != default and (flow.condition is None or evaluate.boolean(token, flow.condition))
        ]
        if not any(flow.condition for flow in chosen):
            chosen += [flow for flow in flows if flow.id == default]
        if not chosen:
            raise no_flow(self.element)
        return tuple(chosen)

    def child_leaving(self, scope: Token, child: Token) -> None:
        """A token in this scope is about to complete; may raise StepFailure (at the child)."""

    def child_done(self, scope: Token, child: Token) -> None:
        """A token in this scope has completed and its successors exist."""
        self.child_gone(scope, child)

    def child_gone(self, scope: Token, child: Token) -> None:
        """A token in this scope is gone; what waited for the scope to be empty follows."""
        if scope._children:
            return
        if scope.phase == Phase.TERMINATING:
            scope.workflow.terminate_rest(scope)
        elif "interrupted" in scope.notes:
            subscriptions.follow(scope.workflow, scope, scope.drop("interrupted"))
        elif scope.workflow.modifying and not scope.notes.get("arrivals"):
            scope.workflow.terminate(scope)
        else:
            self.emptied(scope)

    def emptied(self, scope: Token) -> None:
        """Nothing is left in this scope."""

    def resume(self, token: Token) -> None:
        """A token was awakened in the midst of its work, or of its termination."""
        if token.phase == Phase.TERMINATING and listeners.advance(token, "cancel"):
            token.workflow.terminated(token)

    def may_terminate(self, token: Token) -> bool:
        """Close what the element opened; False if something (a listener) must be waited for."""
        self.close_work(token, Why.CANCELLED)
        if self.has_cancel_listeners:
            token.drop("listener")
            token.workflow.awaken(token)
        return not self.has_cancel_listeners

    def reconsider(self, run: Runtime, scope: Token, patience: Patience) -> bool:
        """Joins only: let waiting tokens go on, now that nothing else moves; whether that was possible."""
        return False

    # -- the phases ----------------------------------------------------------------------------------------------

    def _update_hook(self, my_task: Token) -> bool:
        return True  # no data to inherit: variables live in scopes

    def _on_ready(self, my_task: Token) -> None:
        my_task.workflow.agenda.append(my_task)

    def _run_hook(self, my_task: Token) -> bool | None:
        """Go through the phases until the token completes (True) or has to wait (None)."""
        token = my_task
        if token.phase <= Phase.BEGIN:
            if not self._arrive_at_work(token) or not self._begin(token):
                return None
        elif token.phase in (Phase.ACTIVE, Phase.TERMINATING):
            self.resume(token)
            return None
        return self._depart(token) or None

    def _arrive_at_work(self, token: Token) -> bool:
        if token.phase == Phase.ENTER:
            self._enter(token)
        if token.phase == Phase.INPUTS:
            if self.input_mappings:
                mappings.apply_inputs(token, self.input_mappings)
            token.phase = Phase.START_LISTENERS
        if token.phase == Phase.START_LISTENERS:
            if self.start_listeners and not listeners.advance(token, self.start_listeners):
                return False
            token.phase = Phase.BEGIN
        return True

    def _depart(self, token: Token) -> bool:
        if token.phase == Phase.OUTPUTS:
            self._hand_on(token)
        if token.phase == Phase.END_LISTENERS:
            if self.has_end_listeners and not listeners.advance(token, "end"):
                return False
            token.phase = Phase.LEAVE
        token.chosen = self.choose_flows(token) if "resume" not in token.notes else ()
        scope = token.scope
        if scope is not None:
            scope.task_spec.child_leaving(scope, token)
        return True

    def _enter(self, token: Token) -> None:
        run, scope = token.workflow, token.scope
        scope_key = scope.key if scope is not None else None
        run.record.entered.append(ElementEntered(token.key, self.shown_id, self.type, scope_key, run.now))
        token.phase = Phase.INPUTS
        for name, text in (token.drop("locals") or {}).items():
            set_text(token, name, text)

    def _begin(self, token: Token) -> bool:
        plan = self.prepare(token)
        around = subscriptions.plan(token, self.hosted) if self.waits and self.hosted else []
        token.phase = Phase.ACTIVE
        subscriptions.open_all(token, around)
        try:
            done = self.begin(token, plan)
        except StepFailure:
            subscriptions.close_all(token)
            token.phase = Phase.BEGIN
            raise
        if token.is_gone or token.phase != Phase.ACTIVE:
            return False
        if done:
            token.phase = Phase.OUTPUTS
        elif token.subscriptions:
            conditions.consider_new(token)
        return done

    def _hand_on(self, token: Token) -> None:
        self.ending(token)
        outputs = mappings.plan_outputs(token, self.output_mappings)
        subscriptions.close_all(token)
        mappings.apply_outputs(token, outputs)
        token.phase = Phase.END_LISTENERS

    def _on_complete_hook(self, my_task: Token) -> None:
        """The element is left: take its flows. SpiffWorkflow then tells the workflow."""
        run, scope = my_task.workflow, my_task.scope
        run.record.left.append(ElementLeft(my_task.key, self.shown_id, terminated=False, at=run.now))
        if scope is not None:
            compensation.remember(my_task, scope)
            if "resume" in my_task.notes:
                run.create(run.spec_of(run.spec.entry[my_task.notes["resume"]]), scope)
            elif not run.ends_after(self):
                self.leave(my_task, scope)
            compensation.handled(my_task)

    def leave(self, token: Token, scope: Token) -> None:
        """Go on from here: take the chosen flows."""
        for flow in token.chosen:
            token.workflow.take_flow(flow, scope)

    def _on_error_hook(self, my_task: Token) -> None:
        """Nothing to do: the step loop raises the incident."""

    def leave_terminated(self, token: Token) -> None:
        """Record the end of a terminated token."""
        run = token.workflow
        run.record.left.append(ElementLeft(token.key, self.shown_id, terminated=True, at=run.now))

    def close_work(self, token: Token, why: Why) -> None:
        """Close the token's job, if one is open. Note `job`: its key."""
        key = token.drop("job")
        if key is not None:
            token.workflow.close(Kind.JOB, key, why)


def no_flow(element: Element) -> StepFailure:
    """The failure of an element none of whose conditions hold."""
    return StepFailure(
        ErrorType.CONDITION_ERROR,
        f"Expected a condition of the flows out of {element.id!r} to be true, or a default flow, but there is neither",
    )
