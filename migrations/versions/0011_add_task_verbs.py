"""add task verbs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("user_task", sa.Column("hold", sa.String(length=10), nullable=True))
    op.create_table(
        "task_action",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("task_key", sa.BigInteger(), nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=255), nullable=False),
        sa.Column("verb", sa.String(length=12), nullable=False),
        sa.Column("person", sa.String(length=255), nullable=True),
        sa.Column("opened_key", sa.BigInteger(), nullable=True),
        sa.Column("details", sa.Text(), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_task_action")),
    )
    op.create_index(op.f("ix_task_action_instance_key_key"), "task_action", ["instance_key", "key"], unique=False)
    op.create_index(op.f("ix_task_action_task_key_key"), "task_action", ["task_key", "key"], unique=False)
    op.create_index(
        "ix_task_action_opened_key",
        "task_action",
        ["opened_key"],
        unique=False,
        postgresql_where=sa.text("opened_key IS NOT NULL"),
        sqlite_where=sa.text("opened_key IS NOT NULL"),
    )
    op.create_table(
        "task_draft",
        sa.Column("task_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_by", sa.String(length=255), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("task_key", name=op.f("pk_task_draft")),
    )
    for column in ("instance_key", "saved_at"):
        op.create_index(op.f(f"ix_task_draft_{column}"), "task_draft", [column], unique=False)
    op.create_table(
        "task_turn",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("task_key", sa.BigInteger(), nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("person", sa.String(length=255), nullable=False),
        sa.Column("asked_by", sa.String(length=255), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("ended_by", sa.String(length=255), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_task_turn")),
    )
    op.create_index(op.f("ix_task_turn_task_key_key"), "task_turn", ["task_key", "key"], unique=False)
    for column in ("instance_key", "person", "asked_by"):
        op.create_index(op.f(f"ix_task_turn_{column}"), "task_turn", [column], unique=False)
    op.create_table(
        "task_watcher",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("username", sa.String(length=255), nullable=False),
        sa.Column("task_key", sa.BigInteger(), nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=False),
        sa.Column("added_by", sa.String(length=255), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_task_watcher")),
    )
    op.create_index(op.f("ix_task_watcher_task_key_username"), "task_watcher", ["task_key", "username"], unique=True)
    op.create_index(op.f("ix_task_watcher_username_key"), "task_watcher", ["username", "key"], unique=False)
    op.create_index(op.f("ix_task_watcher_instance_key"), "task_watcher", ["instance_key"], unique=False)


def downgrade() -> None:
    for table in ("task_watcher", "task_turn", "task_draft", "task_action"):
        op.drop_table(table)
    op.drop_column("user_task", "hold")
