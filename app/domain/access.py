"""What an actor may do: roles give scopes, a token narrows them. Plain values; knows no account and no request."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.actor import Actor
from app.errors import ForbiddenError

SCOPES = {
    "read": "see every definition, instance, task, job, incident and decision",
    "work": "claim and complete the user tasks one is involved in",
    "start": "start processes, publish messages",
    "jobs": "activate, complete and fail jobs, report what other systems notice",
    "decide": "evaluate decisions and expressions",
    "documents": "store and read documents",
    "operate": "cancel, modify, migrate, suspend and repair instances, set variables, broadcast signals, work any task",
    "oversee": "see every complaint, and answer for how all are handled",
    "erase": "delete attachments of the complaints one sees, with a reason",
    "customers": "find any customer, and see all round it with every complaint's number and outcome",
    "merge": "say which customers are one person, and take that back",
    "tables": "see decision tables, their versions and the proposals to change them",
    "propose": "propose versions of decision tables",
    "release": "approve or reject the versions of decision tables that others propose",
    "calendars": "see what new days of a calendar would change, and apply them",
    "deploy": "deploy and delete processes, decisions and forms",
    "organise": "manage units, posts and people: system administrators",
    "security": "grant roles and posts, set passwords, lock and unlock accounts, end sessions: security administrators",
    "audit": "read the audit log: audit administrators",
    "admin": "move the clock of a demo, and say how groups and systems are reached",
}

ROLES: dict[str, frozenset[str]] = {
    "admin": frozenset(SCOPES),
    "system_admin": frozenset({"organise"}),
    "security_admin": frozenset({"security"}),
    "audit_admin": frozenset({"audit", "read"}),
    "operator": frozenset(SCOPES) - {"admin", "organise", "security", "audit"},
    "clerk": frozenset({"work", "start", "documents"}),
    "compliance": frozenset({"work", "start", "documents", "oversee", "erase", "customers", "merge", "calendars"}),
    "relationship_manager": frozenset({"customers"}),
    "rule_author": frozenset({"tables", "propose", "decide"}),
    "rule_approver": frozenset({"tables", "release"}),
    "auditor": frozenset({"read", "tables", "audit"}),
    "worker": frozenset({"jobs", "start", "documents"}),
}

DUTIES = ("organise", "security", "audit")
"""What no one person does in production: who grants rights must not be who makes accounts, nor who reads the audit."""


def require_scope(actor: Actor, scope: str) -> None:
    """Raise ForbiddenError unless `actor` has `scope`."""
    if scope not in actor.scopes:
        raise ForbiddenError(f"Expected '{actor.username}' to have the scope '{scope}', but it does not")


def scopes_of(roles: Iterable[str]) -> frozenset[str]:
    """Return every scope that `roles` give; an unknown role gives none."""
    return frozenset().union(*(ROLES.get(role, frozenset()) for role in roles))
