"""Who does something: the one value that every use case is given to decide whether it may be done.

Knows nothing of sessions, tokens or rows; a door makes it from them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

OPERATE = "operate"
"""The right to run, repair and work anything: operators, administrators, and the engine API's own clients."""


@dataclass(frozen=True)
class Actor:
    """One person or program at the moment of acting: its groups, and the scopes its session or token carries."""

    username: str
    groups: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()

    @property
    def is_operator(self) -> bool:
        """Whether everything is open to this actor."""
        return OPERATE in self.scopes

    def may_work_on(self, assignee: str | None, groups: Iterable[str], users: Iterable[str]) -> bool:
        """Whether this actor may work a user task: its assignee; when it has none, a candidate; an operator always.

        A task that names neither assignee nor candidate is an operator's.
        """
        if self.is_operator or assignee == self.username:
            return True
        return assignee is None and (self.username in users or not self.groups.isdisjoint(groups))


SYSTEM = Actor("redress", scopes=frozenset({OPERATE, "start", "jobs", "decide"}))
"""The product itself, when a timer, a job or a sweep acts."""
