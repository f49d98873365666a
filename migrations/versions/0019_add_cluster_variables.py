"""add cluster variables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cluster_variable",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("scope", sa.String(length=6), nullable=False),
        sa.Column("name", sa.String(length=256), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_cluster_variable")),
    )
    op.create_index(op.f("ix_cluster_variable_scope_name"), "cluster_variable", ["scope", "name"], unique=True)


def downgrade() -> None:
    op.drop_table("cluster_variable")
