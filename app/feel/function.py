"""Functions as values: what `function(…) …` gives, what a decision model's knowledge models become, a built-in by name.

Owns calling one with bound arguments and the cap on depth. Knows no syntax; `app.feel.calls` binds.
"""

from __future__ import annotations

from collections.abc import Callable

from app.feel.environment import Run, Value
from app.feel.errors import FeelLimitError
from app.feel.types import ANY, FunctionType, Type


class Function:
    """A callable value. `parameters` are (name, type) in order; `body` takes the run and one argument a parameter.

    `kind` is its function type. Arguments reach `body` already converted to the parameters' types.
    """

    __slots__ = ("body", "kind", "name", "parameters")

    def __init__(
        self,
        parameters: tuple[tuple[str, Type], ...],
        body: Callable[[Run, list[Value]], Value],
        *,
        result: Type = ANY,
        name: str = "function",
    ) -> None:
        self.parameters = parameters
        self.body = body
        self.name = name
        self.kind = FunctionType(tuple(kind for _, kind in parameters), result)

    def __repr__(self) -> str:
        return f"<{self.name}({', '.join(name for name, _ in self.parameters)})>"

    def call(self, run: Run, arguments: list[Value]) -> Value:
        """Call with arguments in the parameters' order; FeelLimitError past `Limits.call_depth`."""
        allowed = run.limits.call_depth
        if run.depth >= allowed:
            raise FeelLimitError(
                "call_depth", allowed, f"Expected calls at most {allowed} deep, but {self.name} goes on"
            )
        run.depth += 1
        try:
            return self.body(run, arguments)
        finally:
            run.depth -= 1
