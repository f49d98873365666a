"""add saved views."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = ("list_export", "complaint_gram", "list_setting", "saved_view")


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("list", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("owner", sa.String(length=255), nullable=False),
        sa.Column("shared_with", sa.String(length=255), nullable=True),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_saved_view")),
    )
    op.create_index(op.f("ix_saved_view_owner_list"), "saved_view", ["owner", "list"], unique=False)
    op.create_index(op.f("ix_saved_view_shared_with_list"), "saved_view", ["shared_with", "list"], unique=False)
    op.create_table(
        "list_setting",
        sa.Column("username", sa.String(length=255), nullable=False),
        sa.Column("list", sa.String(length=12), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("username", "list", name=op.f("pk_list_setting")),
    )
    op.create_table(
        "complaint_gram",
        sa.Column("gram", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("complaint_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("gram", "complaint_key", name=op.f("pk_complaint_gram")),
    )
    op.create_table(
        "list_export",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("username", sa.String(length=255), nullable=False),
        sa.Column("list", sa.String(length=12), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_list_export")),
    )
    op.create_index(op.f("ix_list_export_username_key"), "list_export", ["username", "key"], unique=False)
    op.create_index(op.f("ix_list_export_next_try_at"), "list_export", ["next_try_at"], unique=False)
    op.create_index(op.f("ix_list_export_created_at"), "list_export", ["created_at"], unique=False)
    op.create_index(
        "ix_user_task_done",
        "user_task",
        ["ended_by", "ended_at", "key"],
        unique=False,
        postgresql_where=sa.text("ended_by IS NOT NULL"),
        sqlite_where=sa.text("ended_by IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_user_task_done", "user_task")
    for table in TABLES:
        op.drop_table(table)
