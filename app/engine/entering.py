"""Entering elements from the outside: into a scope that lives, making those between.

Owns how a path of nested elements is entered; who asks for it (modification, a scope that begins bare) does not matter.
"""

from __future__ import annotations

from app.engine.model import INNER_INSTANCE, ElementType
from app.engine.token import Phase, Token

Variables = dict[str, dict[str, str]]
"""JSON texts by variable name, by the id of the element that is to hold them."""


def enter(scope: Token, path: list[str], variables: Variables) -> None:
    """Enter `path` (scopes from the outside in, the target last) inside `scope`."""
    run = scope.workflow
    if scope.phase < Phase.ACTIVE:
        scope.notes["bare"].append([path, variables])
        return
    name = path[0]
    if scope.task_spec.type is ElementType.AD_HOC_SUB_PROCESS:
        inner = run.create(run.spec_of(scope.task_spec.element.id + INNER_INSTANCE), scope)
        inner.note("bare", [[path, variables]])
        return
    token = run.create(run.spec_of(run.spec.entry[name]), scope, locals=variables.get(name))
    if len(path) > 1:
        token.note("bare", [[path[1:], variables]])
