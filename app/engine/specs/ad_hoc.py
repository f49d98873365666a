"""Ad-hoc sub-processes: elements activated by a list, by a command or by a job worker, in any order.

Owns activation, completion and the collected outputs. Each activated element runs in an inner instance, a scope of its
own. Notes on the sub-process: `queue` (sequential: what waits), `fulfilled` (it ends when the rest has ended), `job`.
Notes on an inner instance: `activate` (its element), `output` (JSON text), `enough`.
"""

from __future__ import annotations

from typing import Any

from app.engine import evaluate, jobs, subscriptions
from app.engine.entering import enter
from app.engine.failure import StepFailure
from app.engine.kinds import ErrorType, JobKind, Kind, Why
from app.engine.model import INNER_INSTANCE, Element, ElementType
from app.engine.specs.process import ProcessSpec, ScopeSpec
from app.engine.token import Phase, Token
from app.engine.values import decode, encode
from app.engine.variables import merge_text, set_local, set_text
from app.engine.work import AdHocWork


class InnerInstance(ScopeSpec):
    """The scope around one activated element and what follows it."""

    def __init__(self, wf_spec: ProcessSpec, name: str, element: Element) -> None:
        super().__init__(wf_spec, name, element)
        self.type = ElementType.AD_HOC_SUB_PROCESS_INNER_INSTANCE
        self.shown_id = name
        self.input_mappings = self.output_mappings = ()
        self.hosted = ()
        self.start_listeners = ""
        self.has_end_listeners = self.has_cancel_listeners = False

    def begin(self, token: Token, plan: Any) -> bool:
        """Enter the element."""
        for path, variables in token.drop("bare") or [[[token.drop("activate")], {}]]:
            enter(token, path, variables)
        return False


class AdHocSpec(ScopeSpec):
    """The ad-hoc sub-process itself. `elements` are the ids that may be activated, `described` its variable's text."""

    def __init__(self, wf_spec: ProcessSpec, name: str, element: Element) -> None:
        super().__init__(wf_spec, name, element)
        assert element.ad_hoc is not None
        self.work: AdHocWork = element.ad_hoc
        self.elements: frozenset[str] = frozenset()
        self.described = "[]"
        self.inner = element.id + INNER_INSTANCE

    def prepare(self, token: Token) -> Any:
        """Evaluate the job or the elements to activate, and what its event sub-processes wait for."""
        planned = subscriptions.plan(token, self.event_starts)
        job = self.element.job
        if job is not None:
            return planned, jobs.plan_job(token, job.type, job.retries, job.headers, job.priority), ()
        active = evaluate.strings(token, self.work.active_elements)
        unknown = [element_id for element_id in active if element_id not in self.elements]
        if unknown:
            raise StepFailure(
                ErrorType.EXTRACT_VALUE_ERROR,
                f"Expected elements that can be activated in {self.element.id!r}, but {', '.join(unknown)} cannot",
            )
        return planned, None, active

    def begin(self, token: Token, plan: Any) -> bool:
        """Ask the worker, or activate what the list says."""
        planned, job, active = plan
        subscriptions.open_all(token, planned)
        set_text(token, "adHocSubProcessElements", self.described)
        if self.work.output_collection:
            set_local(token, {self.work.output_collection: []})
        bare = token.drop("bare")
        if bare is not None:
            for path, variables in bare:
                enter(token, path, variables)
            return False
        if job is not None:
            token.note("job", jobs.open_job(token, job, kind=JobKind.AD_HOC_SUB_PROCESS))
        for element_id in active:
            self.activate(token, element_id, {})
        return False

    def activate(self, token: Token, element_id: str, variables: dict[str, str]) -> None:
        """Activate an element now, or when sequential after those before it."""
        run = token.workflow
        if self.work.sequential and token._children:
            token.notes.setdefault("queue", []).append([element_id, variables])
            return
        run.create(run.spec_of(self.inner), token, activate=element_id, locals=variables)

    def child_leaving(self, scope: Token, child: Token) -> None:
        """Evaluate its output and the completion condition."""
        if child.task_spec.type is not ElementType.AD_HOC_SUB_PROCESS_INNER_INSTANCE:
            return
        name = self.work.output_collection
        if name and self.work.output_element:
            if not isinstance(decode(scope.data[name]), list):
                message = f"Expected {name!r} to be a list of results to add to, but it is none"
                raise StepFailure(ErrorType.EXTRACT_VALUE_ERROR, message)
            child.note("output", encode(evaluate.json_value(child, self.work.output_element)))
        if self.work.completion_condition is not None:
            child.note("enough", evaluate.boolean(child, self.work.completion_condition))

    def child_done(self, scope: Token, child: Token) -> None:
        """Keep its output; end, go on with the next, or ask the worker again."""
        if "output" in child.notes and self.work.output_collection:
            collected = decode(scope.data[self.work.output_collection])
            set_local(scope, {self.work.output_collection: [*collected, decode(child.notes["output"])]})
        if scope.phase == Phase.ACTIVE:
            if child.notes.get("enough"):
                self.fulfil(scope, cancel_remaining=self.work.cancel_remaining_instances)
            elif self.element.job is not None and "fulfilled" not in scope.notes:
                self._ask_again(scope)
            elif not scope._children and scope.notes.get("queue"):
                element_id, variables = scope.notes["queue"].pop(0)
                self.activate(scope, element_id, variables)
        self.child_gone(scope, child)

    def _ask_again(self, scope: Token) -> None:
        """A new job for the worker; a failing type or retries expression is told by the same job's predecessor."""
        run, job = scope.workflow, self.element.job
        assert job is not None
        self.close_work(scope, Why.CANCELLED)
        try:
            plan = jobs.plan_job(scope, job.type, job.retries, job.headers, job.priority)
        except StepFailure as failure:
            run.raise_incident(scope, failure.error_type, failure.message)
            return
        scope.note("job", jobs.open_job(scope, plan, kind=JobKind.AD_HOC_SUB_PROCESS))

    def fulfil(self, scope: Token, *, cancel_remaining: bool) -> None:
        """The completion condition holds: end now, or when what runs has ended."""
        scope.note("fulfilled", True)
        scope.drop("queue")
        self.close_work(scope, Why.CANCELLED)
        if cancel_remaining:
            for child in scope.live_children:
                scope.workflow.terminate(child)

    def emptied(self, scope: Token) -> None:
        """Ended, unless a condition or a worker has the say; a job with nothing running waits for its worker."""
        undecided = self.work.completion_condition is not None or self.element.job is not None
        if scope.phase != Phase.ACTIVE or (undecided and "fulfilled" not in scope.notes) or scope.notes.get("queue"):
            return
        scope.workflow.finish(scope)

    def ending(self, token: Token) -> None:
        """Propagate the collected outputs."""
        name = self.work.output_collection
        if name and token.scope is not None:
            merge_text(token.scope, name, token.data[name])

    def job_completed(self, token: Token) -> None:
        """The worker has answered."""
        token.workflow.close(Kind.JOB, token.drop("job"), Why.COMPLETED)
