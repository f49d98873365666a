"""add automation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "automation_event",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("complaint_key", sa.BigInteger(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_automation_event")),
    )
    op.create_index(op.f("ix_automation_event_event_id"), "automation_event", ["event_id"], unique=True)
    op.create_index(
        "ix_automation_event_waiting",
        "automation_event",
        ["next_try_at", "key"],
        unique=False,
        postgresql_where=sa.text("state = 'WAITING'"),
        sqlite_where=sa.text("state = 'WAITING'"),
    )
    op.create_index(op.f("ix_automation_event_complaint_key"), "automation_event", ["complaint_key"], unique=False)
    op.create_table(
        "automation_firing",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_key", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("complaint_key", sa.BigInteger(), nullable=True),
        sa.Column("table_id", sa.String(length=80), nullable=False),
        sa.Column("table_version", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=120), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=24), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_automation_firing")),
    )
    op.create_index(
        op.f("ix_automation_firing_subject_table_id_rule"),
        "automation_firing",
        ["subject", "table_id", "rule"],
        unique=True,
    )
    op.create_index(op.f("ix_automation_firing_event_key"), "automation_firing", ["event_key"], unique=False)
    op.create_index(
        op.f("ix_automation_firing_complaint_key_at"), "automation_firing", ["complaint_key", "at"], unique=False
    )
    op.create_table(
        "complaint_flag",
        sa.Column("complaint_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("flag", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("complaint_key", "flag", name=op.f("pk_complaint_flag")),
    )
    op.create_table(
        "customer_tag",
        sa.Column("index", sa.String(length=32), nullable=False),
        sa.Column("tag", sa.String(length=60), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("index", "tag", name=op.f("pk_customer_tag")),
    )
    op.create_table(
        "automation_mark",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_automation_mark")),
    )
    op.create_index(
        op.f("ix_complaint_type_product_line_received_at"),
        "complaint",
        ["type", "product_line", "received_at"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_complaint_type_product_line_received_at"), "complaint")
    for table in ("automation_mark", "customer_tag", "complaint_flag", "automation_firing", "automation_event"):
        op.drop_table(table)
