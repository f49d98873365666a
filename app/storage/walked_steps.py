"""Which user tasks of an instance were walked, in which scope, and what else completed there since. Only reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, or_, select
from sqlalchemy.orm import aliased

from app.storage.instances import ElementInstanceRow
from app.storage.user_tasks import UserTaskRow

MOST_WALKED = 400
ROUND = "MULTI_INSTANCE_BODY"


def list_scopes(connection: Connection, instance_key: int, element_key: int) -> list[int]:
    """Return the keys of the scopes around an element instance, from the inside out; the last is the instance's."""
    table = ElementInstanceRow.__table__.c
    found: list[int] = []
    at = element_key
    while at != instance_key:
        at = connection.execute(select(table.scope_key).where(table.key == at)).scalar_one()
        found.append(at)
    return found


def list_walked(connection: Connection, instance_key: int) -> Sequence[Row[Any]]:
    """Return the completed user tasks of an instance, the latest first, with the scope each ran in.

    `body_type`, `body_state` and `body_scope` tell of the element instance around it: a round's, where it was of one.
    """
    task, element = UserTaskRow.__table__.c, aliased(ElementInstanceRow)
    body = aliased(ElementInstanceRow)
    query: Select[Any] = (
        select(
            task.key,
            task.element_id,
            task.element_key,
            task.definition_key,
            task.name,
            task.ended_by,
            task.on_behalf_of,
            task.created_at,
            task.ended_at,
            task.form_key,
            element.scope_key,
            body.key.label("body_key"),
            body.type.label("body_type"),
            body.state.label("body_state"),
            body.scope_key.label("body_scope"),
            body.ended_at.label("body_ended_at"),
        )
        .select_from(UserTaskRow)
        .join(element, element.key == task.element_key)
        .join(body, body.key == element.scope_key, isouter=True)
        .where(task.instance_key == instance_key, task.state == "COMPLETED")
    )
    return connection.execute(query.order_by(task.ended_at.desc(), task.key.desc()).limit(MOST_WALKED)).all()


def list_completed_since(connection: Connection, scope_key: int, instance_key: int, at: datetime, key: int) -> set[str]:
    """Return the elements that completed in a scope after the element instance `key` had, at `at`."""
    table = ElementInstanceRow.__table__.c
    later = or_(table.started_at > at, and_(table.started_at == at, table.key > key))
    query = select(table.element_id).where(
        table.instance_key == instance_key, table.scope_key == scope_key, table.state == "COMPLETED", later
    )
    return set(connection.execute(query).scalars())
