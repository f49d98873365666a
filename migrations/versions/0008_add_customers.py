"""Customers with their identities, tags, merges; contacts and comments on complaints; what complaints are about.

The tags of before stood at blind indexes of identities; they are given up, since there is no key here to find out whose
they were. Rules set them again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = (
    "matter_member",
    "matter_group",
    "complaint_mark",
    "complaint_comment_version",
    "complaint_comment",
    "complaint_contact",
    "customer_merge",
    "customer_proposal",
    "customer_tag",
    "customer_identity",
    "customer",
)


def upgrade() -> None:
    op.drop_table("customer_tag")
    op.add_column("complaint", sa.Column("customer_key", sa.BigInteger(), nullable=True))
    op.add_column("complaint", sa.Column("fingerprint", sa.String(length=128), nullable=True))
    op.create_index(op.f("ix_complaint_customer_key"), "complaint", ["customer_key"], unique=False)
    op.create_table(
        "customer",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root_key", sa.BigInteger(), nullable=False),
        sa.Column("merged_into", sa.BigInteger(), nullable=True),
        sa.Column("name_index", sa.String(length=32), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("preferred_channel", sa.String(length=20), nullable=True),
        sa.Column("tier", sa.String(length=40), nullable=True),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_customer")),
    )
    op.create_index(op.f("ix_customer_name_index"), "customer", ["name_index"], unique=False)
    op.create_index(op.f("ix_customer_root_key"), "customer", ["root_key"], unique=False)
    op.create_table(
        "customer_identity",
        sa.Column("blind_index", sa.String(length=32), nullable=False),
        sa.Column("customer_key", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["customer_key"], ["customer.key"], name=op.f("fk_customer_identity_customer_key")),
        sa.PrimaryKeyConstraint("blind_index", "customer_key", name=op.f("pk_customer_identity")),
    )
    op.create_index(op.f("ix_customer_identity_customer_key"), "customer_identity", ["customer_key"], unique=False)
    op.create_table(
        "customer_tag",
        sa.Column("customer_key", sa.BigInteger(), nullable=False),
        sa.Column("tag", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["customer_key"], ["customer.key"], name=op.f("fk_customer_tag_customer_key")),
        sa.PrimaryKeyConstraint("customer_key", "tag", "value", name=op.f("pk_customer_tag")),
    )
    op.create_table(
        "customer_proposal",
        sa.Column("one_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("other_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=255), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("one_key", "other_key", name=op.f("pk_customer_proposal")),
    )
    op.create_index(op.f("ix_customer_proposal_other_key"), "customer_proposal", ["other_key"], unique=False)
    op.create_index(op.f("ix_customer_proposal_state_at"), "customer_proposal", ["state", "at"], unique=False)
    op.create_table(
        "customer_merge",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("stays_key", sa.BigInteger(), nullable=False),
        sa.Column("goes_key", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=255), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_reason", sa.Text(), nullable=True),
        sa.Column("undone_by", sa.String(length=255), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_customer_merge")),
    )
    op.create_index(op.f("ix_customer_merge_goes_key"), "customer_merge", ["goes_key"], unique=False)
    op.create_index(op.f("ix_customer_merge_stays_key"), "customer_merge", ["stays_key"], unique=False)
    op.create_table(
        "complaint_contact",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("complaint_key", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=255), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_complaint_contact")),
    )
    op.create_index(
        op.f("ix_complaint_contact_complaint_key_at"), "complaint_contact", ["complaint_key", "at"], unique=False
    )
    op.create_table(
        "complaint_comment",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("complaint_key", sa.BigInteger(), nullable=False),
        sa.Column("author", sa.String(length=255), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_complaint_comment")),
    )
    op.create_index(
        op.f("ix_complaint_comment_complaint_key_key"), "complaint_comment", ["complaint_key", "key"], unique=False
    )
    op.create_table(
        "complaint_comment_version",
        sa.Column("comment_key", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_key"], ["complaint_comment.key"], name=op.f("fk_complaint_comment_version_comment_key")
        ),
        sa.PrimaryKeyConstraint("comment_key", "version", name=op.f("pk_complaint_comment_version")),
    )
    op.create_table(
        "complaint_mark",
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("complaint_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("mark", "complaint_key", name=op.f("pk_complaint_mark")),
    )
    op.create_index(op.f("ix_complaint_mark_complaint_key"), "complaint_mark", ["complaint_key"], unique=False)
    op.create_table(
        "matter_group",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=255), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_matter_group")),
    )
    op.create_index(op.f("ix_matter_group_state_found_at"), "matter_group", ["state", "found_at"], unique=False)
    op.create_table(
        "matter_member",
        sa.Column("complaint_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("group_key", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["group_key"], ["matter_group.key"], name=op.f("fk_matter_member_group_key")),
        sa.PrimaryKeyConstraint("complaint_key", name=op.f("pk_matter_member")),
    )
    op.create_index(op.f("ix_matter_member_group_key"), "matter_member", ["group_key"], unique=False)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.drop_index(op.f("ix_complaint_customer_key"), "complaint")
    for column in ("fingerprint", "customer_key"):
        op.drop_column("complaint", column)
    op.create_table(
        "customer_tag",
        sa.Column("index", sa.String(length=32), nullable=False),
        sa.Column("tag", sa.String(length=60), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("index", "tag", name=op.f("pk_customer_tag")),
    )
