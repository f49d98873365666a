"""Evaluate a FEEL expression with given variables, or with those a scope sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import InvalidInputError, NotFoundError
from app.feel import compile_expression, to_feel, to_json
from app.services.process_environment import process_environment
from app.services.see_cluster_variables import add_cluster_variables
from app.services.unit_of_work import Runtime
from app.storage.instances import find_instance_of_element
from app.storage.variables import list_effective_variables


@dataclass(frozen=True)
class EvaluatedExpression:
    """A JSON value, and what was odd about getting it."""

    value: Any
    warnings: list[str]


def evaluate_expression(
    runtime: Runtime,
    connection: Connection,
    actor: Actor,
    expression: str,
    variables: Mapping[str, Any],
    scope_key: int | None = None,
) -> EvaluatedExpression:
    """Evaluate `expression` ("=" and FEEL); `variables` hide those that the scope sees.

    Raises ForbiddenError, NotFoundError for an unknown scope, InvalidInputError (FeelError) for what cannot be parsed.
    """
    require_scope(actor, "decide")
    if not expression.startswith("="):
        raise InvalidInputError("Expected an expression that begins with '=', but this one does not")
    seen: dict[str, Any] = {}
    if scope_key is not None:
        require_scope(actor, "read")
        if find_instance_of_element(connection, scope_key) is None:
            raise NotFoundError(f"Expected an element instance with key {scope_key}, but there is none")
        seen = list_effective_variables(connection, [scope_key])[scope_key]
    context = {name: to_feel(value) for name, value in {**seen, **variables}.items()}
    environment = process_environment(runtime, connection, runtime.now_in(connection))
    compiled = compile_expression(expression[1:], names=tuple(context))
    add_cluster_variables(connection, compiled.free_names, context)
    evaluation = compiled.evaluate(context, environment)
    return EvaluatedExpression(to_json(evaluation.value), [one.reason for one in evaluation.warnings])
