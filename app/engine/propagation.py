"""Errors and escalations: which event catches them, and what happens when none does.

Owns the search outwards, nearest scope first: a boundary event of the activity, then an event sub-process beside it; at
one place a specific code comes before a catch-all. What an event sub-process throws is not caught beside it.
"""

from __future__ import annotations

from app.engine import evaluate, subscriptions
from app.engine.failure import StepFailure
from app.engine.model import Element, ElementType
from app.engine.outcome import Escaped
from app.engine.token import Phase, Token
from app.engine.triggers import ErrorTrigger, EscalationTrigger
from app.engine.values import encode_object

Kind = type[ErrorTrigger] | type[EscalationTrigger]


def throw_error(token: Token, code: str, message: str, variables: dict[str, str]) -> bool:
    """Throw an error at `token`; False if nothing catches it (then it has escaped the instance)."""
    found = _find(token, code, ErrorTrigger)
    if found is None:
        _escape(token, "error", code, message, variables)
        return False
    subscriptions.catch(*found, variables)
    return True


def escalate(token: Token, code: str, variables: dict[str, str]) -> bool:
    """Throw an escalation at `token`; False if nothing catches it (then it has escaped the instance)."""
    found = _find(token, code, EscalationTrigger)
    if found is None:
        _escape(token, "escalation", code, "", variables)
        return False
    subscriptions.catch(*found, variables)
    return True


def _escape(token: Token, kind: str, code: str, message: str, variables: dict[str, str]) -> None:
    run = token.workflow
    element_id = token.task_spec.element.id
    run.record.escaped.append(Escaped(token.key, element_id, kind, code, message, encode_object(variables)))


def _find(token: Token, code: str, kind: Kind) -> tuple[Token, Element] | None:
    at: Token | None = token
    while at is not None:
        if at.phase < Phase.OUTPUTS:
            found = _best(at, at.task_spec.hosted, code, kind)
            if found is not None:
                return at, found
        scope = at.scope
        if scope is not None and at.task_spec.type is not ElementType.EVENT_SUB_PROCESS and _listens(scope):
            found = _best(scope, scope.task_spec.event_starts, code, kind)
            if found is not None:
                return scope, found
        at = scope
    return None


def _listens(scope: Token) -> bool:
    """Whether event sub-processes of the scope can still start."""
    return scope.phase < Phase.OUTPUTS and "interrupted" not in scope.notes


def _best(owner: Token, events: tuple[str, ...], code: str, kind: Kind) -> Element | None:
    catch_all: Element | None = None
    for key in events:
        element = owner.workflow.definition.elements[key]
        for trigger in element.triggers:
            if isinstance(trigger, kind):
                wanted = _code(owner, trigger)
                if wanted == code:
                    return element
                if wanted == "" and catch_all is None:
                    catch_all = element
    return catch_all


def _code(owner: Token, trigger: ErrorTrigger | EscalationTrigger) -> str | None:
    """The code to catch; empty for all, None if it cannot be told."""
    if trigger.code is None:
        return ""
    try:
        return evaluate.optional_string(owner, trigger.code) or ""
    except StepFailure:
        return None
