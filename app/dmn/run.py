"""One evaluation of a model as it goes: FEEL's own record, plus errors, warnings that know their place, and the trace.

Knows neither tables nor the graph.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from app.dmn.errors import DmnError, Place
from app.dmn.trace import Trace
from app.feel import Environment, Position, Run, Value

MOST_NOTED: Final = 1000
"""How many warnings, and how many errors, one evaluation tells of."""


class DmnWarning(NamedTuple):
    """Why a value is null: where in the model, where in that text, a stable code, and a sentence."""

    place: Place
    position: Position | None
    code: str
    reason: str


class Evaluation(NamedTuple):
    """What an evaluation gave: the value, why parts of it are null, and the instant it used (None: it asked for none).

    `errors` are broken promises of the model (two rules of a UNIQUE table, an input that is not allowed); the value is
    null where one happened, and a process should stop there. `trace` is there when it was asked for.
    """

    value: Value
    warnings: tuple[DmnWarning, ...] = ()
    errors: tuple[DmnError, ...] = ()
    instant: datetime | None = None
    trace: Trace | None = None


class DmnRun(Run):
    """FEEL's run with what DMN adds to it."""

    __slots__ = ("errors", "located", "trace")

    def __init__(self, env: Environment, trace: Trace | None = None) -> None:
        super().__init__(env)
        self.errors: list[DmnError] = []
        self.located: list[DmnWarning] = []
        self.trace = trace

    def locate(self, since: int, place: Place) -> None:
        """Give the warnings after the first `since` a place in the model; an assertion that failed breaks a promise."""
        found = self.warnings[since:]
        if len(self.located) < MOST_NOTED:
            self.located += [DmnWarning(place, *warning) for warning in found]
        self.record(*[DmnError(one.reason, place, one.code) for one in found if one.code == "ASSERTION_FAILED"])
        del self.warnings[since:]

    def note(self, code: str, reason: str, place: Place) -> None:
        """Note why a value is null."""
        if len(self.located) < MOST_NOTED:
            self.located.append(DmnWarning(place, None, code, reason))

    def fail(self, code: str, reason: str, place: Place) -> None:
        """Note a broken promise of the model; the value there is null."""
        self.record(DmnError(reason, place, code))

    def record(self, *errors: DmnError) -> None:
        """Note broken promises that were known before."""
        if len(self.errors) < MOST_NOTED:
            self.errors.extend(errors)

    def finish(self, value: Value) -> Evaluation:
        """Return the whole outcome."""
        return Evaluation(value, tuple(self.located), tuple(self.errors), self.instant_used, self.trace)


class LimitError(DmnError):
    """An evaluation passed a cap (steps, depth, list size); it stopped at `place`."""
