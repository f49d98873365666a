"""The tasks of one countersign round, as rows of its multi-instance body. Only reads."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from app.storage.instances import ElementInstanceRow
from app.storage.task_actions import TaskActionRow
from app.storage.user_tasks import UserTaskRow
from app.storage.walked_steps import ROUND


def find_round(connection: Connection, element_key: int) -> Row[Any] | None:
    """Return the element instance of the round that a task's own belongs to; None where it is of none."""
    element, body = ElementInstanceRow.__table__.c, ElementInstanceRow.__table__.alias("body")
    query = select(body).where(
        body.c.key.in_(select(element.scope_key).where(element.key == element_key)), body.c.type == ROUND
    )
    return connection.execute(query).one_or_none()


def find_members(connection: Connection, element_keys: Collection[int]) -> set[int]:
    """Return which of these element instances belong to a round."""
    element, body = ElementInstanceRow.__table__.alias("element"), ElementInstanceRow.__table__.alias("body")
    query = select(element.c.key).join(body, body.c.key == element.c.scope_key)
    return set(connection.execute(query.where(element.c.key.in_(element_keys), body.c.type == ROUND)).scalars())


def list_round_tasks(connection: Connection, body_key: int, instance_key: int) -> Sequence[Row[Any]]:
    """Return the tasks of a round that were opened so far, in that order."""
    element = ElementInstanceRow.__table__.c
    members = select(element.key).where(element.instance_key == instance_key, element.scope_key == body_key)
    query = select(UserTaskRow.__table__).where(UserTaskRow.element_key.in_(members))
    return connection.execute(query.order_by(UserTaskRow.created_at, UserTaskRow.key)).all()


def find_who_ended(connection: Connection, task_key: int, element_key: int, instance_key: int) -> str | None:
    """Return who ended a task that was cancelled: who returned it, or who decided its round; None for a timer or so."""
    action = TaskActionRow.__table__.c
    returned = select(action.actor).where(action.task_key == task_key, action.verb == "return")
    actor = connection.execute(returned.limit(1)).scalar()
    body = None if actor is not None else find_round(connection, element_key)
    if body is not None and body.ended_at is not None:
        signed = [row for row in list_round_tasks(connection, body.key, instance_key) if row.state == "COMPLETED"]
        actor = max(signed, key=lambda row: row.ended_at).ended_by if signed else None
    return actor
