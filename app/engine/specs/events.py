"""Events: start, boundary, intermediate catch and throw, end.

Owns what throwing does for each trigger, and that catching waits for a subscription.
"""

from __future__ import annotations

from typing import Any

from app.engine import compensation, evaluate, jobs, messages, propagation, subscriptions
from app.engine.failure import StepFailure
from app.engine.kinds import ErrorType
from app.engine.model import ElementType
from app.engine.outcome import SignalThrown
from app.engine.specs.base import ElementSpec
from app.engine.token import Token
from app.engine.triggers import (
    CancelTrigger,
    CompensationTrigger,
    ErrorTrigger,
    EscalationTrigger,
    LinkTrigger,
    SignalTrigger,
    TerminateTrigger,
    Trigger,
)
from app.engine.values import encode_object


class PassingEvent(ElementSpec):
    """A start event, or a boundary event that has happened: passes at once."""

    waits = False


class CatchEvent(ElementSpec):
    """An intermediate catch event or receive task. Note `triggered`: the event happened before it was entered."""

    def prepare(self, token: Token) -> Any:
        """Evaluate what it waits for."""
        return [] if "triggered" in token.notes else subscriptions.plan(token, (self.element.id,))

    def begin(self, token: Token, plan: Any) -> bool:
        """Wait; a link target, and an event that has happened already, pass."""
        token.drop("triggered")
        subscriptions.open_all(token, plan)
        return not plan


class ThrowEvent(ElementSpec):
    """An intermediate throw or end event: throws each of its triggers in turn."""

    def prepare(self, token: Token) -> Any:
        """Evaluate the job, the message, or the names and codes to throw."""
        element = self.element
        if element.job is not None:
            work = element.job
            return jobs.plan_job(token, work.type, work.retries, work.headers, work.priority)
        if element.publish is not None:
            return messages.plan_message(token, element)
        return [self._name_of(token, trigger) for trigger in element.triggers]

    def _name_of(self, token: Token, trigger: Trigger) -> str | None:
        if isinstance(trigger, SignalTrigger):
            return evaluate.string(token, trigger.name)
        if isinstance(trigger, ErrorTrigger):
            assert trigger.code is not None
            return evaluate.string(token, trigger.code)
        if isinstance(trigger, EscalationTrigger):
            return evaluate.optional_string(token, trigger.code) or ""
        return None

    def begin(self, token: Token, plan: Any) -> bool:
        """Throw; a job and a compensation are waited for."""
        if self.element.job is not None:
            token.note("job", jobs.open_job(token, plan))
            return False
        if self.element.publish is not None:
            messages.publish(token, plan)
            return True
        done = True
        for trigger, name in zip(self.element.triggers, plan, strict=True):
            done = self._throw(token, trigger, name or "") and done
            if token.is_gone:
                return False
        return done

    def _throw(self, token: Token, trigger: Trigger, name: str) -> bool:
        run, scope = token.workflow, token.scope
        assert scope is not None
        if isinstance(trigger, SignalTrigger):
            run.record.signals_thrown.append(SignalThrown(token.key, self.element.id, name, encode_object(token.data)))
            if self.element.type is ElementType.END_EVENT:
                subscriptions.deliver_signal(run, name, dict(token.data))  # before the scope it ends listens no more
            else:
                run.signals.append((name, dict(token.data)))
        elif isinstance(trigger, EscalationTrigger):
            propagation.escalate(token, name, dict(token.data))
        elif isinstance(trigger, ErrorTrigger):
            if not propagation.throw_error(token, name, "", dict(token.data)):
                raise StepFailure(
                    ErrorType.UNHANDLED_ERROR_EVENT,
                    f"Expected an event that catches the error {name!r}, but there is none",
                )
        elif isinstance(trigger, TerminateTrigger):
            scope.drop("arrivals")
            for sibling in scope.live_children:
                if sibling is not token:
                    run.terminate(sibling)
        elif isinstance(trigger, CompensationTrigger):
            return compensation.throw(token, trigger)
        elif isinstance(trigger, CancelTrigger):
            return compensation.cancel_transaction(token)
        return True

    def leave(self, token: Token, scope: Token) -> None:
        """Take the flows, or go on at the catching link."""
        super().leave(token, scope)
        for trigger in self.element.triggers:
            if isinstance(trigger, LinkTrigger) and trigger.target is not None:
                token.workflow.create(token.workflow.spec_of(trigger.target), scope)
