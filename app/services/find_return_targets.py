"""Finds the earlier steps that a task can be returned to (退回), the last one first, and what a return would undo.

Owns where it looks: the task's own scope, those around it, and those around the call that started its process. Whether
a step can be redone from here is the engine's to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from app.engine import Definition, ReturnPlan, ReturnRefusedError, WalkedStep
from app.engine.model import Element, ElementType
from app.services.instance_tree import Run
from app.storage.instances import find_child_keys, list_tree
from app.storage.user_tasks import list_open_tasks
from app.storage.walked_steps import ROUND, list_completed_since, list_scopes, list_walked

_EFFECTS = (ElementType.SERVICE_TASK, ElementType.SEND_TASK, ElementType.CALL_ACTIVITY)


@dataclass(frozen=True)
class ReturnTarget:
    """An earlier step: who did it and when; `key` is its completed task's, the last one's of a round.

    `done_for`: the absent person in whose place it was done. `origin_key` is the element instance, in the target's own
    process instance, that work is returned from. `cancels`: open tasks of others that end; `effects`: names of steps
    whose effects are out and stay. `round_owners` may return the whole round that the task is of; empty where no round
    is left.
    """

    run: Run
    key: int
    origin_key: int
    element_id: str
    name: str | None
    done_by: tuple[str, ...]
    done_for: str | None
    done_at: datetime
    is_round: bool
    source: Row[Any]
    plan: ReturnPlan
    cancels: tuple[Row[Any], ...]
    effects: tuple[str, ...]
    round_owners: frozenset[str]


def find_return_targets(
    connection: Connection, run: Run, task_key: int, element_key: int, open_parent: Callable[[int], Run | None]
) -> list[ReturnTarget]:
    """Return the steps that the open task can be returned to; `open_parent` gives the instance that called."""
    found: list[ReturnTarget] = []
    for at, origin_key in _calls_around(run, element_key, open_parent):
        scopes = list_scopes(connection, at.row.key, origin_key)
        for rows, scope_key in _latest(list_walked(connection, at.row.key)):
            target = None
            if scope_key in scopes:
                target = _target(connection, at, (task_key, origin_key), rows, scope_key)
            found += [target] if target is not None else []
    owners = frozenset(next((one.done_by for one in found if one.plan.leaves_round), ()))
    return [_with_owners(one, owners) if one.plan.leaves_round else one for one in found]


def _with_owners(target: ReturnTarget, owners: frozenset[str]) -> ReturnTarget:
    return ReturnTarget(**{**target.__dict__, "round_owners": owners})


def _calls_around(run: Run, element_key: int, open_parent: Callable[[int], Run | None]) -> Iterator[tuple[Run, int]]:
    """The task's instance and those that called it, each with the element instance the task is at or under."""
    at: Run | None = run
    while at is not None:
        yield at, element_key
        if at.row.parent_key is None or at.row.parent_element_key is None:
            return
        element_key = at.row.parent_element_key
        at = open_parent(at.row.parent_key)


def _latest(walked: Any) -> Iterator[tuple[list[Row[Any]], int]]:
    """Of each step in each scope the latest passing: its one task, or all of an ended round's."""
    passings: dict[tuple[int, str], list[Row[Any]]] = {}
    for row in walked:
        in_round = row.body_type == ROUND
        if in_round and row.body_state != "COMPLETED":
            continue
        place = (row.body_scope if in_round else row.scope_key, row.element_id)
        known = passings.setdefault(place, [])
        if not known or (in_round and known[0].body_key == row.body_key):
            known.append(row)
    for (scope_key, _), rows in passings.items():
        yield rows, scope_key


def _target(
    connection: Connection, run: Run, origin: tuple[int, int], rows: list[Row[Any]], scope_key: int
) -> ReturnTarget | None:
    task_key, origin_key = origin
    last, is_round = rows[0], rows[0].body_type == ROUND
    ended_at = last.body_ended_at if is_round else last.ended_at
    key = last.body_key if is_round else last.element_key
    since = frozenset(list_completed_since(connection, scope_key, run.row.key, ended_at, key))
    try:
        plan = run.instance.plan_return(
            origin_key, WalkedStep(last.element_id, scope_key, since, frozenset(run.row.flows))
        )
    except ReturnRefusedError:
        return None
    elements = run.process.definition.elements
    return ReturnTarget(
        run=run,
        key=last.key,
        origin_key=origin_key,
        element_id=last.element_id,
        name=elements[last.element_id].name or last.name,
        done_by=tuple(dict.fromkeys(row.ended_by for row in rows if row.ended_by)),
        done_for=None if is_round else last.on_behalf_of,
        done_at=ended_at,
        is_round=is_round,
        source=last,
        plan=plan,
        cancels=tuple(_cancelled(connection, run, plan, task_key)),
        effects=_effects(run.process.definition, plan),
        round_owners=frozenset(),
    )


def _cancelled(connection: Connection, run: Run, plan: ReturnPlan, task_key: int) -> list[Row[Any]]:
    """The open tasks of others that a return ends, those of called processes included."""
    children = [child for call in plan.calls for child in find_child_keys(connection, run.row.key, call)]
    below = [key for child in children for key in list_tree(connection, run.row.root_key, child)]
    tasks = list_open_tasks(connection, plan.tasks, below)
    return [row for row in tasks if row.key != task_key]


def _effects(definition: Definition, plan: ReturnPlan) -> tuple[str, ...]:
    passed = [definition.elements[name] for name in plan.redone]
    return tuple(one.name or one.id for one in passed if _has_effect(one))


def _has_effect(element: Element) -> bool:
    return element.type in _EFFECTS or element.job is not None or element.publish is not None
