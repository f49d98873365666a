"""add whom a task is done for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

OPEN_FOR_ANOTHER = "on_behalf_of IS NOT NULL AND ended_at IS NULL"


def upgrade() -> None:
    op.add_column("user_task", sa.Column("on_behalf_of", sa.String(length=255), nullable=True))
    op.create_index(
        "ix_user_task_on_behalf_of",
        "user_task",
        ["on_behalf_of"],
        unique=False,
        postgresql_where=sa.text(OPEN_FOR_ANOTHER),
        sqlite_where=sa.text(OPEN_FOR_ANOTHER),
    )


def downgrade() -> None:
    op.drop_index("ix_user_task_on_behalf_of", table_name="user_task")
    op.drop_column("user_task", "on_behalf_of")
