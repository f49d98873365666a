"""An instance's state as bytes: live tokens, their variables once a scope, and nothing that a definition knows.

Owns the format: JSON {v, ended?, tokens}. A token is [key, spec name, scope's key, phase, SpiffWorkflow state,
variables, notes, subscriptions], scopes before what they hold. Variables stay JSON text until somebody reads them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from SpiffWorkflow import TaskState

from app.engine.errors import StateUnreadableError
from app.engine.kinds import Kind
from app.engine.model import Definition
from app.engine.ports import Ports
from app.engine.runtime import Runtime
from app.engine.token import Phase, Subscription, Token

_VERSION = 1


def save(run: Runtime, rename: Callable[[str], str] | None = None) -> bytes:
    """Return the state of a resting instance; `rename` gives the specs' names in another version."""
    tokens: list[Any] = []
    open_ = [run.task_tree]
    while open_:
        token = open_.pop()
        saved = _saved(token)
        if rename is not None:
            saved[1] = rename(saved[1])
        tokens.append(saved)
        open_ += reversed(token.live_children)
    return orjson.dumps({"v": _VERSION, "tokens": tokens})


def _saved(token: Token) -> list[Any]:
    waits = [
        [item.key, item.kind, item.element_id, item.trigger, item.name, item.due, item.remaining, item.cycle]
        for item in token.subscriptions
    ]
    return [
        token.id,
        token.task_spec.name,
        token._parent,
        int(token.phase),
        token._state,
        token.data,
        token.internal_data,
        waits,
    ]


def restore(definition: Definition, state: bytes, ports: Ports) -> Runtime:
    """Return the instance `state` was saved from; StateUnreadableError if it was not saved by this format."""
    try:
        saved = orjson.loads(state)
        version = saved["v"]
        tokens = saved["tokens"]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise StateUnreadableError(f"Expected a saved instance, but the state cannot be read: {error}") from error
    if version != _VERSION:
        raise StateUnreadableError(f"Expected a state of version {_VERSION}, but it has version {version}")
    run = Runtime(definition, ports)
    specs = run.spec.task_specs
    for key, name, scope, phase, spiff_state, variables, notes, waits in tokens:
        if name not in specs:
            raise StateUnreadableError(f"Expected an element {name!r} in {definition.process_id!r}, but it has none")
        token = Token(run, specs[name], run.tasks.get(scope), key)
        token.phase = Phase(phase)
        token._state = spiff_state
        token.data = variables
        token.internal_data = notes
        token.subscriptions = [Subscription(item[0], Kind(item[1]), *item[2:]) for item in waits]
        if spiff_state in (TaskState.READY, TaskState.FUTURE):
            run.agenda.append(token)
    run.task_tree = run.tasks[tokens[0][0]]
    return run
