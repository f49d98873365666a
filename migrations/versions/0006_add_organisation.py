"""add organisation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "org_unit",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.String(length=80), nullable=True),
        sa.Column("head", sa.String(length=255), nullable=True),
        sa.Column("calendar", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["org_unit.id"], name=op.f("fk_org_unit_parent_id")),
        sa.ForeignKeyConstraint(["head"], ["account.username"], name=op.f("fk_org_unit_head")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_org_unit")),
    )
    op.create_index(op.f("ix_org_unit_parent_id"), "org_unit", ["parent_id"], unique=False)
    op.create_index(op.f("ix_org_unit_head"), "org_unit", ["head"], unique=False)
    op.create_table(
        "post",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["org_unit.id"], name=op.f("fk_post_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
    )
    op.create_index(op.f("ix_post_unit_id"), "post", ["unit_id"], unique=False)
    op.create_table(
        "person",
        sa.Column("username", sa.String(length=255), nullable=False),
        sa.Column("unit_id", sa.String(length=80), nullable=True),
        sa.Column("superior", sa.String(length=255), nullable=True),
        sa.Column("calendar", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["username"], ["account.username"], name=op.f("fk_person_username")),
        sa.ForeignKeyConstraint(["unit_id"], ["org_unit.id"], name=op.f("fk_person_unit_id")),
        sa.ForeignKeyConstraint(["superior"], ["account.username"], name=op.f("fk_person_superior")),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_person")),
    )
    op.create_index(op.f("ix_person_unit_id"), "person", ["unit_id"], unique=False)
    op.create_index(op.f("ix_person_superior"), "person", ["superior"], unique=False)
    op.create_table(
        "absence",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("username", sa.String(length=255), nullable=False),
        sa.Column("stand_in", sa.String(length=255), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["username"], ["account.username"], name=op.f("fk_absence_username")),
        sa.ForeignKeyConstraint(["stand_in"], ["account.username"], name=op.f("fk_absence_stand_in")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_absence")),
    )
    op.create_index(op.f("ix_absence_stand_in_ends_at"), "absence", ["stand_in", "ends_at"], unique=False)
    op.create_index(op.f("ix_absence_username_ends_at"), "absence", ["username", "ends_at"], unique=False)
    _sign_in_tables()


def _sign_in_tables() -> None:
    op.create_table(
        "web_session",
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("username", sa.String(length=255), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["username"], ["account.username"], name=op.f("fk_web_session_username")),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_web_session")),
    )
    op.create_index(op.f("ix_web_session_username"), "web_session", ["username"], unique=False)
    op.create_index(op.f("ix_web_session_expires_at"), "web_session", ["expires_at"], unique=False)
    op.create_table(
        "sign_in_guard",
        sa.Column("username", sa.String(length=255), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_sign_in_guard")),
    )
    op.create_index(op.f("ix_sign_in_guard_failed_at"), "sign_in_guard", ["failed_at"], unique=False)
    op.create_table(
        "second_factor",
        sa.Column("username", sa.String(length=255), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["username"], ["account.username"], name=op.f("fk_second_factor_username")),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("username", sa.String(length=255), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["username"], ["account.username"], name=op.f("fk_recovery_code_username")),
        sa.PrimaryKeyConstraint("username", "code_hash", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "external_identity",
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("username", sa.String(length=255), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["username"], ["account.username"], name=op.f("fk_external_identity_username")),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_external_identity")),
    )
    op.create_index(op.f("ix_external_identity_username"), "external_identity", ["username"], unique=False)


def downgrade() -> None:
    for table in ("external_identity", "recovery_code", "second_factor", "sign_in_guard", "web_session"):
        op.drop_table(table)
    for table in ("absence", "person", "post", "org_unit"):
        op.drop_table(table)
