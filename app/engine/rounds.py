"""Changing a running multi-instance round of a user task (会签): one signer more, or one less.

Owns what of that is possible. How a round counts and ends is its body's (`app.engine.specs.loops`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from app.engine.errors import InvalidCommandError, WrongStateError
from app.engine.specs.loops import MultiInstanceBody
from app.engine.token import Phase, Token
from app.engine.values import decode, encode
from app.engine.work import MultiInstanceLoop


def add(token: Token, signer: str, instead_of: Collection[str]) -> int | None:
    """Add a signer beside `token`; the new element instance's key, None where the round goes in turn."""
    body, spec = _round(token)
    name = spec.loop.input_element
    item = decode(token.data[name]) if name and name in token.data else None
    made = spec.add(body, encode(_renamed(item, instead_of, signer)))
    return None if made is None else made.key


def drop(token: Token) -> None:
    """Terminate a signer's iteration."""
    body, spec = _round(token)
    acted = body.notes.get("completed", 0)
    to_come = body.notes["total"] - body.notes.get("next", 0) if spec.loop.sequential else 0
    if not acted and not to_come and len(body.live_children) == 1:
        raise InvalidCommandError(
            f"Expected somebody to be left in the round of {spec.element.id!r}, but it is the last"
        )
    token.workflow.terminate(token)


def reopen(body: Token, index: int, variables: Mapping[str, str]) -> int:
    """Begin the iteration `index` of a parallel round, which has completed, anew; its new element instance's key."""
    spec = body.task_spec
    if not isinstance(spec, MultiInstanceBody) or spec.loop.sequential:
        raise WrongStateError("Expected a round that all sign at once, but it goes in turn: the next one's has begun")
    _require_running(body, spec)
    if any(child.notes["index"] == index for child in body.live_children):
        raise WrongStateError(f"Expected this signature to be given, but it is open in {spec.element.id!r} again")
    name = spec.loop.input_element
    return spec.again(body, index, variables.get(name, "null") if name else "null").key


def _round(token: Token) -> tuple[Token, MultiInstanceBody]:
    body = token.scope
    spec = body.task_spec if body is not None else None
    if body is None or not isinstance(spec, MultiInstanceBody) or not isinstance(spec.loop, MultiInstanceLoop):
        raise InvalidCommandError(
            f"Expected {token.task_spec.element.id!r} to be a round of several signers, but it is the step of one"
        )
    _require_running(body, spec)
    return body, spec


def _require_running(body: Token, spec: MultiInstanceBody) -> None:
    if body.phase != Phase.ACTIVE or "enough" in body.notes:
        raise InvalidCommandError(f"Expected the round of {spec.element.id!r} to be running, but it is decided")


def _renamed(item: Any, old: Collection[str], new: str) -> Any:
    if isinstance(item, str):
        return new if item in old else item
    if isinstance(item, list):
        return [_renamed(one, old, new) for one in item]
    if isinstance(item, dict):
        return {name: _renamed(one, old, new) for name, one in item.items()}
    return item
