"""Execution listeners: jobs that hold up an element at its start, end or cancellation, one after the other.

Owns their order and what a completed one brings. Note `listener`: the index of the listener whose job is open or next.
Note `listener_job`: its job's key.
"""

from __future__ import annotations

from app.engine import jobs
from app.engine.kinds import JobKind, Kind, Why
from app.engine.token import Phase, Token
from app.engine.variables import merge_text, set_text
from app.engine.work import Listener


def _listeners(token: Token, event: str) -> list[Listener]:
    return [listener for listener in token.task_spec.element.listeners if listener.event == event]


_EVENTS = {"start": "START", "end": "END", "beforeAll": "BEFORE_ALL", "cancel": "CANCEL"}


def advance(token: Token, event: str) -> bool:
    """Open the next listener's job; True when there is none left."""
    remaining = _listeners(token, event)
    index = token.notes.get("listener", 0)
    if "listener_job" in token.notes:
        return False
    if index >= len(remaining):
        token.drop("listener")
        return True
    listener = remaining[index]
    key = jobs.open_job(
        token,
        jobs.plan_job(token, listener.type, listener.retries, listener.headers),
        kind=JobKind.EXECUTION_LISTENER,
        listener_event=_EVENTS[event],
    )
    token.note("listener", index)
    token.note("listener_job", key)
    return False


def complete(token: Token, variables: dict[str, str]) -> None:
    """A listener's job is done: a start listener's variables stay with the element, an end listener's leave it."""
    run = token.workflow
    run.close(Kind.JOB, token.drop("listener_job"), Why.COMPLETED)
    run.resolve_incident(token)
    target = token.scope or token
    for name, text in variables.items():
        if token.phase == Phase.START_LISTENERS:
            set_text(token, name, text)
        else:
            merge_text(target, name, text)
    token.note("listener", token.notes.get("listener", 0) + 1)
    run.awaken(token)


def close(token: Token) -> None:
    """Cancel the open listener job, if there is one."""
    key = token.drop("listener_job")
    if key is not None:
        token.workflow.close(Kind.JOB, key, Why.CANCELLED)
