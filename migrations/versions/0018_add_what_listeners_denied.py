"""Whether a task listener's job denied what it was asked about, and why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("job", sa.Column("is_denied", sa.Boolean(), nullable=True))
    op.add_column("job", sa.Column("denied_reason", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("job", "denied_reason")
    op.drop_column("job", "is_denied")
