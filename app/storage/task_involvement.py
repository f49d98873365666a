"""Whose a user task is to see: who has it, is offered it, ended it, watches it, or has a turn at it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, and_, bindparam, exists, or_, select

from app.storage.instances import ProcessInstanceRow
from app.storage.search_conditions import OneOf
from app.storage.task_turns import TaskTurnRow
from app.storage.task_watchers import TaskWatcherRow
from app.storage.user_tasks import TaskCandidateRow, UserTaskRow

instance = ProcessInstanceRow.__table__.c
task = UserTaskRow.__table__.c


ME: BindParameter[str] = bindparam("me")


def has_candidate(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that an open task is offered to somebody of whom `condition` holds."""
    return exists().where(TaskCandidateRow.__table__.c.task_key == task.key, condition)


def _is_involved() -> ColumnElement[bool]:
    watched = select(TaskWatcherRow.task_key).where(TaskWatcherRow.username == ME)
    turn = TaskTurnRow.__table__.c
    turns = select(turn.task_key).where(or_(turn.person == ME, turn.asked_by == ME))
    return or_(
        OneOf(task.assignee, "people"),
        task.ended_by == ME,
        and_(task.on_behalf_of == ME, task.ended_at.is_(None)),
        has_candidate(OneOf(TaskCandidateRow.__table__.c.who, "offered")),
        task.key.in_(watched),
        task.key.in_(turns),
    )


IS_INVOLVED = _is_involved()
"""The condition that a user task is a person's to see; whose, `involved` gives.

Those are tasks assigned or offered to the person, or to the absent it stands in for, those it ended or watches, those
at which it has a turn or gave one, and those that somebody has in its place.
"""


def involved(username: str, groups: Iterable[str], absent: Iterable[str] = ()) -> dict[str, Any]:
    """Return the parameters of IS_INVOLVED for `username` in these groups, standing in for the `absent`."""
    people = [username, *absent]
    return {
        "me": username,
        "people": people,
        "offered": [*[f"u:{one}" for one in people], *[f"g:{one}" for one in groups]],
    }


def has_task_in(connection: Connection, instance_key: int, username: str, groups: Iterable[str]) -> bool:
    """Tell whether a user task of an instance's call tree is `username`'s to see."""
    root = select(instance.root_key).where(instance.key == instance_key).scalar_subquery()
    tree = select(instance.key).where(instance.root_key == root)
    query = select(task.key).where(task.instance_key.in_(tree), IS_INVOLVED)
    return connection.execute(query.limit(1), involved(username, groups)).first() is not None
