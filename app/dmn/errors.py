"""What goes wrong with a decision model, and where in it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.errors import InvalidInputError, NotFoundError


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a model: file, decision (or other element) by name, and row, column of a table counted from 1."""

    file: str
    decision: str | None = None
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        parts = [f"file {self.file}"]
        if self.decision is not None:
            parts.append(f"decision {self.decision!r}")
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column is not None:
            parts.append(f"column {self.column!r}")
        return ", ".join(parts)

    def at(self, *, row: int | None = None, column: str | None = None) -> Place:
        """Return the same place narrowed to a row, a column or both."""
        return replace(self, row=row if row is not None else self.row, column=column or self.column)


class DmnError(InvalidInputError):
    """A model, or one evaluation of it, cannot be accepted; `place` says where, `code` names the kind."""

    def __init__(self, message: str, place: Place, code: str = "model") -> None:
        super().__init__(f"{message} ({place})")
        self.reason = message
        self.place = place
        self.code = code


class UnknownDecisionError(NotFoundError):
    """The model has no such decision or decision service."""
