"""Reads lists around complaints: the recent ones, the steps one waits at, and the form they are registered with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from app.domain.actor import Actor
from app.domain.forms import Form
from app.domain.sight import sees_all
from app.services.read_deployed import read_form
from app.services.read_task import compiled_form
from app.services.see_complaint import all_subjects, require_sight, seen_by
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage.complaint_access import list_given
from app.storage.complaints import find_complaint, list_complaints
from app.storage.deployments import FormRow
from app.storage.instances import ProcessInstanceRow
from app.storage.user_tasks import UserTaskRow

COMPLAINT_FORM = "complaint"


def list_recent_complaints(
    work: UnitOfWork, actor: Actor, *, before: str | None = None, most: int = 50
) -> Sequence[Row[Any]]:
    """Return the complaints this actor may see, the newest first; `before` is the number of the last one seen.

    Raises ForbiddenError.
    """
    require_sight(actor)
    last = find_complaint(work.connection, before) if before else None
    place = None if last is None else (last.received_at, last.key)
    if actor.recused:
        return list_complaints(work.connection, before=place, most=most, also=seen_by(work.connection, actor))
    if sees_all(actor):
        return list_complaints(work.connection, before=place, most=most)
    return list_given(work.connection, all_subjects(work.connection, actor), before=place, most=most)


def list_open_steps(connection: Connection, instance_key: int | None) -> Sequence[Row[Any]]:
    """Return the open user tasks of a call tree, the nearest deadline first."""
    tree = select(ProcessInstanceRow.key).where(ProcessInstanceRow.root_key == instance_key)
    query = select(UserTaskRow.__table__).where(UserTaskRow.instance_key.in_(tree), UserTaskRow.ended_at.is_(None))
    return connection.execute(query.order_by(UserTaskRow.sort_at, UserTaskRow.key)).all()


def find_complaint_form(
    runtime: Runtime, connection: Connection, form_id: str = COMPLAINT_FORM, *, mark: int | None = None
) -> Form | None:
    """Return the deployed form that complaints are registered with, None where there is none; compiled once a version.

    `mark` is the deployment mark, where the caller has read it just now.
    """
    row = runtime.models.find(connection, FormRow, form_id, mark=mark)
    if row is None:
        return None
    form: Form = runtime.models.parsed("form", row.key, lambda: compiled_form(read_form(connection, row.key).schema))
    return form
