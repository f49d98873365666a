"""add complaints."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "complaint",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("external_number", sa.String(length=80), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=True),
        sa.Column("type", sa.String(length=80), nullable=True),
        sa.Column("product_line", sa.String(length=80), nullable=True),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("process_id", sa.String(length=255), nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_complaint")),
    )
    op.create_index(op.f("ix_complaint_number"), "complaint", ["number"], unique=True)
    op.create_index(op.f("ix_complaint_instance_key"), "complaint", ["instance_key"], unique=False)
    op.create_index(
        op.f("ix_complaint_status_received_at_key"), "complaint", ["status", "received_at", "key"], unique=False
    )
    op.create_index(op.f("ix_complaint_received_at_key"), "complaint", ["received_at", "key"], unique=False)
    op.create_index(op.f("ix_complaint_external_number"), "complaint", ["external_number"], unique=False)
    op.create_table(
        "complaint_number",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_complaint_number")),
    )
    op.create_table(
        "complaint_identity",
        sa.Column("index", sa.String(length=32), nullable=False),
        sa.Column("complaint_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("index", "complaint_key", name=op.f("pk_complaint_identity")),
    )
    op.create_index(op.f("ix_complaint_identity_complaint_key"), "complaint_identity", ["complaint_key"], unique=False)
    op.create_table(
        "complaint_event",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("complaint_key", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("actor", sa.String(length=255), nullable=False),
        sa.Column("details", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_complaint_event")),
    )
    op.create_index(
        op.f("ix_complaint_event_complaint_key_key"), "complaint_event", ["complaint_key", "key"], unique=False
    )


def downgrade() -> None:
    for table in ("complaint_event", "complaint_identity", "complaint_number", "complaint"):
        op.drop_table(table)
