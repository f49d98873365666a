"""What the engine asks of the world: keys, time, calendars, FEEL functions, decisions.

Owns the protocols only; services supply the parts. Nothing here touches a database from inside the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from app.clock import Clock
from app.engine.work import Binding
from app.feel import Calendars, Limits

Json = Any  # None | bool | int | Decimal | str | list[Json] | dict[str, Json]; float is accepted on the way in


class Keys(Protocol):
    """A source of int64 keys, unique in the installation and growing."""

    def next(self) -> int:
        """Return a key nobody has had."""
        ...


class DecisionRefusedError(Exception):
    """Raised by a `Decide` port: no such decision, or its evaluation failed; becomes an incident on the element.

    `error_type` is CALLED_DECISION_ERROR (not found) or DECISION_EVALUATION_ERROR. `record` is whatever the service
    wants to keep of the failed evaluation; it comes back in `Outcome.decisions`.
    """

    def __init__(self, error_type: str, message: str, record: object = None) -> None:
        super().__init__(message)
        self.error_type = error_type
        self.record = record


class Decide(Protocol):
    """Evaluates a deployed decision for a business rule task."""

    def __call__(
        self, decision_id: str, binding: Binding, version_tag: str | None, context: Mapping[str, Json]
    ) -> tuple[Json, object]:
        """Return (result, record): the record comes back untouched in `Outcome.decisions`.

        `context` holds every variable the task can see. Raises DecisionRefusedError.
        """
        ...


def no_decisions(
    decision_id: str,
    binding: Binding,  # noqa: ARG001 - the port's signature
    version_tag: str | None,  # noqa: ARG001
    context: Mapping[str, Json],  # noqa: ARG001
) -> tuple[Json, object]:
    """Refuse every decision; for engines that run without decisions."""
    raise DecisionRefusedError(
        "CALLED_DECISION_ERROR", f"Expected to find decision {decision_id!r}, but none is deployed"
    )


class HasForm(Protocol):
    """Knows which forms are deployed."""

    def __call__(self, form_id: str, binding: Binding, version_tag: str | None) -> bool:
        """Return whether the form a user task refers to is there; where it is not, the task gets an incident."""
        ...


def any_form(form_id: str, binding: Binding, version_tag: str | None) -> bool:  # noqa: ARG001 - the port's signature
    """Believe every form to be there; for engines that run without forms."""
    return True


def no_cluster_variables() -> Mapping[str, Any]:
    """Know no variables but a process's own; for engines that run alone."""
    return {}


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything outside that one command may use.

    `step_limit` bounds how often one rest may visit an element, and ten times that its steps in all; past it the
    element that would run next gets an incident. `cluster_variables` gives the FEEL value of the name `camunda`; it is
    asked only when an expression names it.
    """

    keys: Keys
    clock: Clock
    zone: ZoneInfo
    decide: Decide = no_decisions
    calendars: Calendars | None = None
    functions: Mapping[str, Any] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    step_limit: int = 10_000
    has_form: HasForm = any_form
    cluster_variables: Callable[[], Mapping[str, Any]] = no_cluster_variables
