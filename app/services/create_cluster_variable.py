"""Creates a variable of the whole installation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import ConflictError, InvalidInputError
from app.services.record_audit import record_audit
from app.services.unit_of_work import UnitOfWork
from app.storage.cluster_variables import add_cluster_variable
from app.storage.types import write_json

LONGEST_VALUE = 8192
MOST_DETAILS = 100


def create_cluster_variable(
    work: UnitOfWork, actor: Actor, scope: str, name: str, value: Any, details: Mapping[str, Any]
) -> Row[Any]:
    """Create the variable `name` of a scope (GLOBAL or TENANT) with a JSON value; returns its row.

    Raises ForbiddenError, ConflictError where there is one, InvalidInputError for a value or details that are too long.
    """
    require_scope(actor, "deploy")
    key = work.next_key()
    row = {"key": key, "scope": scope, "name": name, "value": as_value(value), "details": as_details(details)}
    added = add_cluster_variable(work.connection, row)
    if added is None:
        raise ConflictError(f"Expected no cluster variable {name!r} in the scope {scope} yet, but there is one")
    record_audit(work, actor, "CREATE", "VARIABLE", key, details={"clusterVariable": name, "scope": scope})
    return added


def as_value(value: Any) -> str:
    """Return the JSON text that is stored; InvalidInputError for more than LONGEST_VALUE characters."""
    text = write_json(value)
    if len(text) > LONGEST_VALUE:
        raise InvalidInputError(
            f"Expected a value of at most {LONGEST_VALUE} characters, but its JSON text has {len(text)}",
            {"value": ["Too long"]},
        )
    return text


def as_details(details: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is noted about a variable; InvalidInputError for too much, and for other than texts and numbers."""
    if len(details) > MOST_DETAILS or len(write_json(details)) > MOST_DETAILS * LONGEST_VALUE:
        raise InvalidInputError(
            f"Expected at most {MOST_DETAILS} entries, but there is more", {"metadata": ["Too long"]}
        )
    wrong = [name for name, value in details.items() if isinstance(value, bool | dict | list) or value is None]
    if wrong:
        raise InvalidInputError(
            f"Expected texts and numbers, but {wrong[0]!r} is neither", {"metadata": ["Wrong kind"]}
        )
    return dict(details)
