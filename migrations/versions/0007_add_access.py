"""add access."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "complaint_access",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("complaint_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("subject", "received_at", "complaint_key", name=op.f("pk_complaint_access")),
    )
    op.create_index(op.f("ix_complaint_access_complaint_key"), "complaint_access", ["complaint_key"], unique=False)
    op.create_table(
        "access_event",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("complaint_key", sa.BigInteger(), nullable=True),
        sa.Column("what", sa.Text(), nullable=True),
        sa.Column("purpose", sa.String(length=24), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("once", sa.String(length=400), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_access_event")),
    )
    op.create_index(op.f("ix_access_event_once"), "access_event", ["once"], unique=True)
    for columns in (["at", "key"], *([first, "at", "key"] for first in ("actor", "complaint_key", "kind"))):
        op.create_index(op.f(f"ix_access_event_{'_'.join(columns)}"), "access_event", columns, unique=False)
    op.create_index(op.f("ix_audit_log_actor_key"), "audit_log", ["actor", "key"], unique=False)
    _give_sight_of_what_is_there()


def _give_sight_of_what_is_there() -> None:
    """Who filed a complaint that exists already, or was given one of its tasks, sees it as one filed from now on."""
    connection = op.get_bind()
    access = sa.table("complaint_access", sa.column("subject"), sa.column("received_at"), sa.column("complaint_key"))
    complaints = sa.text("SELECT key, received_at, number, recorded_by FROM complaint ORDER BY key")
    tasks = sa.text(
        "SELECT t.assignee, t.ended_by, t.candidate_groups, t.candidate_users FROM user_task t "
        "JOIN process_instance i ON i.key = t.instance_key WHERE i.business_id = :number"
    )
    for complaint in connection.execute(complaints).all():
        subjects = {f"u:{complaint.recorded_by}"}
        for task in connection.execute(tasks, {"number": complaint.number}):
            subjects |= _subjects(task)
        place = {"received_at": complaint.received_at, "complaint_key": complaint.key}
        op.bulk_insert(access, [{"subject": subject, **place} for subject in sorted(subjects)])


def _subjects(task: Any) -> set[str]:
    people = [task.assignee, task.ended_by, *json.loads(task.candidate_users)]
    return {f"u:{name}" for name in people if name} | {f"g:{name}" for name in json.loads(task.candidate_groups)}


def downgrade() -> None:
    op.drop_index(op.f("ix_audit_log_actor_key"), "audit_log")
    op.drop_table("access_event")
    op.drop_table("complaint_access")
