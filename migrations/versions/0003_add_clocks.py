"""add clocks, calendars and classifications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = (
    "complaint_class",
    "clock_event",
    "clock",
    "classification_scheme",
    "classification_code",
    "calendar_version",
)


def upgrade() -> None:
    op.create_table(
        "calendar_version",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("weekend", sa.Text(), nullable=False),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.Column("days", sa.Text(), nullable=False),
        sa.Column("official_years", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_calendar_version")),
    )
    op.create_index(op.f("ix_calendar_version_name_version"), "calendar_version", ["name", "version"], unique=True)
    op.create_table(
        "classification_code",
        sa.Column("scheme_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("facet", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=120), nullable=False),
        sa.Column("parent", sa.String(length=120), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scheme_key", "facet", "code", name=op.f("pk_classification_code")),
    )
    op.create_table(
        "classification_scheme",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("checksum", sa.String(length=64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("loaded_by", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_classification_scheme")),
    )
    op.create_index(
        op.f("ix_classification_scheme_name_version"), "classification_scheme", ["name", "version"], unique=True
    )
    op.create_table(
        "clock",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("complaint_key", sa.BigInteger(), nullable=False),
        sa.Column("clock_id", sa.String(length=80), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("calendar_name", sa.String(length=40), nullable=False),
        sa.Column("calendar_version", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("standing", sa.String(length=12), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("alert", sa.String(length=12), nullable=True),
        sa.Column("alert_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token", sa.BigInteger(), nullable=True),
        sa.Column("told", sa.String(length=12), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_clock")),
    )
    op.create_index(op.f("ix_clock_complaint_key_deadline_at"), "clock", ["complaint_key", "deadline_at"], unique=False)
    op.create_index(op.f("ix_clock_next_try_at_key"), "clock", ["next_try_at", "key"], unique=False)
    op.create_index(
        "ix_clock_open_calendar",
        "clock",
        ["calendar_name", "key"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_clock_open_deadline",
        "clock",
        ["deadline_at", "key"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "clock_event",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("clock_key", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=255), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_clock_event")),
    )
    op.create_index(op.f("ix_clock_event_clock_key_event_id"), "clock_event", ["clock_key", "event_id"], unique=True)
    op.create_table(
        "complaint_class",
        sa.Column("complaint_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("scheme_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("facet", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(length=5), nullable=False),
        sa.Column("code", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("complaint_key", "scheme_key", "facet", "stage", name=op.f("pk_complaint_class")),
    )
    op.create_index(
        op.f("ix_complaint_class_scheme_key_facet_code_stage"),
        "complaint_class",
        ["scheme_key", "facet", "code", "stage"],
        unique=False,
    )
    op.add_column("complaint", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("complaint", sa.Column("merged_into", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_complaint_due_at_key"), "complaint", ["due_at", "key"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_complaint_due_at_key"), table_name="complaint")
    op.drop_column("complaint", "merged_into")
    op.drop_column("complaint", "due_at")
    for table in TABLES:
        op.drop_table(table)
