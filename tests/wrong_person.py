"""Which routes are open to whom, and what a request must carry to get as far as the question who asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OPEN = frozenset(
    {
        "static",
        "openapi",  # describes the interface
        "oauth",  # gives tokens for credentials
        "document_links",  # an address that was given for this purpose, signed and for a time
        "portal",  # customers, by a code to their phone
        "api_portal",
        "health.live",
        "health.ready",
        "pages.sign_in",
        "pages.sign_out",
        "pages.prove",
        "pages.sign_in_elsewhere",
        "pages.come_back",
        "pages.choose",
        "v2.get_status",
        "v2.not_served",  # answers 501 to everybody
    }
)
"""Endpoints, or whole blueprints, that strangers may ask."""

PROFILE = frozenset(
    f"pages.{name}"
    for name in (
        "profile", "change_password", "second_factor", "confirm", "remove", "renew_codes", "end_sessions",
        "issue_token", "revoke_token", "keep_language", "keep_notices", "plan", "cancel",
    )
)  # fmt: skip
LISTS = frozenset(
    f"pages.{name}"
    for name in (
        "home", "inbox", "inbox_changes", "bulk", "complaints", "notices", "unread", "mark_read", "exports",
        "export_list", "keep_view", "set_columns", "saved_counts",
    )
)  # fmt: skip
ENDING = frozenset({"pages.end_sessions", "pages.change_password", "api_own account.change"})
"""What may end the session that asks: asked last."""

OWN_OF_AUDITORS = (
    PROFILE
    | LISTS
    | {
        "api_notices.read",
        "api_task_verbs.mark_read",
        "api_task_work.batch",
        "api_exchanges.similar_to_answers",
        "api_complaint_records.search",
        "api_own account",
        "v2.search_own_authorizations",
    }
)
"""What everybody has: an account, notices, and lists and searches, which hold what their reader may see."""

OWN = (OWN_OF_AUDITORS - {"api_task_verbs.mark_read"}) | {
    "pages.new_complaint",
    "pages.register_complaint",
    "pages.related_to_answers",
    "pages.clocks_of_answers",
    "pages.customers_to_choose",
    "pages.find_customer_for",
    "pages.customers",
    "api_customers.search",
    "api_calendars.calendars",
    "api_calendars.classifications",
    "api_clocks.deadlines",
    "api_complaint_filing.form",
    "api_complaint_filing.file",
    "api_complaint_reading.complaints",
    "api_exchanges.similar_to_answers",
    "api_notices.own",
    "api_notices.own_preference",
    "api_notices.preview",
    "v2.search_user_tasks",
    "v2.get_authentication",
    "v2.get_topology",
    "v2.create_document",
    "v2.create_documents",
}
"""What a clerk may ask and that belongs to nobody's complaint; the answers must not name the complaint."""

BODIES: Mapping[str, Mapping[str, Any]] = {
    "api_task_verbs.follow_up": {"at": "2027-01-05T12:00:00Z"},
    "v2.create_process_instance": {"processDefinitionId": "product_complaint", "businessId": "NUMBER"},
    "v2.publish_message": {"name": "complaint_withdrawn", "correlationKey": "NUMBER"},
    "v2.correlate_message": {"name": "complaint_withdrawn", "correlationKey": "NUMBER"},
    "v2.update_user_task": {"changeset": {"priority": 60}},
    "v2.evaluate_conditionals": {"variables": {"complaintNumber": "NUMBER"}},
    "v2.get_process_instance_statistics_by_definition": {"filter": {"errorHashCode": 1}},
}
"""JSON where the least that the interface's description asks for is not what matters; NUMBER is the complaint's."""

FORMS: Mapping[str, Mapping[str, str]] = {
    "pages.add_contact": {
        "kind": "call", "direction": "out", "at": "2026-01-05T15:00", "summary": "电话沟通",
    },
    "pages.merge_related": {"with": "TS-2026-000002", "document": "同一事实"},
    "pages.answer": {
        "customerContacted": "yes", "complexity": "simple", "findings": "属实", "rootCause": "system",
    },
}  # fmt: skip
