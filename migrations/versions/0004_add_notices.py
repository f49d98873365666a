"""add notices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("cause", sa.String(length=120), nullable=False),
        sa.Column("recipient_kind", sa.String(length=12), nullable=False),
        sa.Column("recipient", sa.String(length=255), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("template", sa.String(length=60), nullable=False),
        sa.Column("template_version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("complaint_key", sa.BigInteger(), nullable=True),
        sa.Column("instance_key", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_notice")),
    )
    op.create_index(op.f("ix_notice_cause_recipient_channel"), "notice", ["cause", "recipient", "channel"], unique=True)
    op.create_index(
        "ix_notice_waiting",
        "notice",
        ["next_try_at", "key"],
        unique=False,
        postgresql_where=sa.text("state = 'WAITING'"),
        sqlite_where=sa.text("state = 'WAITING'"),
    )
    op.create_index(op.f("ix_notice_recipient_channel_key"), "notice", ["recipient", "channel", "key"], unique=False)
    op.create_index(op.f("ix_notice_complaint_key"), "notice", ["complaint_key"], unique=False)
    op.create_table(
        "notice_preference",
        sa.Column("who", sa.String(length=257), nullable=False),
        sa.Column("channels", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("quiet_from", sa.String(length=5), nullable=True),
        sa.Column("quiet_to", sa.String(length=5), nullable=True),
        sa.Column("addresses", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("who", name=op.f("pk_notice_preference")),
    )


def downgrade() -> None:
    for table in ("notice_preference", "notice"):
        op.drop_table(table)
