"""Tasks: passing, job, script, decision, user task and call activity.

Owns what each does when it begins. Jobs and calls are completed by commands (`app.engine.instance`).
"""

from __future__ import annotations

from typing import Any

from app.engine import evaluate, jobs, messages, user_tasks
from app.engine.failure import StepFailure
from app.engine.kinds import ErrorType, JobKind, Kind, Why
from app.engine.outcome import CallCancelled, CallRequested, DecisionEvaluated
from app.engine.ports import DecisionRefusedError
from app.engine.specs.base import ElementSpec
from app.engine.token import Token
from app.engine.values import encode, encode_object
from app.engine.variables import Visible, visible_texts


class PassingTask(ElementSpec):
    """A task without work for the engine (task, manual task): passes at once."""

    waits = False


class JobTask(ElementSpec):
    """A service, send, script or business rule task done by a worker."""

    def prepare(self, token: Token) -> Any:
        """Evaluate the job."""
        work = self.element.job
        assert work is not None
        headers = work.headers
        if self.element.user_task is not None:
            headers = user_tasks.legacy_headers(token, self.element.user_task)
        return jobs.plan_job(token, work.type, work.retries, headers, work.priority)

    def begin(self, token: Token, plan: Any) -> bool:
        """Open it."""
        token.note("job", jobs.open_job(token, plan, kind=JobKind.BPMN_ELEMENT))
        return False


class PublishTask(ElementSpec):
    """A send task that publishes its message itself."""

    waits = False

    def prepare(self, token: Token) -> Any:
        """Evaluate the message."""
        return messages.plan_message(token, self.element)

    def begin(self, token: Token, plan: Any) -> bool:
        """Publish it."""
        messages.publish(token, plan)
        return True


class ScriptTask(ElementSpec):
    """A FEEL script with a result variable."""

    waits = False

    def prepare(self, token: Token) -> Any:
        """Evaluate the script."""
        work = self.element.script
        assert work is not None
        return {work.result_variable: encode(evaluate.json_value(token, work.expression))}

    def begin(self, token: Token, plan: Any) -> bool:
        """Hand on its result."""
        token.note("result", plan)
        return True


class DecisionTask(ElementSpec):
    """A business rule task that evaluates a deployed decision."""

    waits = False

    def prepare(self, token: Token) -> Any:
        """Ask the `decide` port; a refusal is an incident."""
        work, run = self.element.decision, token.workflow
        assert work is not None
        decision_id = evaluate.string(token, work.decision_id)
        try:
            result, record = run.ports.decide(decision_id, work.binding, work.version_tag, Visible(token))
        except DecisionRefusedError as refusal:
            self._keep(token, decision_id, refusal.record)
            raise StepFailure(ErrorType(refusal.error_type), str(refusal)) from refusal
        self._keep(token, decision_id, record)
        return {work.result_variable: encode(result)}

    def _keep(self, token: Token, decision_id: str, record: object) -> None:
        if record is not None:
            run = token.workflow
            run.record.decisions.append(DecisionEvaluated(token.key, self.element.id, decision_id, record, run.now))

    def begin(self, token: Token, plan: Any) -> bool:
        """Hand on its result."""
        token.note("result", plan)
        return True


class UserTask(ElementSpec):
    """A native user task."""

    def prepare(self, token: Token) -> Any:
        """Evaluate its attributes."""
        return user_tasks.plan_user_task(token, self.element)

    def begin(self, token: Token, plan: Any) -> bool:
        """Open it."""
        user_tasks.open_user_task(token, plan)
        return False

    def resume(self, token: Token) -> None:
        """Go on with the listeners of its current transition, then with those of its cancellation."""
        if "task" in token.notes:
            user_tasks.advance(token)
        else:
            super().resume(token)

    def may_terminate(self, token: Token) -> bool:
        """Cancel it; canceling listeners come first."""
        return user_tasks.cancel(token) and super().may_terminate(token)


class CallActivity(ElementSpec):
    """Another process, run as an instance of its own. Note `called`: the child was requested."""

    def prepare(self, token: Token) -> Any:
        """Evaluate what to call, and the variables to start it with."""
        work = self.element.call
        assert work is not None
        process_id = evaluate.string(token, work.process_id)
        texts = visible_texts(token) if work.propagate_all_parent_variables else token.data
        return CallRequested(
            key=token.key,
            element_id=self.element.id,
            process_id=process_id,
            binding=work.binding,
            version_tag=work.version_tag,
            variables=encode_object(texts),
            business_id=evaluate.optional_string(token, work.business_id),
        )

    def begin(self, token: Token, plan: Any) -> bool:
        """Request the child."""
        token.note("called", True)
        token.workflow.record.calls.append(plan)
        return False

    def close_work(self, token: Token, why: Why) -> None:
        """Give the child up; one that was requested in this same rest is not even started."""
        if not token.drop("called"):
            return
        record = token.workflow.record
        token.workflow.close(Kind.CALL, token.key, why)
        if any(call.key == token.key for call in record.calls):
            record.calls = [call for call in record.calls if call.key != token.key]
        elif why is Why.CANCELLED:
            record.calls_cancelled.append(CallCancelled(token.key))
