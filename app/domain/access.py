"""Who acts, and what they may do: roles give scopes, a token may narrow them, involvement in a task opens that task.

Plain values; knows no account table and no request.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from app.errors import ForbiddenError

SCOPES = {
    "read": "see every definition, instance, task, job, incident and decision",
    "work": "claim and complete the user tasks one is involved in",
    "start": "start processes, publish messages, broadcast signals",
    "jobs": "activate, complete and fail jobs",
    "decide": "evaluate decisions and expressions",
    "documents": "store and read documents",
    "operate": "cancel, modify, migrate, suspend and repair instances, set variables, and work any task",
    "deploy": "deploy and delete processes, decisions and forms",
    "admin": "move the clock of a demo, manage accounts and tokens",
}

ROLES: dict[str, frozenset[str]] = {
    "admin": frozenset(SCOPES),
    "operator": frozenset(SCOPES) - {"admin"},
    "clerk": frozenset({"work", "start", "documents"}),
    "auditor": frozenset({"read"}),
    "worker": frozenset({"jobs", "start", "documents"}),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """One person or program at the moment of acting. `kind` is USER or CLIENT."""

    username: str
    scopes: frozenset[str]
    groups: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    display_name: str = ""
    email: str | None = None
    language: str | None = None
    kind: str = "USER"

    def may(self, scope: str) -> bool:
        """Whether this actor has `scope`."""
        return scope in self.scopes

    def require(self, scope: str) -> None:
        """Raise ForbiddenError without `scope`."""
        if scope not in self.scopes:
            raise ForbiddenError(f"Expected '{self.username}' to have the scope '{scope}', but it does not")

    def is_involved(self, assignee: str | None, users: Collection[str], groups: Collection[str]) -> bool:
        """Whether a task with this assignee and these candidates is this actor's to see and to take."""
        if assignee == self.username or self.username in users:
            return True
        return not self.groups.isdisjoint(groups)


SYSTEM = Actor("system", frozenset(SCOPES), kind="CLIENT", display_name="Redress")
"""The product itself: timers, sweeps, built-in workers."""


def scopes_of(roles: Iterable[str]) -> frozenset[str]:
    """Return every scope that `roles` give; an unknown role gives none."""
    return frozenset().union(*(ROLES.get(role, frozenset()) for role in roles))
