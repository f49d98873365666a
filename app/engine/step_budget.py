"""How many steps one rest may take before an endless loop is assumed.

Owns the counting: visits of each place (an element in one scope instance), and steps in all. Iterations of a
multi-instance body are as many as its collection has items, so they count in all only.
"""

from __future__ import annotations

from app.engine.model import ElementType
from app.engine.token import Token

_STEPS_A_VISIT = 10


class StepBudget:
    """The budget of one rest: `limit` visits of a place, ten times as many steps in all."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._left = limit * _STEPS_A_VISIT
        self._visits: dict[tuple[int, str], int] = {}
        self.message = f"Expected to rest within {limit} visits of an element, but the process runs on here"

    def spend(self, token: Token) -> bool:
        """Count a step of `token`; False when there is none left for it."""
        self._left -= 1
        scope = token.scope
        if scope is None or scope.task_spec.type is ElementType.MULTI_INSTANCE_BODY:
            return self._left >= 0
        place = (scope.key, token.task_spec.name)
        visits = self._visits[place] = self._visits.get(place, 0) + 1
        return visits <= self._limit and self._left >= 0
