"""A step that cannot be done now: it becomes an incident on its token.

Owns the exception only. It never leaves the engine.
"""

from __future__ import annotations

from app.engine.kinds import ErrorType


class StepFailure(Exception):  # noqa: N818 - not an error of the product: it turns into an incident
    """Raised inside a token's step; nothing of the step may have happened yet."""

    def __init__(self, error_type: ErrorType, message: str) -> None:
        super().__init__(message)
        self.error_type = error_type
        self.message = message
