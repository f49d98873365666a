"""Checks of activities: one kind of work, loops that end, listeners on real events, readable forms and dates."""

from __future__ import annotations

from app.engine.formula import Formula
from app.engine.model import Element, ElementType
from app.engine.reading.scopes import Scopes
from app.engine.reading.source import BPMN, Source
from app.engine.timers import TimerError, TimerKind, check_timer
from app.engine.work import FormReference, JobWork, Listener, MultiInstanceLoop, StandardLoop

_EXECUTION_EVENTS = ("start", "end", "beforeAll", "cancel")
_TASK_EVENTS = ("creating", "assigning", "updating", "completing", "canceling")
_NOT_IN_AD_HOC = (ElementType.START_EVENT, ElementType.END_EVENT)


def check_activities(source: Source, scopes: Scopes) -> None:
    """Refuse activities with two kinds of work, endless loops, unknown listener events and unreadable literals."""
    for element in scopes.elements.values():
        _check_work(source, scopes, element)
        _check_loop(source, scopes, element)
        _check_listeners(source, scopes, element, element.listeners, _EXECUTION_EVENTS)
        _check_listeners(source, scopes, element, element.task_listeners, _TASK_EVENTS)
        _check_form(source, scopes, element, element.form)
        _check_user_task(source, scopes, element)
        if element.type is ElementType.AD_HOC_SUB_PROCESS:
            _check_ad_hoc(source, scopes, element)


def _check_work(source: Source, scopes: Scopes, element: Element) -> None:
    node = scopes.nodes[element.id]
    works = {"a called decision": element.decision, "a FEEL script": element.script, "a message": element.publish}
    other = next((name for name, work in works.items() if work is not None), None)
    if element.job is not None and other:
        source.refuse(node, f"Expected one kind of work, but it has {other} and a job type")
    if element.job is not None:
        _check_number(source, scopes, element, "retries", element.job.retries, 0, 2**31 - 1)
        _check_job_priority(source, scopes, element, element.job)


def _check_job_priority(source: Source, scopes: Scopes, element: Element, job: JobWork) -> None:
    if job.priority is not None:
        _check_number(source, scopes, element, "job priority", job.priority, -(2**31), 2**31 - 1)


def _check_number(
    source: Source, scopes: Scopes, element: Element, what: str, formula: Formula, low: int, high: int
) -> None:
    if not formula.is_static:
        return
    text = formula.text
    if not (text.isascii() and text.removeprefix("-").isdecimal() and low <= int(text) <= high):
        source.refuse(scopes.nodes[element.id], f"Expected {what} from {low} to {high}, but it is {text!r}")


def _check_loop(source: Source, scopes: Scopes, element: Element) -> None:
    node, loop = scopes.nodes[element.id], element.loop
    both = ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics")
    if all(node.find(f"{BPMN}{tag}") is not None for tag in both):
        source.refuse(node, "Expected one kind of loop, but it has a standard loop and multi-instance")
    if isinstance(loop, StandardLoop) and loop.condition is None and loop.maximum is None:
        source.refuse(node, "Expected a loop with a condition or a loopMaximum, but it has neither and would not end")
    if isinstance(loop, MultiInstanceLoop) and bool(loop.output_collection) != (loop.output_element is not None):
        source.refuse(node, "Expected an output collection together with an output element, but one of them is missing")
    if element.tag == "task" and isinstance(loop, MultiInstanceLoop) and loop.output_element is not None:
        source.note(node, "A task without work has nothing to put into an output collection")


def _check_listeners(
    source: Source, scopes: Scopes, element: Element, listeners: tuple[Listener, ...], events: tuple[str, ...]
) -> None:
    for listener in listeners:
        if listener.event not in events:
            problem = f"Expected a listener on one of {', '.join(events)}, but it is on {listener.event!r}"
            source.refuse(scopes.nodes[element.id], problem)
        _check_number(source, scopes, element, "retries", listener.retries, 0, 2**31 - 1)


def _check_form(source: Source, scopes: Scopes, element: Element, form: FormReference | None) -> None:
    if form is None:
        return
    given = sum(reference is not None for reference in (form.form_id, form.external_reference, form.form_key))
    if given != 1:
        source.refuse(
            scopes.nodes[element.id], f"Expected one of formId, formKey and externalReference, but {given} are given"
        )


def _check_user_task(source: Source, scopes: Scopes, element: Element) -> None:
    work = element.user_task
    if work is None:
        return
    _check_form(source, scopes, element, work.form)
    if work.priority is not None:
        _check_number(source, scopes, element, "a priority", work.priority, 0, 100)
    for date in (work.due_date, work.follow_up_date):
        if date is not None and date.is_static:
            try:
                check_timer(date.text, TimerKind.DATE)
            except TimerError as problem:
                source.refuse(scopes.nodes[element.id], str(problem))


def _check_ad_hoc(source: Source, scopes: Scopes, element: Element) -> None:
    children = [scopes.elements[name] for name in element.children]
    for child in children:
        if child.type in _NOT_IN_AD_HOC:
            source.refuse(scopes.nodes[child.id], f"Expected no {child.tag} in an ad-hoc sub-process, but there is one")
    if not any(not child.tag.endswith(("Event", "Gateway")) for child in children):
        source.refuse(scopes.nodes[element.id], "Expected an activity in an ad-hoc sub-process, but there is none")
