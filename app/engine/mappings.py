"""Input and output mappings of an element.

Owns their order, targets and scopes: inputs become variables of the element instance; with output mappings only those
leave it, without them everything its completion brought is propagated.
"""

from __future__ import annotations

from typing import Any

from app.engine import evaluate
from app.engine.failure import StepFailure
from app.engine.kinds import ErrorType
from app.engine.model import ElementType
from app.engine.token import Token
from app.engine.variables import Visible, merge, merge_text, set_local, set_text
from app.engine.work import VariableMapping


def _evaluate(token: Token, mapping: VariableMapping, so_far: dict[str, Any]) -> Any:
    if mapping.source.is_static and not mapping.source.text:
        return None
    try:
        return evaluate.json_value(token, mapping.source, extra=so_far)
    except StepFailure as failure:
        raise StepFailure(
            ErrorType.IO_MAPPING_ERROR, f"The mapping to {mapping.target!r} failed. {failure.message}"
        ) from failure


def _put(document: dict[str, Any], path: list[str], value: Any, existing: Any) -> None:
    """Put `value` at `path`, making contexts on the way; `existing` is what the first name held before."""
    name, rest = path[0], path[1:]
    if not rest:
        document[name] = value
        return
    inner = document.get(name, existing)
    inner = dict(inner) if isinstance(inner, dict) else {}
    _put(inner, rest, value, inner.get(rest[0]))
    document[name] = inner


def apply_inputs(token: Token, inputs: tuple[VariableMapping, ...]) -> None:
    """Evaluate the input mappings in order, each seeing those before it, and set the results at the token.

    Of a variable that is built field by field under its own name, the other fields are seen as they are outside.
    """
    document: dict[str, Any] = {}
    seen = Visible(token)
    for mapping in inputs:
        path, so_far = mapping.target.split("."), document
        if len(path) > 1 and path[0] in document:
            so_far = {**document, path[0]: _laid_over(seen.get(path[0]), document[path[0]])}
        _put(document, path, _evaluate(token, mapping, so_far), None)
    set_local(token, document)


def _laid_over(below: Any, above: Any) -> Any:
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    return {**below, **{name: _laid_over(below.get(name), value) for name, value in above.items()}}


def plan_outputs(token: Token, outputs: tuple[VariableMapping, ...]) -> dict[str, Any] | None:
    """Evaluate the output mappings; None where there are none. What came with the completion becomes local first."""
    if not outputs:
        return None
    for name, text in (token.drop("result") or {}).items():
        set_text(token, name, text)
    document: dict[str, Any] = {}
    seen = Visible(token)
    for mapping in outputs:
        path = mapping.target.split(".")
        _put(document, path, _evaluate(token, mapping, document), seen.get(path[0]) if len(path) > 1 else None)
    return document


def apply_outputs(token: Token, planned: dict[str, Any] | None) -> None:
    """Propagate the planned outputs, or without any whatever came with the completion."""
    if planned is not None:
        merge(_target(token), planned)
        return
    for name, text in (token.drop("result") or {}).items():
        merge_text(token, name, text)


def _target(token: Token) -> Token:
    scope = token.scope
    if scope is None or scope.task_spec.type is ElementType.MULTI_INSTANCE_BODY:
        return token  # an iteration may write its own output element
    return scope
