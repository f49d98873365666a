"""FEEL, the expression language of DMN 1.5 with Camunda 8's additions.

What others may import is what is re-exported here. Text is parsed to a tree (`parse_…`), the tree is compiled once to
closures (`compile_…`), and those are evaluated over a context of FEEL values.
"""

from __future__ import annotations

from app.feel.environment import DEFAULT, Calendars, Environment, Evaluation, Limits, Position, Run, Value, Warning_
from app.feel.errors import FeelError, FeelLimitError, FeelSyntaxError
from app.feel.scope import Scope
from app.feel.types import ANY, ContextType, FunctionType, ListType, RangeType, Type

__all__ = [
    "ANY",
    "DEFAULT",
    "Calendars",
    "ContextType",
    "Environment",
    "Evaluation",
    "FeelError",
    "FeelLimitError",
    "FeelSyntaxError",
    "FunctionType",
    "Limits",
    "ListType",
    "Position",
    "RangeType",
    "Run",
    "Scope",
    "Type",
    "Value",
    "Warning_",
]
