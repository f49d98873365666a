"""add attachments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "blob",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("path", sa.String(length=80), nullable=False),
        sa.Column("file_key", sa.Text(), nullable=False),
        sa.Column("key_name", sa.String(length=80), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("damaged_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_blob")),
    )
    op.create_index(op.f("ix_blob_state_created_at"), "blob", ["state", "created_at"], unique=False)
    op.create_index(op.f("ix_blob_key_name"), "blob", ["key_name"], unique=False)
    op.create_table(
        "attachment",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("complaint_key", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("blob_key", sa.BigInteger(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("misnamed", sa.Boolean(), nullable=False),
        sa.Column("has_location", sa.Boolean(), nullable=False),
        sa.Column("same_as", sa.BigInteger(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.String(length=255), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by", sa.String(length=255), nullable=True),
        sa.Column("deletion_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_attachment")),
    )
    op.create_index(op.f("ix_attachment_complaint_key_key"), "attachment", ["complaint_key", "key"], unique=False)
    op.create_index(op.f("ix_attachment_reference"), "attachment", ["reference"], unique=True)
    op.create_table(
        "complaint_field",
        sa.Column("complaint_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("value", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("complaint_key", "name", "value", name=op.f("pk_complaint_field")),
    )
    op.create_index(
        op.f("ix_complaint_field_name_value_complaint_key"),
        "complaint_field",
        ["name", "value", "complaint_key"],
        unique=False,
    )
    op.create_table(
        "complaint_finding",
        sa.Column("complaint_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=255), nullable=False),
        sa.Column("task_key", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("complaint_key", "name", name=op.f("pk_complaint_finding")),
    )
    with op.batch_alter_table("document") as document:
        document.alter_column("content", existing_type=sa.LargeBinary(), nullable=True)
        document.add_column(sa.Column("blob_key", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("document") as document:
        document.drop_column("blob_key")
        document.alter_column("content", existing_type=sa.LargeBinary(), nullable=False)
    op.drop_table("complaint_finding")
    op.drop_table("complaint_field")
    op.drop_table("attachment")
    op.drop_table("blob")
