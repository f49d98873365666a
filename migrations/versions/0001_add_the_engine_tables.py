"""add the engine tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("username", sa.String(length=255), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_account")),
    )
    op.create_table(
        "audit_log",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("operation", sa.String(length=12), nullable=False),
        sa.Column("entity", sa.String(length=24), nullable=False),
        sa.Column("entity_key", sa.BigInteger(), nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=True),
        sa.Column("details", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_audit_log")),
    )
    op.create_index(op.f("ix_audit_log_at"), "audit_log", ["at"], unique=False, postgresql_using="brin")
    op.create_index(op.f("ix_audit_log_instance_key"), "audit_log", ["instance_key"], unique=False)
    op.create_table(
        "batch_operation",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("plan", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("completed", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_batch_operation")),
    )
    op.create_index(op.f("ix_batch_operation_state"), "batch_operation", ["state"], unique=False)
    op.create_table(
        "clock_setting",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("pinned_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_setting")),
    )
    op.create_table(
        "condition_subscription",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("definition_key", sa.BigInteger(), nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=True),
        sa.Column("element_key", sa.BigInteger(), nullable=True),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_condition_subscription")),
    )
    op.create_index(
        op.f("ix_condition_subscription_definition_key"), "condition_subscription", ["definition_key"], unique=False
    )
    op.create_index(
        op.f("ix_condition_subscription_instance_key"), "condition_subscription", ["instance_key"], unique=False
    )
    op.create_table(
        "decision_instance",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("definition_key", sa.BigInteger(), nullable=False),
        sa.Column("root_definition_key", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("decision_name", sa.Text(), nullable=False),
        sa.Column("decision_version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=True),
        sa.Column("root_instance_key", sa.BigInteger(), nullable=True),
        sa.Column("process_definition_key", sa.BigInteger(), nullable=True),
        sa.Column("element_key", sa.BigInteger(), nullable=True),
        sa.Column("inputs", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("evaluated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", "position", name=op.f("pk_decision_instance")),
    )
    op.create_index(
        op.f("ix_decision_instance_definition_key_evaluated_at"),
        "decision_instance",
        ["definition_key", "evaluated_at"],
        unique=False,
    )
    op.create_index(op.f("ix_decision_instance_instance_key"), "decision_instance", ["instance_key"], unique=False)
    op.create_table(
        "deployment",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("deployed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deployed_by", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_deployment")),
    )
    op.create_table(
        "deployment_mark",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("changes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deployment_mark")),
    )
    op.create_table(
        "document",
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("store_id", sa.String(length=32), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("checksum", sa.String(length=64), nullable=False),
        sa.Column("custom", sa.Text(), nullable=True),
        sa.Column("instance_key", sa.BigInteger(), nullable=True),
        sa.Column("process_id", sa.String(length=255), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_document")),
    )
    op.create_index(op.f("ix_document_expires_at"), "document", ["expires_at"], unique=False)
    op.create_index(op.f("ix_document_instance_key"), "document", ["instance_key"], unique=False)
    op.create_table(
        "element_instance",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=False),
        sa.Column("definition_key", sa.BigInteger(), nullable=False),
        sa.Column("scope_key", sa.BigInteger(), nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_element_instance")),
    )
    op.create_index(
        "ix_element_instance_active",
        "element_instance",
        ["definition_key", "element_id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(op.f("ix_element_instance_instance_key"), "element_instance", ["instance_key"], unique=False)
    op.create_table(
        "idempotency_key",
        sa.Column("actor", sa.String(length=255), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("actor", "key", name=op.f("pk_idempotency_key")),
    )
    op.create_index(op.f("ix_idempotency_key_created_at"), "idempotency_key", ["created_at"], unique=False)
    op.create_table(
        "incident",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=False),
        sa.Column("root_key", sa.BigInteger(), nullable=False),
        sa.Column("definition_key", sa.BigInteger(), nullable=False),
        sa.Column("element_key", sa.BigInteger(), nullable=True),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("job_key", sa.BigInteger(), nullable=True),
        sa.Column("error_type", sa.String(length=40), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("context", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_incident")),
    )
    op.create_index(
        "ix_incident_active",
        "incident",
        ["definition_key", "key"],
        unique=False,
        postgresql_where=sa.text("state = 'ACTIVE'"),
        sqlite_where=sa.text("state = 'ACTIVE'"),
    )
    op.create_index(op.f("ix_incident_instance_key"), "incident", ["instance_key"], unique=False)
    op.create_table(
        "message",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("correlation_key", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("variables", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_message")),
    )
    op.create_index(op.f("ix_message_expires_at"), "message", ["expires_at"], unique=False)
    op.create_index(
        "ix_message_identity",
        "message",
        ["name", "correlation_key", "message_id"],
        unique=True,
        postgresql_where=sa.text("message_id IS NOT NULL"),
        sqlite_where=sa.text("message_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_message_name_correlation_key"), "message", ["name", "correlation_key"], unique=False)
    op.create_index(
        "ix_message_unsettled",
        "message",
        ["key"],
        unique=False,
        postgresql_where=sa.text("NOT settled"),
        sqlite_where=sa.text("NOT settled"),
    )
    op.create_table(
        "message_correlation",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_key", sa.BigInteger(), nullable=False),
        sa.Column("subscription_key", sa.BigInteger(), nullable=False),
        sa.Column("definition_key", sa.BigInteger(), nullable=False),
        sa.Column("process_id", sa.String(length=255), nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=False),
        sa.Column("element_key", sa.BigInteger(), nullable=True),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("correlation_key", sa.Text(), nullable=True),
        sa.Column("correlated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_message_correlation")),
    )
    op.create_index(op.f("ix_message_correlation_instance_key"), "message_correlation", ["instance_key"], unique=False)
    op.create_index(
        op.f("ix_message_correlation_message_key_process_id"),
        "message_correlation",
        ["message_key", "process_id"],
        unique=True,
    )
    op.create_table(
        "message_subscription",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("definition_key", sa.BigInteger(), nullable=False),
        sa.Column("process_id", sa.String(length=255), nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=True),
        sa.Column("root_key", sa.BigInteger(), nullable=True),
        sa.Column("element_key", sa.BigInteger(), nullable=True),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("correlation_key", sa.Text(), nullable=True),
        sa.Column("interrupting", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_message_subscription")),
    )
    op.create_index(
        op.f("ix_message_subscription_definition_key"), "message_subscription", ["definition_key"], unique=False
    )
    op.create_index(
        op.f("ix_message_subscription_instance_key"), "message_subscription", ["instance_key"], unique=False
    )
    op.create_index(
        "ix_message_subscription_open",
        "message_subscription",
        ["name", "correlation_key"],
        unique=False,
        postgresql_where=sa.text("state = 'CREATED'"),
        sqlite_where=sa.text("state = 'CREATED'"),
    )
    op.create_table(
        "outbox",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_next_try_at_key"), "outbox", ["next_try_at", "key"], unique=False)
    op.create_table(
        "process_number",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_number")),
    )
    op.create_table(
        "signal_subscription",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("definition_key", sa.BigInteger(), nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=True),
        sa.Column("root_key", sa.BigInteger(), nullable=True),
        sa.Column("element_key", sa.BigInteger(), nullable=True),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_signal_subscription")),
    )
    op.create_index(
        op.f("ix_signal_subscription_definition_key"), "signal_subscription", ["definition_key"], unique=False
    )
    op.create_index(op.f("ix_signal_subscription_instance_key"), "signal_subscription", ["instance_key"], unique=False)
    op.create_index(op.f("ix_signal_subscription_name"), "signal_subscription", ["name"], unique=False)
    op.create_table(
        "task_candidate",
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("assigned", sa.SmallInteger(), nullable=False),
        sa.Column("sort_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("task_key", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("who", "assigned", "sort_at", "task_key", name=op.f("pk_task_candidate")),
    )
    op.create_index(op.f("ix_task_candidate_task_key"), "task_candidate", ["task_key"], unique=False)
    op.create_table(
        "timer",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("definition_key", sa.BigInteger(), nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=True),
        sa.Column("root_key", sa.BigInteger(), nullable=True),
        sa.Column("element_key", sa.BigInteger(), nullable=True),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token", sa.BigInteger(), nullable=True),
        sa.Column("repeat", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_timer")),
    )
    op.create_index(op.f("ix_timer_definition_key"), "timer", ["definition_key"], unique=False)
    op.create_index(op.f("ix_timer_instance_key"), "timer", ["instance_key"], unique=False)
    op.create_index(op.f("ix_timer_next_try_at_key"), "timer", ["next_try_at", "key"], unique=False)
    op.create_table(
        "variable",
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("scope_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scope_key", "name", name=op.f("pk_variable")),
    )
    op.create_index(op.f("ix_variable_instance_key"), "variable", ["instance_key"], unique=False)
    op.create_index(
        op.f("ix_variable_key"),
        "variable",
        ["key"],
        unique=False,
        postgresql_using="brin",
        postgresql_with={"pages_per_range": 16},
    )
    op.create_index(
        "ix_variable_short",
        "variable",
        ["name", "value"],
        unique=False,
        postgresql_where=sa.text("length(value) <= 64"),
        sqlite_where=sa.text("length(value) <= 64"),
    )
    op.create_table(
        "account_group",
        sa.Column("username", sa.String(length=255), nullable=False),
        sa.Column("group_name", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["username"], ["account.username"], name=op.f("fk_account_group_username")),
        sa.PrimaryKeyConstraint("username", "group_name", name=op.f("pk_account_group")),
    )
    op.create_index(op.f("ix_account_group_group_name"), "account_group", ["group_name"], unique=False)
    op.create_table(
        "api_token",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("username", sa.String(length=255), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["username"], ["account.username"], name=op.f("fk_api_token_username")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_api_token")),
    )
    op.create_index(op.f("ix_api_token_username"), "api_token", ["username"], unique=False)
    op.create_table(
        "batch_operation_item",
        sa.Column("batch_key", sa.BigInteger(), nullable=False),
        sa.Column("item_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("processed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["batch_key"], ["batch_operation.key"], name=op.f("fk_batch_operation_item_batch_key")),
        sa.PrimaryKeyConstraint("batch_key", "item_key", name=op.f("pk_batch_operation_item")),
    )
    op.create_index(
        "ix_batch_operation_item_active",
        "batch_operation_item",
        ["batch_key", "item_key"],
        unique=False,
        postgresql_where=sa.text("state = 'ACTIVE'"),
        sqlite_where=sa.text("state = 'ACTIVE'"),
    )
    op.create_index(
        op.f("ix_batch_operation_item_instance_key"), "batch_operation_item", ["instance_key"], unique=False
    )
    op.create_table(
        "resource",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("deployment_key", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("resource_id", sa.String(length=255), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("version_tag", sa.String(length=255), nullable=True),
        sa.Column("name", sa.String(length=1024), nullable=False),
        sa.Column("checksum", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["deployment_key"], ["deployment.key"], name=op.f("fk_resource_deployment_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_resource")),
    )
    op.create_index(op.f("ix_resource_deployment_key"), "resource", ["deployment_key"], unique=False)
    op.create_index(op.f("ix_resource_resource_id_version"), "resource", ["resource_id", "version"], unique=True)
    op.create_table(
        "decision_requirements",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("deployment_key", sa.BigInteger(), nullable=False),
        sa.Column("resource_key", sa.BigInteger(), nullable=False),
        sa.Column("drg_id", sa.String(length=255), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_key"], ["deployment.key"], name=op.f("fk_decision_requirements_deployment_key")
        ),
        sa.ForeignKeyConstraint(["resource_key"], ["resource.key"], name=op.f("fk_decision_requirements_resource_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_decision_requirements")),
    )
    op.create_index(
        op.f("ix_decision_requirements_deployment_key"), "decision_requirements", ["deployment_key"], unique=False
    )
    op.create_index(
        op.f("ix_decision_requirements_drg_id_version"), "decision_requirements", ["drg_id", "version"], unique=True
    )
    op.create_table(
        "form",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("deployment_key", sa.BigInteger(), nullable=False),
        sa.Column("resource_key", sa.BigInteger(), nullable=False),
        sa.Column("form_id", sa.String(length=255), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("version_tag", sa.String(length=255), nullable=True),
        sa.ForeignKeyConstraint(["deployment_key"], ["deployment.key"], name=op.f("fk_form_deployment_key")),
        sa.ForeignKeyConstraint(["resource_key"], ["resource.key"], name=op.f("fk_form_resource_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_form")),
    )
    op.create_index(op.f("ix_form_deployment_key"), "form", ["deployment_key"], unique=False)
    op.create_index(op.f("ix_form_form_id_version"), "form", ["form_id", "version"], unique=True)
    op.create_index(op.f("ix_form_form_id_version_tag"), "form", ["form_id", "version_tag"], unique=False)
    op.create_table(
        "process_definition",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("deployment_key", sa.BigInteger(), nullable=False),
        sa.Column("resource_key", sa.BigInteger(), nullable=False),
        sa.Column("process_id", sa.String(length=255), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("version_tag", sa.String(length=255), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("start_form", sa.String(length=255), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["deployment_key"], ["deployment.key"], name=op.f("fk_process_definition_deployment_key")
        ),
        sa.ForeignKeyConstraint(["resource_key"], ["resource.key"], name=op.f("fk_process_definition_resource_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_process_definition")),
    )
    op.create_index(
        op.f("ix_process_definition_deployment_key"), "process_definition", ["deployment_key"], unique=False
    )
    op.create_index(
        op.f("ix_process_definition_process_id_version"), "process_definition", ["process_id", "version"], unique=True
    )
    op.create_index(
        op.f("ix_process_definition_process_id_version_tag"),
        "process_definition",
        ["process_id", "version_tag"],
        unique=False,
    )
    op.create_table(
        "decision_definition",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("deployment_key", sa.BigInteger(), nullable=False),
        sa.Column("requirements_key", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.String(length=255), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("version_tag", sa.String(length=255), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_key"], ["deployment.key"], name=op.f("fk_decision_definition_deployment_key")
        ),
        sa.ForeignKeyConstraint(
            ["requirements_key"], ["decision_requirements.key"], name=op.f("fk_decision_definition_requirements_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_decision_definition")),
    )
    op.create_index(
        op.f("ix_decision_definition_decision_id_version"),
        "decision_definition",
        ["decision_id", "version"],
        unique=True,
    )
    op.create_index(
        op.f("ix_decision_definition_decision_id_version_tag"),
        "decision_definition",
        ["decision_id", "version_tag"],
        unique=False,
    )
    op.create_index(
        op.f("ix_decision_definition_deployment_key"), "decision_definition", ["deployment_key"], unique=False
    )
    op.create_index(
        op.f("ix_decision_definition_requirements_key"), "decision_definition", ["requirements_key"], unique=False
    )
    op.create_table(
        "process_instance",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("definition_key", sa.BigInteger(), nullable=False),
        sa.Column("process_id", sa.String(length=255), nullable=False),
        sa.Column("root_key", sa.BigInteger(), nullable=False),
        sa.Column("parent_key", sa.BigInteger(), nullable=True),
        sa.Column("parent_element_key", sa.BigInteger(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=True),
        sa.Column("flows", sa.Text(), nullable=False),
        sa.Column("incidents", sa.Integer(), nullable=False),
        sa.Column("business_id", sa.String(length=255), nullable=True),
        sa.Column("correlation_key", sa.String(length=255), nullable=True),
        sa.Column("tags", sa.Text(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.String(length=255), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["definition_key"], ["process_definition.key"], name=op.f("fk_process_instance_definition_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_process_instance")),
    )
    op.create_index(
        op.f("ix_process_instance_business_id"),
        "process_instance",
        ["business_id"],
        unique=False,
        postgresql_where=sa.text("business_id IS NOT NULL"),
    )
    op.create_index(
        "ix_process_instance_correlation",
        "process_instance",
        ["process_id", "correlation_key"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL AND correlation_key IS NOT NULL"),
        sqlite_where=sa.text("ended_at IS NULL AND correlation_key IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_process_instance_definition_key_status"),
        "process_instance",
        ["definition_key", "status"],
        unique=False,
    )
    op.create_index(
        op.f("ix_process_instance_parent_key"),
        "process_instance",
        ["parent_key"],
        unique=False,
        postgresql_where=sa.text("parent_key IS NOT NULL"),
    )
    op.create_index(op.f("ix_process_instance_root_key"), "process_instance", ["root_key"], unique=False)
    op.create_table(
        "job",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=False),
        sa.Column("root_key", sa.BigInteger(), nullable=False),
        sa.Column("definition_key", sa.BigInteger(), nullable=False),
        sa.Column("element_key", sa.BigInteger(), nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("user_task_key", sa.BigInteger(), nullable=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("listener_event", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("retries", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("available_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_token", sa.String(length=32), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["instance_key"], ["process_instance.key"], name=op.f("fk_job_instance_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_job")),
    )
    op.create_index(
        "ix_job_available",
        "job",
        ["type", "available_at", "key"],
        unique=False,
        postgresql_where=sa.text("available_at IS NOT NULL"),
        sqlite_where=sa.text("available_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_job_instance_key"), "job", ["instance_key"], unique=False)
    op.create_table(
        "user_task",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("instance_key", sa.BigInteger(), nullable=False),
        sa.Column("root_key", sa.BigInteger(), nullable=False),
        sa.Column("definition_key", sa.BigInteger(), nullable=False),
        sa.Column("element_key", sa.BigInteger(), nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("assignee", sa.String(length=255), nullable=True),
        sa.Column("candidate_groups", sa.Text(), nullable=False),
        sa.Column("candidate_users", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("follow_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sort_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("form_key", sa.BigInteger(), nullable=True),
        sa.Column("external_form", sa.Text(), nullable=True),
        sa.Column("headers", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=255), nullable=True),
        sa.ForeignKeyConstraint(["instance_key"], ["process_instance.key"], name=op.f("fk_user_task_instance_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_user_task")),
    )
    op.create_index(
        "ix_user_task_assignee",
        "user_task",
        ["assignee", "sort_at", "key"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(op.f("ix_user_task_instance_key"), "user_task", ["instance_key"], unique=False)
    op.create_index(
        "ix_user_task_open",
        "user_task",
        ["sort_at", "key"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.execute("INSERT INTO deployment_mark (id, changes) VALUES (1, 0)")


def downgrade() -> None:
    op.drop_index(
        "ix_user_task_open",
        table_name="user_task",
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(op.f("ix_user_task_instance_key"), table_name="user_task")
    op.drop_index(
        "ix_user_task_assignee",
        table_name="user_task",
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.drop_table("user_task")
    op.drop_index(op.f("ix_job_instance_key"), table_name="job")
    op.drop_index(
        "ix_job_available",
        table_name="job",
        postgresql_where=sa.text("available_at IS NOT NULL"),
        sqlite_where=sa.text("available_at IS NOT NULL"),
    )
    op.drop_table("job")
    op.drop_index(op.f("ix_process_instance_root_key"), table_name="process_instance")
    op.drop_index(
        op.f("ix_process_instance_parent_key"),
        table_name="process_instance",
        postgresql_where=sa.text("parent_key IS NOT NULL"),
    )
    op.drop_index(op.f("ix_process_instance_definition_key_status"), table_name="process_instance")
    op.drop_index(
        "ix_process_instance_correlation",
        table_name="process_instance",
        postgresql_where=sa.text("ended_at IS NULL AND correlation_key IS NOT NULL"),
        sqlite_where=sa.text("ended_at IS NULL AND correlation_key IS NOT NULL"),
    )
    op.drop_index(
        op.f("ix_process_instance_business_id"),
        table_name="process_instance",
        postgresql_where=sa.text("business_id IS NOT NULL"),
    )
    op.drop_table("process_instance")
    op.drop_index(op.f("ix_decision_definition_requirements_key"), table_name="decision_definition")
    op.drop_index(op.f("ix_decision_definition_deployment_key"), table_name="decision_definition")
    op.drop_index(op.f("ix_decision_definition_decision_id_version_tag"), table_name="decision_definition")
    op.drop_index(op.f("ix_decision_definition_decision_id_version"), table_name="decision_definition")
    op.drop_table("decision_definition")
    op.drop_index(op.f("ix_process_definition_process_id_version_tag"), table_name="process_definition")
    op.drop_index(op.f("ix_process_definition_process_id_version"), table_name="process_definition")
    op.drop_index(op.f("ix_process_definition_deployment_key"), table_name="process_definition")
    op.drop_table("process_definition")
    op.drop_index(op.f("ix_form_form_id_version_tag"), table_name="form")
    op.drop_index(op.f("ix_form_form_id_version"), table_name="form")
    op.drop_index(op.f("ix_form_deployment_key"), table_name="form")
    op.drop_table("form")
    op.drop_index(op.f("ix_decision_requirements_drg_id_version"), table_name="decision_requirements")
    op.drop_index(op.f("ix_decision_requirements_deployment_key"), table_name="decision_requirements")
    op.drop_table("decision_requirements")
    op.drop_index(op.f("ix_resource_resource_id_version"), table_name="resource")
    op.drop_index(op.f("ix_resource_deployment_key"), table_name="resource")
    op.drop_table("resource")
    op.drop_index(op.f("ix_batch_operation_item_instance_key"), table_name="batch_operation_item")
    op.drop_index(
        "ix_batch_operation_item_active",
        table_name="batch_operation_item",
        postgresql_where=sa.text("state = 'ACTIVE'"),
        sqlite_where=sa.text("state = 'ACTIVE'"),
    )
    op.drop_table("batch_operation_item")
    op.drop_index(op.f("ix_api_token_username"), table_name="api_token")
    op.drop_table("api_token")
    op.drop_index(op.f("ix_account_group_group_name"), table_name="account_group")
    op.drop_table("account_group")
    op.drop_index(
        "ix_variable_short",
        table_name="variable",
        postgresql_where=sa.text("length(value) <= 64"),
        sqlite_where=sa.text("length(value) <= 64"),
    )
    op.drop_index(op.f("ix_variable_key"), table_name="variable")
    op.drop_index(op.f("ix_variable_instance_key"), table_name="variable")
    op.drop_table("variable")
    op.drop_index(op.f("ix_timer_next_try_at_key"), table_name="timer")
    op.drop_index(op.f("ix_timer_instance_key"), table_name="timer")
    op.drop_index(op.f("ix_timer_definition_key"), table_name="timer")
    op.drop_table("timer")
    op.drop_index(op.f("ix_task_candidate_task_key"), table_name="task_candidate")
    op.drop_table("task_candidate")
    op.drop_index(op.f("ix_signal_subscription_name"), table_name="signal_subscription")
    op.drop_index(op.f("ix_signal_subscription_instance_key"), table_name="signal_subscription")
    op.drop_index(op.f("ix_signal_subscription_definition_key"), table_name="signal_subscription")
    op.drop_table("signal_subscription")
    op.drop_table("process_number")
    op.drop_index(op.f("ix_outbox_next_try_at_key"), table_name="outbox")
    op.drop_table("outbox")
    op.drop_index(
        "ix_message_subscription_open",
        table_name="message_subscription",
        postgresql_where=sa.text("state = 'CREATED'"),
        sqlite_where=sa.text("state = 'CREATED'"),
    )
    op.drop_index(op.f("ix_message_subscription_instance_key"), table_name="message_subscription")
    op.drop_index(op.f("ix_message_subscription_definition_key"), table_name="message_subscription")
    op.drop_table("message_subscription")
    op.drop_index(op.f("ix_message_correlation_message_key_process_id"), table_name="message_correlation")
    op.drop_index(op.f("ix_message_correlation_instance_key"), table_name="message_correlation")
    op.drop_table("message_correlation")
    op.drop_index(
        "ix_message_unsettled",
        table_name="message",
        postgresql_where=sa.text("NOT settled"),
        sqlite_where=sa.text("NOT settled"),
    )
    op.drop_index(op.f("ix_message_name_correlation_key"), table_name="message")
    op.drop_index(
        "ix_message_identity",
        table_name="message",
        postgresql_where=sa.text("message_id IS NOT NULL"),
        sqlite_where=sa.text("message_id IS NOT NULL"),
    )
    op.drop_index(op.f("ix_message_expires_at"), table_name="message")
    op.drop_table("message")
    op.drop_index(op.f("ix_incident_instance_key"), table_name="incident")
    op.drop_index(
        "ix_incident_active",
        table_name="incident",
        postgresql_where=sa.text("state = 'ACTIVE'"),
        sqlite_where=sa.text("state = 'ACTIVE'"),
    )
    op.drop_table("incident")
    op.drop_index(op.f("ix_idempotency_key_created_at"), table_name="idempotency_key")
    op.drop_table("idempotency_key")
    op.drop_index(op.f("ix_element_instance_instance_key"), table_name="element_instance")
    op.drop_index(
        "ix_element_instance_active",
        table_name="element_instance",
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.drop_table("element_instance")
    op.drop_index(op.f("ix_document_instance_key"), table_name="document")
    op.drop_index(op.f("ix_document_expires_at"), table_name="document")
    op.drop_table("document")
    op.drop_table("deployment_mark")
    op.drop_table("deployment")
    op.drop_index(op.f("ix_decision_instance_instance_key"), table_name="decision_instance")
    op.drop_index(op.f("ix_decision_instance_definition_key_evaluated_at"), table_name="decision_instance")
    op.drop_table("decision_instance")
    op.drop_index(op.f("ix_condition_subscription_instance_key"), table_name="condition_subscription")
    op.drop_index(op.f("ix_condition_subscription_definition_key"), table_name="condition_subscription")
    op.drop_table("condition_subscription")
    op.drop_table("clock_setting")
    op.drop_index(op.f("ix_batch_operation_state"), table_name="batch_operation")
    op.drop_table("batch_operation")
    op.drop_index(op.f("ix_audit_log_instance_key"), table_name="audit_log")
    op.drop_index(op.f("ix_audit_log_at"), table_name="audit_log")
    op.drop_table("audit_log")
    op.drop_table("account")
