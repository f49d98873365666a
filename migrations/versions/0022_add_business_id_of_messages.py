"""The business id that a message gives to the instance it starts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("message", sa.Column("business_id", sa.String(255), nullable=True))


def downgrade() -> None:
    op.drop_column("message", "business_id")
