"""Values in a schema that may be FEEL: a literal, or after a leading "=" an expression; and regular expressions.

Patterns are JavaScript's, searched with a time limit, since a schema may come from anybody who may deploy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import regex

from app.domain.forms.errors import AnswerProblem, FormRefusedError
from app.feel import Expression, FeelError, FeelLimitError, Run, compile_expression

MATCH_SECONDS = 0.25
LONGEST_PATTERN = 1000


@dataclass(frozen=True, slots=True)
class Formula:
    """A literal, or an expression when `expression` is not None."""

    literal: Any
    expression: Expression | None = None

    def value(self, context: Mapping[str, Any], run: Run) -> Any:
        """Return the literal, or what the expression gives over `context` (FEEL values); null when it goes too far."""
        if self.expression is None:
            return self.literal
        try:
            return self.expression.value(context, run)
        except FeelLimitError:
            return None


def read_formula(raw: Any, where: str) -> Formula | None:
    """Return the formula of a schema's member, None where there is none; FormRefusedError when it does not parse."""
    if raw is None or raw == "":
        return None
    if not isinstance(raw, str) or not raw.lstrip().startswith("="):
        return Formula(raw)
    try:
        return Formula(None, compile_expression(raw.lstrip()[1:]))
    except FeelError as error:
        raise FormRefusedError(f"Expected {where} to be FEEL after the equals sign, but {error}") from error


def read_pattern(raw: Any, where: str) -> regex.Pattern[str] | None:
    """Return a compiled JavaScript pattern; FormRefusedError when it is too long or none."""
    if raw is None or raw == "":
        return None
    if not isinstance(raw, str) or len(raw) > LONGEST_PATTERN:
        raise FormRefusedError(
            f"Expected {where} to be a pattern of at most {LONGEST_PATTERN} characters, but it is not"
        )
    try:
        return regex.compile(_ends_strictly(raw), regex.ASCII)
    except (regex.error, RecursionError, OverflowError) as error:
        raise FormRefusedError(f"Expected {where} to be a regular expression, but {error}") from error


def search(pattern: regex.Pattern[str], text: str) -> bool:
    """Return whether the pattern occurs in `text`, as form-js asks; a problem when it takes too long."""
    try:
        return pattern.search(text, timeout=MATCH_SECONDS) is not None
    except TimeoutError:
        raise AnswerProblem("slow_pattern") from None


def _ends_strictly(pattern: str) -> str:
    """Write `$` as Python's end of text: JavaScript's does not match before a last line break."""
    out: list[str] = []
    in_class = escaped = False
    for sign in pattern:
        if escaped:
            escaped = False
        elif sign == "\\":
            escaped = True
        elif sign in "[]":
            in_class = sign == "["
        elif sign == "$" and not in_class:
            out.append(r"\Z")
            continue
        out.append(sign)
    return "".join(out)
