"""Gateways: exclusive, parallel, inclusive, complex and event-based.

Owns how they split and join. Joins count arrivals in their scope (`app.engine.joins`); inclusive and complex ones
decide only when nothing else in the instance can move, by whether a live token can still reach them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.engine import evaluate, joins, subscriptions
from app.engine.failure import StepFailure
from app.engine.model import Element, Flow
from app.engine.outcome import FlowTaken
from app.engine.specs.base import ElementSpec, no_flow
from app.engine.token import Token

if TYPE_CHECKING:
    from app.engine.runtime import Runtime
    from app.engine.specs.process import ProcessSpec


class Gateway(ElementSpec):
    """Any gateway: passes at once."""

    waits = False


class ExclusiveGateway(Gateway):
    """Leaves by the first flow whose condition is true, else by the default."""

    def choose_flows(self, token: Token) -> tuple[Flow, ...]:
        """BPMN 13.4.2."""
        default = self.element.default_flow
        for flow in self.flows:
            if flow.id != default and (flow.condition is None or evaluate.boolean(token, flow.condition)):
                return (flow,)
        if default is None and self.flows:
            raise no_flow(self.element)
        return tuple(flow for flow in self.flows if flow.id == default)


class ParallelGateway(Gateway):
    """Waits for one token on each incoming flow, and leaves by all flows."""

    def arrive(self, run: Runtime, flow: Flow | None, scope: Token) -> None:
        """BPMN 13.4.1."""
        incoming = self.element.incoming
        if flow is not None and len(incoming) > 1:
            counts = joins.arrive(scope, self.element.id, flow.id)
            if len(counts) < len(incoming):
                return
            joins.use(scope, self.element.id, incoming)
        run.create(self, scope)

    def choose_flows(self, token: Token) -> tuple[Flow, ...]:
        """All of them; conditions have no place here."""
        return self.flows


class InclusiveGateway(Gateway):
    """Leaves by every flow whose condition is true; joins once no further token can come.

    `reach` is set when the spec is built: by incoming flow, the elements it can be reached from.
    """

    def __init__(self, wf_spec: ProcessSpec, name: str, element: Element) -> None:
        super().__init__(wf_spec, name, element)
        self.reach: Mapping[str, frozenset[str]] = {}

    def arrive(self, run: Runtime, flow: Flow | None, scope: Token) -> None:
        """BPMN 13.4.3."""
        if flow is None or len(self.element.incoming) < 2:
            run.create(self, scope)
            return
        if len(joins.arrive(scope, self.element.id, flow.id)) == len(self.element.incoming):
            self._fire(run, scope)

    def reconsider(self, run: Runtime, scope: Token, patience: joins.Patience) -> bool:
        """Go on with what has come if nothing more can."""
        counts = joins.counts_of(scope, self.element.id)
        if not counts:
            return False
        missing = [flow for flow in self.element.incoming if flow not in counts]
        if missing and joins.can_still_come(scope, self.element.id, missing, self.reach, patience):
            return False
        self._fire(run, scope)
        return True

    def choose_flows(self, token: Token) -> tuple[Flow, ...]:
        """Every flow without a condition or with a true one; only without any of them the default."""
        default = self.element.default_flow
        chosen = tuple(
            flow
            for flow in self.flows
            if flow.id != default and (flow.condition is None or evaluate.boolean(token, flow.condition))
        )
        if chosen or not self.flows:
            return chosen
        if default is None:
            raise no_flow(self.element)
        return tuple(flow for flow in self.flows if flow.id == default)

    def _fire(self, run: Runtime, scope: Token) -> None:
        joins.use(scope, self.element.id, list(joins.counts_of(scope, self.element.id)))
        run.create(self, scope)


class ComplexGateway(InclusiveGateway):
    """Joins as soon as its activation condition holds (without one: at the first token), and swallows the rest.

    The condition sees `activationCount`, the tokens that have come. Afterwards it waits until every other incoming flow
    has delivered, or none can any more, and starts anew. Note `fired` on the scope: gateway → flows used in this round.
    """

    def arrive(self, run: Runtime, flow: Flow | None, scope: Token) -> None:
        """BPMN 13.4.5."""
        if flow is None or len(self.element.incoming) < 2:
            run.create(self, scope)
            return
        joins.arrive(scope, self.element.id, flow.id)
        self._consider(run, scope)

    def reconsider(self, run: Runtime, scope: Token, patience: joins.Patience) -> bool:
        """Start anew if nothing more can come; True if that lets waiting tokens go on."""
        fired = scope.notes.get("fired", {}).get(self.element.id)
        if fired is None:
            return False
        missing = [flow for flow in self.element.incoming if flow not in fired]
        if missing and joins.can_still_come(scope, self.element.id, missing, self.reach, patience):
            return False
        del scope.notes["fired"][self.element.id]
        return self._consider(run, scope)

    def _consider(self, run: Runtime, scope: Token) -> bool:
        counts = joins.counts_of(scope, self.element.id)
        used: list[str] | None = scope.notes.get("fired", {}).get(self.element.id)
        if used is not None:
            late = [flow for flow in counts if flow not in used]
            joins.use(scope, self.element.id, late)
            used += late
            if len(used) == len(self.element.incoming):
                del scope.notes["fired"][self.element.id]
                return self._consider(run, scope)
            return False
        if not counts:
            return False
        try:
            if not self._holds(scope, counts):
                return False
            undecided = 0
        except StepFailure:
            undecided = sum(counts.values())  # the gateway's own token fails again, where it can be repaired
        scope.notes.setdefault("fired", {})[self.element.id] = list(counts)
        joins.use(scope, self.element.id, list(counts))
        run.create(self, scope, undecided=undecided)
        return True

    def _holds(self, token: Token, counts: Mapping[str, int]) -> bool:
        condition = self.element.activation_condition
        return condition is None or evaluate.boolean(token, condition, extra={"activationCount": sum(counts.values())})

    def choose_flows(self, token: Token) -> tuple[Flow, ...]:
        """Every true flow; none if it turned out that the condition, which had failed, does not hold."""
        count = token.notes.get("undecided")
        if count and not self._holds(token, {"": count}):
            return ()
        return super().choose_flows(token)


class EventBasedGateway(ElementSpec):
    """Waits for the first of several events, and leaves by the flow to it. Note `caught`: that event."""

    def __init__(self, wf_spec: ProcessSpec, name: str, element: Element) -> None:
        super().__init__(wf_spec, name, element)
        self.events: tuple[str, ...] = ()

    def prepare(self, token: Token) -> Any:
        """Evaluate what each event waits for."""
        return subscriptions.plan(token, self.events)

    def begin(self, token: Token, plan: Any) -> bool:
        """Wait for all of them."""
        subscriptions.open_all(token, plan)
        return False

    def choose_flows(self, token: Token) -> tuple[Flow, ...]:
        """The flow to the event that happened."""
        return tuple(flow for flow in self.flows if flow.target == token.notes["caught"])

    def leave(self, token: Token, scope: Token) -> None:
        """The event has happened already: it passes at once."""
        run = token.workflow
        for flow in token.chosen:
            run.record.flows.append(FlowTaken(flow.id, scope.key))
            run.create(run.spec_of(flow.target), scope, result=token.drop("passed_on"), triggered=True)
