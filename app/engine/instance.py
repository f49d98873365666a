"""One process instance: the commands that move it, each to its next rest.

Owns the command surface. A command changes the instance in memory and leaves what happened for `rest()`, which runs
every automatic step and returns the outcome. Typical use: `Instance.load(definition, state, ports)`, one command,
`rest()`, store. An instance belongs to one thread.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from app.engine import (
    codec,
    listeners,
    lookup,
    migration,
    modification,
    propagation,
    returning,
    rounds,
    subscriptions,
    user_tasks,
)
from app.engine.commands import (
    Activate,
    AdHocActivation,
    AdHocResult,
    JobResult,
    Move,
    TaskListenerResult,
    Terminate,
)
from app.engine.errors import InvalidCommandError, UnknownElementError, UnknownKeyError, WrongStateError
from app.engine.kinds import ErrorType, JobKind, Kind, Why
from app.engine.model import Definition
from app.engine.outcome import HeldTransition, Outcome
from app.engine.ports import Json, Ports
from app.engine.returning import ReturnPlan, WalkedStep
from app.engine.runtime import Runtime
from app.engine.specs.ad_hoc import AdHocSpec
from app.engine.specs.loops import collected_around
from app.engine.token import Phase, Token
from app.engine.values import decode, encode
from app.engine.variables import merge_text, set_texts, visible_texts


class Instance:
    """A running instance in memory. Every command raises UnknownKeyError for a key that is not open here."""

    def __init__(self, run: Runtime) -> None:
        self._run = run

    @classmethod
    def start(
        cls,
        definition: Definition,
        variables: Mapping[str, Json],
        ports: Ports,
        *,
        key: int | None = None,
        start_element: str | None = None,
        start_instructions: Sequence[Activate] = (),
        terminate_after: Sequence[str] = (),
    ) -> Instance:
        """Make an instance with `key` (else a new one) at its none start event, or at `start_element`.

        A message, signal, timer or conditional start event is named by `start_element`; then `variables` pass its
        output mappings. `start_instructions` start at other elements instead (Camunda's start instructions);
        `terminate_after` ends the instance when one of these elements completes (runtime instructions). Raises
        UnknownElementError or InvalidCommandError; WrongStateError where there is no none start event.
        """
        texts = _texts(variables)
        triggered = start_element is not None and start_element != definition.none_start
        begin = start_element or definition.none_start
        if start_instructions:
            begin = None
        elif begin is None:
            raise WrongStateError(f"Expected {definition.process_id!r} to have a none start event, but it has none")
        elif not any(start.element_id == begin for start in definition.starts):
            raise UnknownElementError(f"Expected a start of {definition.process_id!r}, but {begin!r} is none")
        for element_id in terminate_after:
            if element_id not in definition.elements:
                raise UnknownElementError(
                    f"Expected an element of {definition.process_id!r}, but {element_id!r} is none"
                )
        run = Runtime(definition, ports)
        root = run.create(
            run.spec.start,
            None,
            key=key,
            start=begin,
            start_result=texts if triggered else None,
            start_triggered=triggered,
            locals=None if triggered else texts,
            terminate_after=list(terminate_after),
        )
        run.task_tree = root
        instance = cls(run)
        if start_instructions:
            root.note("bare", [])
            instance.modify(activate=start_instructions)
        return instance

    @classmethod
    def load(cls, definition: Definition, state: bytes, ports: Ports) -> Instance:
        """Restore from an outcome's `state`; `definition` is the version the instance runs on. StateUnreadableError."""
        return cls(codec.restore(definition, state, ports))

    @property
    def key(self) -> int:
        """The process instance's key."""
        return self._run.task_tree.key

    @property
    def definition(self) -> Definition:
        """The version the instance runs on."""
        return self._run.definition

    def rest(self) -> Outcome:
        """Run every automatic step, and return what happened since the last rest with the state to store."""
        run = self._run
        run.settle()
        state = None if run.ended is not None else codec.save(run)
        return run.take_record(state)

    # -- user tasks ----------------------------------------------------------------------------------------------

    def complete_user_task(
        self, key: int, variables: Mapping[str, Json], action: str = "complete"
    ) -> HeldTransition | None:
        """Complete the user task `key`; with completing listeners it stays COMPLETING until they agree."""
        return user_tasks.complete(lookup.find_task(self._run, key), _texts(variables), action)

    def assign_user_task(self, key: int, assignee: str | None, action: str = "assign") -> HeldTransition | None:
        """Assign (or with None unassign); recorded as UserTaskChanged, at once or after the assigning listeners."""
        return user_tasks.assign(lookup.find_task(self._run, key), assignee, action)

    def update_user_task(self, key: int, changes: Mapping[str, Json], action: str = "update") -> HeldTransition | None:
        """Change attributes (UserTaskChanged's names), at once or after the updating listeners."""
        return user_tasks.update(lookup.find_task(self._run, key), changes, action)

    # -- jobs ----------------------------------------------------------------------------------------------------

    def complete_job(self, key: int, variables: Mapping[str, Json], result: JobResult | None = None) -> None:
        """Complete the job `key` (of an element, listener or ad-hoc sub-process)."""
        token, kind = lookup.find_job(self._run, key)
        texts = _texts(variables)
        if kind is JobKind.TASK_LISTENER:
            if isinstance(result, AdHocResult):
                raise InvalidCommandError("Expected the result of a task listener, but it is an ad-hoc sub-process's")
            user_tasks.listener_completed(token, result)
        elif kind is JobKind.EXECUTION_LISTENER:
            listeners.complete(token, texts)
        elif kind is JobKind.AD_HOC_SUB_PROCESS:
            self._complete_ad_hoc_job(token, texts, result)
        else:
            self._run.close(Kind.JOB, token.drop("job"), Why.COMPLETED)
            self._run.resolve_incident(token)
            self._run.finish(token, texts)

    def _complete_ad_hoc_job(self, token: Token, texts: dict[str, str], result: JobResult | None) -> None:
        if isinstance(result, TaskListenerResult):
            raise InvalidCommandError("Expected the result of an ad-hoc sub-process, but it is a task listener's")
        result = result or AdHocResult()
        spec = token.task_spec
        assert isinstance(spec, AdHocSpec)
        if result.activate and result.completion_condition_fulfilled:
            raise InvalidCommandError(
                "Expected either elements to activate or a fulfilled condition, but there are both"
            )
        self._check_ad_hoc(spec, result.activate)
        spec.job_completed(token)
        self._run.resolve_incident(token)
        for name, text in texts.items():
            merge_text(token, name, text)
        for item in result.activate:
            spec.activate(token, item.element_id, _texts(item.variables))
        if result.completion_condition_fulfilled:
            spec.fulfil(token, cancel_remaining=result.cancel_remaining_instances)
            spec.child_gone(token, token)

    def throw_job_error(self, key: int, code: str, message: str, variables: Mapping[str, Json]) -> None:
        """Throw a BPMN error from the job's element; uncaught it becomes an UNHANDLED_ERROR_EVENT incident."""
        token, kind = lookup.find_job(self._run, key)
        if kind in (JobKind.EXECUTION_LISTENER, JobKind.TASK_LISTENER):
            raise InvalidCommandError("Expected the job of an element to throw an error, but it is a listener's")
        if propagation.throw_error(token, code, message, _texts(variables)):
            return
        text = f"Expected an event that catches the error {code!r}, but there is none"
        self._run.raise_incident(
            token, ErrorType.UNHANDLED_ERROR_EVENT, f"{text}. {message}" if message else text, job_key=key
        )

    def fail_job(self, key: int, message: str) -> None:
        """Raise the incident of a job that has no retries left; `retry_incident` after new retries were given."""
        token, kind = lookup.find_job(self._run, key)
        error = {
            JobKind.EXECUTION_LISTENER: ErrorType.EXECUTION_LISTENER_NO_RETRIES,
            JobKind.TASK_LISTENER: ErrorType.TASK_LISTENER_NO_RETRIES,
            JobKind.AD_HOC_SUB_PROCESS: ErrorType.AD_HOC_SUB_PROCESS_NO_RETRIES,
        }.get(kind, ErrorType.JOB_NO_RETRIES)
        self._run.raise_incident(token, error, message or "No more retries left.", job_key=key)

    # -- events --------------------------------------------------------------------------------------------------

    def fire_timer(self, key: int, due_at: datetime | None = None) -> None:
        """Fire the timer `key` (the caller looked at the clock); `due_at` where it is due at another instant by now."""
        token, subscription = lookup.find_subscription(self._run, key, Kind.TIMER)
        if due_at is not None:
            subscriptions.postpone(token, subscription, due_at)
        subscriptions.trigger(token, subscription, {})

    def deliver_message(self, subscription_key: int, variables: Mapping[str, Json]) -> None:
        """Correlate a message to an open subscription."""
        subscriptions.trigger(*lookup.find_subscription(self._run, subscription_key, Kind.MESSAGE), _texts(variables))

    def awaited_messages(self) -> set[int]:
        """Return the keys of the message subscriptions that are open."""
        return {
            one.key for token in self._run.tasks.values() for one in token.subscriptions if one.kind is Kind.MESSAGE
        }

    def deliver_signal(self, subscription_key: int, variables: Mapping[str, Json]) -> None:
        """Deliver a broadcast signal to an open subscription."""
        subscriptions.trigger(*lookup.find_subscription(self._run, subscription_key, Kind.SIGNAL), _texts(variables))

    # -- calls ---------------------------------------------------------------------------------------------------

    def child_completed(self, call_key: int, variables: Mapping[str, Json]) -> None:
        """A called instance completed with these process variables.

        Its copies of output collections that are being filled around the call are older than these, and left out.
        """
        token = lookup.find_call(self._run, call_key)
        work = token.task_spec.element.call
        assert work is not None
        token.task_spec.close_work(token, Why.COMPLETED)
        wanted = work.propagate_all_child_variables or token.task_spec.output_mappings
        old = collected_around(token)
        brought = {name: value for name, value in variables.items() if name not in old}
        self._run.finish(token, _texts(brought) if wanted else None)

    def child_refused(self, call_key: int, message: str) -> None:
        """The called process could not be started: CALLED_ELEMENT_ERROR; a retry emits CallRequested again."""
        token = lookup.find_call(self._run, call_key)
        token.drop("called")
        token.phase = Phase.BEGIN
        subscriptions.close_all(token)
        self._run.fail(token, ErrorType.CALLED_ELEMENT_ERROR, message)

    def child_failed(self, call_key: int, kind: str, code: str, message: str, variables: Mapping[str, Json]) -> bool:
        """A called instance threw an error or escalation (`Escaped`) out; whether it was caught here.

        A caught error (or interrupting escalation) terminates the call activity: the outcome holds CallCancelled, and
        the child is to be cancelled. An error not caught here escapes further: the outcome then holds Escaped again,
        for this instance's own parent; if nobody catches it, the child keeps its incident.
        """
        token, texts = lookup.find_call(self._run, call_key), _texts(variables)
        if kind == "error":
            return propagation.throw_error(token, code, message, texts)
        return propagation.escalate(token, code, texts)

    # -- variables -----------------------------------------------------------------------------------------------

    def set_variables(
        self, scope_key: int, variables: Mapping[str, Json], *, local: bool = False
    ) -> HeldTransition | None:
        """Set variables at an element instance: `local` there, else each where it is known, new ones at the process.

        At a user task with updating listeners they are set when those have let it.
        """
        token, texts = lookup.find_instance(self._run, scope_key), _texts(variables)
        held = user_tasks.hold_variables(token, texts, local=local)
        if held is None:
            set_texts(token, texts, local=local)
        return held

    def get_variables(
        self, scope_key: int | None = None, *, local: bool = False, names: Collection[str] | None = None
    ) -> dict[str, Json]:
        """The variables visible at an element instance (default: the process), or only its own, or only `names`."""
        token = self._run.task_tree if scope_key is None else lookup.find_instance(self._run, scope_key)
        texts = token.data if local else visible_texts(token)
        return {name: decode(text) for name, text in texts.items() if names is None or name in names}

    # -- repair --------------------------------------------------------------------------------------------------

    def retry_incident(self, key: int) -> None:
        """Resolve the incident and run its step again."""
        token = lookup.find_incident(self._run, key)
        self._run.retry(token)

    def activate_ad_hoc(
        self, key: int, elements: Sequence[AdHocActivation], *, cancel_remaining_instances: bool = False
    ) -> None:
        """Activate elements of the running ad-hoc sub-process instance `key`."""
        token = lookup.find_instance(self._run, key)
        spec = token.task_spec
        if not isinstance(spec, AdHocSpec):
            raise UnknownKeyError(f"Expected the key of an ad-hoc sub-process, but {key} is a {spec.type}")
        if token.phase != Phase.ACTIVE:
            raise WrongStateError(f"Expected the ad-hoc sub-process {key} to be active, but it is ending")
        self._check_ad_hoc(spec, elements)
        if cancel_remaining_instances:
            for child in token.live_children:
                self._run.terminate(child)
        for item in elements:
            spec.activate(token, item.element_id, _texts(item.variables))

    def modify(
        self,
        *,
        activate: Sequence[Activate] = (),
        move: Sequence[Move] = (),
        terminate: Sequence[Terminate] = (),
    ) -> None:
        """Modify the running instance; all or nothing (ModificationRefusedError lists every reason)."""
        modification.modify(self._run, activate, move, terminate)

    def plan_return(self, key: int, step: WalkedStep) -> ReturnPlan:
        """What going back from the element instance `key` to `step` would do; ReturnRefusedError if it cannot be."""
        return returning.plan_return(self._run, lookup.find_instance(self._run, key), step)

    def plan_withdrawal(self, step: WalkedStep) -> ReturnPlan:
        """What undoing the completion of `step` would do; ReturnRefusedError if it cannot be."""
        return returning.plan_withdrawal(self._run, step)

    def return_to(self, plan: ReturnPlan, *, resume_at: int | None = None) -> None:
        """Carry out a plan made for this state; after the step work resumes at that element instance's element."""
        token = None if resume_at is None else lookup.find_instance(self._run, resume_at)
        returning.carry_out(self._run, plan, resume_at=token)

    def add_to_round(self, task_key: int, signer: str, instead_of: Collection[str]) -> int | None:
        """Add a signer to the round of an open user task; returns the key of the element instance begun for it.

        None where the round goes in turn: the signer comes last. The new item is the task's own, with the name `signer`
        wherever it has one of `instead_of`. InvalidCommandError for a task that is of no round.
        """
        return rounds.add(lookup.find_task(self._run, task_key), signer, instead_of)

    def sign_again(self, round_key: int, index: int, variables: Mapping[str, Json]) -> int:
        """Open the signed iteration `index` of a running round anew, with its item in `variables`; its new key."""
        return rounds.reopen(lookup.find_instance(self._run, round_key), index, _texts(variables))

    def drop_from_round(self, task_key: int) -> None:
        """Take a signer off a round; InvalidCommandError for a task of no round, or where nobody would be left."""
        rounds.drop(lookup.find_task(self._run, task_key))

    def migrate(self, definition: Definition, mapping: Mapping[str, str]) -> None:
        """Go on under another definition: `mapping` from old to new element ids; all or nothing.

        MigrationRefusedError lists every reason.
        """
        self._run = migration.migrate(self._run, definition, mapping)

    def cancel(self) -> None:
        """Terminate the whole instance."""
        self._run.terminate(self._run.task_tree)

    def _check_ad_hoc(self, spec: AdHocSpec, elements: Sequence[AdHocActivation]) -> None:
        unknown = [item.element_id for item in elements if item.element_id not in spec.elements]
        if unknown:
            raise UnknownElementError(
                f"Expected elements of {spec.element.id!r}, but {', '.join(unknown)} cannot be activated"
            )


def _texts(variables: Mapping[str, Json]) -> dict[str, str]:
    return {name: encode(value) for name, value in variables.items()}
