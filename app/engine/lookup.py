"""Finding what a command names by its key: the live token, and where it matters what hangs on it.

Owns the search only. Live tokens are few, so it looks through them; every function raises UnknownKeyError.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.engine.errors import UnknownKeyError
from app.engine.kinds import JobKind, Kind
from app.engine.model import ElementType
from app.engine.runtime import Runtime
from app.engine.specs.tasks import CallActivity
from app.engine.token import Phase, Subscription, Token

_NONE: Mapping[str, object] = {}


def _unknown(run: Runtime, what: str, key: int) -> UnknownKeyError:
    return UnknownKeyError(f"Expected {what}, but {key} is none of instance {run.task_tree.key}")


def find_instance(run: Runtime, key: int) -> Token:
    """The live element instance `key`."""
    token = run.tasks.get(key)
    if token is None or token.phase == Phase.ENTER:
        raise _unknown(run, "a live element instance", key)
    return token


def find_task(run: Runtime, key: int) -> Token:
    """The token of the open user task `key`."""
    for token in run.tasks.values():
        if token.internal_data.get("task") == key:
            return token
    raise _unknown(run, "an open user task", key)


def find_incident(run: Runtime, key: int) -> Token:
    """The token with the incident `key`."""
    for token in run.tasks.values():
        if token.internal_data.get("incident") == key:
            return token
    raise _unknown(run, "an open incident", key)


def find_job(run: Runtime, key: int) -> tuple[Token, JobKind]:
    """The token that waits for the job `key`, and what kind of job it is."""
    for token in run.tasks.values():
        notes = token.internal_data
        if notes.get("job") == key:
            ad_hoc = token.task_spec.type is ElementType.AD_HOC_SUB_PROCESS
            return token, JobKind.AD_HOC_SUB_PROCESS if ad_hoc else JobKind.BPMN_ELEMENT
        if notes.get("listener_job") == key:
            return token, JobKind.EXECUTION_LISTENER
        if notes.get("transition", _NONE).get("job") == key:
            return token, JobKind.TASK_LISTENER
    raise _unknown(run, "an open job", key)


def find_subscription(run: Runtime, key: int, kind: Kind) -> tuple[Token, Subscription]:
    """The open timer or subscription `key`, and the token that waits."""
    for token in run.tasks.values():
        for subscription in token.subscriptions:
            if subscription.key == key and subscription.kind is kind:
                return token, subscription
    raise _unknown(run, f"an open {kind.lower()} subscription", key)


def find_call(run: Runtime, key: int) -> Token:
    """The call activity's token `key`, which waits for its child."""
    token = run.tasks.get(key)
    if token is None or not isinstance(token.task_spec, CallActivity) or "called" not in token.notes:
        raise _unknown(run, "a waiting call activity", key)
    return token
