"""What the engine refuses, and how it says so.

Owns the engine's errors and the record of one problem in a model. Knows nothing of incidents: what goes wrong inside a
running instance is no error but a record of the outcome (`app.engine.outcome.IncidentRaised`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.errors import ConflictError, InvalidInputError, NotFoundError


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a model, or (as a note) worth knowing about it."""

    file: str
    element_id: str | None
    element_name: str | None
    message: str

    def __str__(self) -> str:
        where = self.file
        if self.element_id:
            where += f", element {self.element_id!r}"
        if self.element_name:
            where += f" ({self.element_name})"
        return f"{where}: {self.message}"


class ModelRefusedError(InvalidInputError):
    """A model that cannot be read or would not run correctly; `problems` holds every one of them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UnknownElementError(NotFoundError):
    """No element of this id in the definition."""


class UnknownKeyError(NotFoundError):
    """No live element instance, user task, job, timer, subscription or incident of this key in the instance."""


class WrongStateError(ConflictError):
    """The thing is there, but not in a state that allows this command."""


class InvalidCommandError(InvalidInputError):
    """A command's arguments contradict the definition (an element that cannot be activated, a wrong job result)."""


class ModificationRefusedError(InvalidInputError):
    """A modification that cannot be carried out; `problems` lists every reason, and nothing was changed."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


class MigrationRefusedError(ConflictError):
    """A migration that the instance's state does not allow; `problems` lists every reason, and nothing was changed."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


class ReturnRefusedError(ConflictError):
    """An earlier step that cannot be redone from where the instance is now; nothing was changed."""


class StateUnreadableError(InvalidInputError):
    """A stored state that this engine, with this definition, cannot read."""
