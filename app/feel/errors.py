"""The two ways FEEL text or an evaluation is refused. Everything else is a null with a warning."""

from __future__ import annotations

from app.errors import InvalidInputError


class FeelError(InvalidInputError):
    """FEEL text, or what it asks for, cannot be accepted."""


class FeelSyntaxError(FeelError):
    """The text is no FEEL. `line` and `column` count from 1; `expected` and `found` are short phrases."""

    def __init__(self, expected: str, found: str, line: int, column: int) -> None:
        super().__init__(f"Expected {expected}, but found {found} (line {line}, column {column})")
        self.expected = expected
        self.found = found
        self.line = line
        self.column = column


class FeelLimitError(FeelError):
    """A cap was passed. `limit` is the name of the field of `Limits`; `allowed` its value."""

    def __init__(self, limit: str, allowed: int, message: str) -> None:
        super().__init__(message)
        self.limit = limit
        self.allowed = allowed
