"""add table releases."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from app.storage.types import UTCDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("decision_definition", sa.Column("effective_at", sa.DateTime(timezone=True), nullable=True))
    # As for every table from now on: a first version has always held, a later one since it was deployed.
    op.execute(
        "UPDATE decision_definition SET effective_at = (SELECT deployment.deployed_at FROM deployment "
        "WHERE deployment.key = decision_definition.deployment_key)"
    )
    decision = sa.table("decision_definition", sa.column("version"), sa.column("effective_at", UTCDateTime()))
    first = decision.update().where(decision.c.version == 1)
    op.execute(first.values(effective_at=datetime(1970, 1, 1, tzinfo=UTC)))
    op.create_table(
        "table_release",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("table_id", sa.String(length=255), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("file", sa.String(length=1024), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("tests_file", sa.String(length=1024), nullable=True),
        sa.Column("tests", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proposed_by", sa.String(length=255), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=255), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=255), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=True),
        sa.Column("review", sa.Text(), nullable=True),
        sa.Column("deployment_key", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_table_release")),
    )
    op.create_index(op.f("ix_table_release_table_id_key"), "table_release", ["table_id", "key"], unique=False)
    op.create_index(op.f("ix_table_release_state_key"), "table_release", ["state", "key"], unique=False)


def downgrade() -> None:
    op.drop_table("table_release")
    op.drop_column("decision_definition", "effective_at")
