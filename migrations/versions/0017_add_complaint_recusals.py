"""add complaint recusals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "complaint_recusal",
        sa.Column("username", sa.String(length=255), nullable=False),
        sa.Column("complaint_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("relation", sa.String(length=12), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("set_by", sa.String(length=255), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("username", "complaint_key", name=op.f("pk_complaint_recusal")),
    )
    op.create_index(op.f("ix_complaint_recusal_complaint_key"), "complaint_recusal", ["complaint_key"], unique=False)


def downgrade() -> None:
    op.drop_table("complaint_recusal")
