"""Groups of the engine API that are known and not served: whatever is asked of them answers 501 and is named.

Accounts, groups, roles and rights are the product's own affair (docs/identity.md); tenants, backups, agents, secrets
and the cluster's machinery it has not.
"""

from __future__ import annotations

from typing import NoReturn

from flask import Blueprint, request

from app.web.authentication import authenticate
from app.web.errors import NotServedError

GROUPS = (
    "agent-definitions", "agent-instances", "authorizations", "backups", "cluster", "exporting",
    "global-task-listeners", "groups", "license", "mapping-rules", "mode", "restore", "roles", "secrets", "setup",
    "system", "tenants", "users",
)  # fmt: skip
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def add_unserved(blueprint: Blueprint) -> None:
    """Let `blueprint` answer for these groups."""
    for group in GROUPS:
        for rule in (f"/{group}", f"/{group}/<path:rest>"):
            blueprint.add_url_rule(rule, "not_served", _refuse, methods=METHODS)


def _refuse(rest: str = "") -> NoReturn:  # noqa: ARG001 - the rule's
    authenticate(request)
    raise NotServedError(
        f"Expected an operation that is served, but {request.method} {request.path} is not: see docs/camunda-api.md"
    )
