"""A value in a model: a literal, or after a leading "=" a FEEL expression, compiled once.

Owns the distinction and the compiled form. Evaluation in an instance is `app.engine.evaluate`'s.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.feel import Expression, compile_expression


@dataclass(frozen=True, slots=True)
class Formula:
    """A model's text: `expression` is None for a literal, else the compiled FEEL after the "="."""

    text: str
    expression: Expression | None

    @property
    def is_static(self) -> bool:
        """Whether this is a literal and needs no variables."""
        return self.expression is None


def read_formula(text: str, *, always_feel: bool = False) -> Formula:
    """Compile `text` if it starts with "=" (or `always_feel`), else keep it as a literal.

    Raises FeelSyntaxError where it does not parse.
    """
    stripped = text.strip()
    if stripped.startswith("="):
        return Formula(stripped, compile_expression(stripped[1:].strip()))
    if always_feel:
        return Formula(stripped, compile_expression(stripped))
    return Formula(stripped, None)
