"""What a scanner for viruses said of each file; references as long as documents' ids.

A file of before has no `scan_state`: it came in while nobody scanned, and stays readable.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

WAITING = "scan_state = 'WAITING'"


def upgrade() -> None:
    op.add_column("blob", sa.Column("scan_state", sa.String(length=8), nullable=True))
    op.add_column("blob", sa.Column("scan_said", sa.Text(), nullable=True))
    op.add_column("blob", sa.Column("next_scan_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_blob_next_scan_at",
        "blob",
        ["next_scan_at"],
        unique=False,
        postgresql_where=sa.text(WAITING),
        sqlite_where=sa.text(WAITING),
    )
    with op.batch_alter_table("attachment") as table:
        table.alter_column("reference", type_=sa.String(length=64), existing_type=sa.String(length=32))


def downgrade() -> None:
    with op.batch_alter_table("attachment") as table:
        table.alter_column("reference", type_=sa.String(length=32), existing_type=sa.String(length=64))
    op.drop_index("ix_blob_next_scan_at", table_name="blob")
    op.drop_column("blob", "next_scan_at")
    op.drop_column("blob", "scan_said")
    op.drop_column("blob", "scan_state")
