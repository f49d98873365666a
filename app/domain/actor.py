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
    """One person or program at the moment of acting: its groups, and the scopes its session or token carries.

    `units`: ids of the unit it belongs to, and of every unit it leads and below. `supervises`: usernames below it in
    the reporting line, directly or not. `stands_in_for`: usernames of the absent whose tasks it may work now
    (请假代办); `lent_groups`: pairs (group, absent person) that it has through them. `recused`: some complaint is
    hidden from it (回避), so that whatever shows complaints must leave those out.
    """

    username: str
    groups: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    supervises: frozenset[str] = frozenset()
    stands_in_for: frozenset[str] = frozenset()
    lent_groups: frozenset[tuple[str, str]] = frozenset()
    recused: bool = False

    @property
    def is_operator(self) -> bool:
        """Whether everything is open to this actor."""
        return OPERATE in self.scopes

    @property
    def all_groups(self) -> frozenset[str]:
        """The actor's own groups, and those of the absent it stands in for."""
        return self.groups | {group for group, _ in self.lent_groups}

    def may_work_on(self, assignee: str | None, groups: Iterable[str], users: Iterable[str]) -> bool:
        """Whether this actor may work a user task: its assignee; when it has none, a candidate; an operator always.

        So may who stands in for such a person. A task that names neither assignee nor candidate is an operator's.
        """
        users, groups = tuple(users), tuple(groups)
        if self.is_operator or self._is_involved(assignee, groups, users):
            return True
        return self.on_behalf_of(assignee, groups, users) is not None

    def on_behalf_of(self, assignee: str | None, groups: Iterable[str], users: Iterable[str]) -> str | None:
        """Return the absent person by whose right this actor may work a user task; None by its own right, or none."""
        users, groups = tuple(users), tuple(groups)
        if not self.stands_in_for or self.is_operator or self._is_involved(assignee, groups, users):
            return None
        if assignee is not None:
            return assignee if assignee in self.stands_in_for else None
        lent = {whose for group, whose in self.lent_groups if group in groups}
        through = self.stands_in_for.intersection(users) or lent
        return min(through, default=None)

    def _is_involved(self, assignee: str | None, groups: tuple[str, ...], users: tuple[str, ...]) -> bool:
        if assignee is not None:
            return assignee == self.username
        return self.username in users or not self.groups.isdisjoint(groups)


SYSTEM = Actor("redress", scopes=frozenset({OPERATE, "start", "jobs", "decide"}))
"""The product itself, when a timer, a job or a sweep acts."""

INSTALLER = Actor("redress", scopes=frozenset({"deploy"}))
"""The product itself, when it brings what it is shipped with."""
