"""Search and read records of every kind, as far as the actor may see them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import NotFoundError
from app.storage.complaint_recusals import not_of_hidden
from app.storage.search import EVERYTHING, Filter, Page, PageWish, Resource, Sight, find_keys, find_one, search
from app.storage.search_decisions import (
    DECISION_DEFINITIONS,
    DECISION_IS_THERE,
    DECISION_REQUIREMENTS,
    REQUIREMENTS_ARE_THERE,
)
from app.storage.search_processes import PROCESS_DEFINITION_IS_THERE, PROCESS_DEFINITIONS
from app.storage.search_work import USER_TASKS
from app.storage.task_involvement import IS_INVOLVED, ME, involved

INSTANCE = "processInstanceKey"
IS_THERE: Sequence[tuple[Resource, ColumnElement[bool]]] = (
    (PROCESS_DEFINITIONS, PROCESS_DEFINITION_IS_THERE),
    (DECISION_DEFINITIONS, DECISION_IS_THERE),
    (DECISION_REQUIREMENTS, REQUIREMENTS_ARE_THERE),
)
"""Of what is kept after its deletion: what is there for who searches."""
Conditions = Sequence[ColumnElement[bool]]


class UnseenRecordError(NotFoundError):
    """The record is there, but not for who asks; the answer does not say so, the access log does."""


def search_records(
    connection: Connection,
    actor: Actor,
    resource: Resource,
    wanted: Filter,
    sort: Sequence[tuple[str, bool]] = (),
    page: PageWish = PageWish(),  # noqa: B008 - an immutable tuple
    also: Conditions = (),
    *,
    seen: bool = False,
) -> Page:
    """Return the page of what matches `wanted`, `also` and the actor's sight.

    `seen` says that the actor has been shown what these records belong to (a task's variables), so that they need no
    permission of their own. Raises ForbiddenError, and InvalidInputError for a wrong cursor.
    """
    return search(connection, resource, wanted, sort, page, also, EVERYTHING if seen else _seen_by(actor, resource))


def get_record(connection: Connection, actor: Actor, resource: Resource, key: object) -> dict[str, Any]:
    """Return one record by its key; raises ForbiddenError, and NotFoundError also for what the actor may not see."""
    sight = _seen_by(actor, resource)
    found = find_one(connection, resource, key, sight)
    if found is None:
        there = Sight(_standing(resource, recused=False))  # what was deleted is hidden from nobody
        is_hidden = len(sight.conditions) > len(there.conditions)
        is_unseen = is_hidden and find_one(connection, resource, key, there) is not None
        failure = UnseenRecordError if is_unseen else NotFoundError
        raise failure(f"Expected a {resource.name} with the key {key}, but there is none")
    return found


def search_keys(
    connection: Connection, actor: Actor, resource: Resource, wanted: Filter, most: int, also: Conditions = ()
) -> list[int]:
    """Return the keys of up to `most` records that match: what a batch operation will work through."""
    return find_keys(connection, resource, wanted, most, also, _seen_by(actor, resource))


def _seen_by(actor: Actor, resource: Resource) -> Sight:
    conditions = _standing(resource, recused=actor.recused)
    if resource is USER_TASKS and "read" not in actor.scopes:
        require_scope(actor, "work")
        given = involved(actor.username, actor.all_groups, actor.stands_in_for)
        return Sight((*conditions, IS_INVOLVED), given)
    require_scope(actor, "read")
    return Sight(conditions, {ME.key: actor.username} if actor.recused else {})


@cache
def _standing(resource: Resource, *, recused: bool) -> tuple[ColumnElement[bool], ...]:
    conditions = [condition for of, condition in IS_THERE if of is resource]
    if recused and INSTANCE in resource.fields:
        conditions.append(not_of_hidden(ME, resource.fields[INSTANCE].expression))
    return tuple(conditions)
