"""Notices: one's own, those that failed, previews, how one wants to be reached; and what other systems notice."""

from __future__ import annotations

from typing import Any

import flask_babel
from marshmallow import fields

from app.services.preview_notice import preview_notice
from app.services.read_notice_preference import read_notice_preference
from app.services.read_notices import list_dead, list_own_notices, mark_notices_read, retry_notice
from app.services.report_customer_event import CustomerEvent, report_customer_event
from app.services.set_notice_preference import NoticePreference, set_notice_preference
from app.web import wire
from app.web.api.blueprint import ProductBlueprint, asking
from app.web.authentication import runtime

blueprint = ProductBlueprint("notices", "What people, customers and other systems are told")

NOTICE = wire.result(
    "Notice",
    {
        "key": wire.key(),
        "subject": wire.text(),
        "text": wire.text(),
        "createdAt": wire.instant(),
        "readAt": wire.instant(null=True),
        "complaintKey": fields.String(allow_none=True),
    },
)
INBOX = wire.result("NoticeInbox", {"unread": wire.whole(), "notices": wire.many(NOTICE)})
INBOX_QUERY = wire.shape(
    "NoticeInboxQuery", {"unread": fields.Boolean(load_default=False), "before": wire.key(null=True)}
)
READ = wire.shape("ReadNotices", {"keys": wire.many(wire.key(), required=True)})
COUNT = wire.result("NoticeCount", {"count": wire.whole()})
DEAD = wire.result(
    "FailedNotice",
    {
        "key": wire.key(),
        "recipientKind": wire.text(),
        "recipient": wire.text(),
        "channel": wire.text(),
        "template": wire.text(),
        "tries": wire.whole(),
        "createdAt": wire.instant(),
        "error": wire.text(null=True),
    },
)
PREVIEW_WISH = wire.shape(
    "NoticePreviewWish", {"template": wire.text(required=True, shortest=1, longest=60), "parameters": wire.a_map()}
)
TEXT = wire.result("NoticeText", {"language": wire.text(), "subject": wire.text(), "text": wire.text()})
MISSING = wire.result(
    "MissingPart", {"parameter": wire.text(), "zh": wire.text(), "en": wire.text(), "article": wire.text()}
)
PREVIEW = wire.result(
    "NoticePreview",
    {"template": wire.text(), "version": wire.whole(), "texts": wire.many(TEXT), "missing": wire.many(MISSING)},
)
PREFERENCE = wire.shape(
    "NoticePreference",
    {
        "channels": wire.many(wire.text(longest=12)),
        "language": wire.text(null=True, longest=8),
        "quietFrom": wire.text(null=True, longest=5),
        "quietTo": wire.text(null=True, longest=5),
        "addresses": wire.a_map(),
    },
)
OWN_PREFERENCE = wire.result(
    "OwnNoticePreference",
    {
        "offered": wire.many(wire.text()),
        "channels": wire.many(wire.text()),
        "language": wire.text(null=True),
        "quietFrom": wire.text(null=True),
        "quietTo": wire.text(null=True),
        "addresses": wire.a_map(),
    },
)
EVENT = wire.shape(
    "CustomerEvent",
    {
        "id": wire.text(required=True, shortest=1, longest=80),
        "kind": wire.text(required=True, shortest=1, longest=40),
        "identityKind": wire.text(required=True, shortest=1, longest=12),
        "identity": wire.text(required=True, shortest=1, longest=120),
        "movement": fields.Float(allow_none=True),
        "inactiveDays": wire.whole(null=True, least=0, most=36500),
    },
)


@blueprint.operation("GET", "/notices", INBOX, query=INBOX_QUERY)
def own(query: dict[str, Any]) -> dict[str, Any]:
    """List one's own notices, the newest first; `before` is the key of the last one seen."""
    language = str(flask_babel.get_locale() or "zh")[:2]
    only_unread, before = bool(query.get("unread")), query.get("before")
    inbox = runtime().perform(list_own_notices, asking(), language, only_unread=only_unread, before=before)
    return {
        "unread": inbox.unread,
        "notices": [
            {
                "key": one.key,
                "subject": one.subject,
                "text": one.text,
                "createdAt": one.created_at,
                "readAt": one.read_at,
                "complaintKey": None if one.complaint_key is None else str(one.complaint_key),
            }
            for one in inbox.notices
        ],
    }


@blueprint.operation("POST", "/notices/read", COUNT, body=READ)
def read(body: dict[str, Any]) -> dict[str, Any]:
    """Mark one's own notices as read."""
    return {"count": runtime().perform(mark_notices_read, asking(), body["keys"])}


@blueprint.operation("GET", "/notices/failed", DEAD, many=True)
def failed() -> list[dict[str, Any]]:
    """List the notices that nobody could be given; an operator may send them again."""
    return [
        {
            "key": row.key,
            "recipientKind": row.recipient_kind,
            "recipient": row.recipient,
            "channel": row.channel,
            "template": row.template,
            "tries": row.tries,
            "createdAt": row.created_at,
            "error": row.last_error,
        }
        for row in runtime().perform(list_dead, asking())
    ]


@blueprint.operation("POST", "/notices/<int:key>/retry", COUNT)
def retry(key: int) -> dict[str, Any]:
    """Send a failed notice again, from the beginning."""
    runtime().perform(retry_notice, asking(), key)
    return {"count": 1}


@blueprint.operation("POST", "/notices/preview", PREVIEW, body=PREVIEW_WISH)
def preview(body: dict[str, Any]) -> dict[str, Any]:
    """Show what a notice would say in each language, and what the law wants in it that was not given."""
    shown = runtime().perform(preview_notice, asking(), body["template"], body.get("parameters") or {})
    return {
        "template": shown.template,
        "version": shown.version,
        "texts": [
            {"language": language, "subject": part.subject, "text": part.text} for language, part in shown.texts.items()
        ],
        "missing": [
            {"parameter": one.parameter, "zh": one.zh, "en": one.en, "article": one.article} for one in shown.missing
        ],
    }


@blueprint.operation("GET", "/notice-preferences", OWN_PREFERENCE)
def own_preference() -> dict[str, Any]:
    """Say how one is reached oneself, and over which channels one can be; addresses are masked."""
    found = runtime().perform(read_notice_preference, asking())
    return {
        "offered": found.offered,
        "channels": found.channels,
        "language": found.language,
        "quietFrom": found.quiet_from,
        "quietTo": found.quiet_to,
        "addresses": found.addresses,
    }


@blueprint.operation("PUT", "/notice-preferences/<string:who>", COUNT, body=PREFERENCE)
def prefer(body: dict[str, Any], who: str) -> dict[str, Any]:
    """Set how `p:<account>`, `g:<group>` or `s:<system>` is reached; others' than one's own are an administrator's."""
    preference = NoticePreference(
        channels=body.get("channels") or (),
        language=body.get("language"),
        quiet_from=body.get("quietFrom"),
        quiet_to=body.get("quietTo"),
        addresses=body.get("addresses") or {},
    )
    runtime().perform(set_notice_preference, asking(), who, preference)
    return {"count": 1}


@blueprint.operation("POST", "/customer-events", COUNT, body=EVENT)
def customer_event(body: dict[str, Any]) -> dict[str, Any]:
    """Take in what another system noticed about a customer; the same id counts once."""
    event = CustomerEvent(
        id=body["id"],
        kind=body["kind"],
        identity_kind=body["identityKind"],
        identity=body["identity"],
        movement=body.get("movement"),
        inactive_days=body.get("inactiveDays"),
    )
    return {"count": int(runtime().perform(report_customer_event, asking(), event))}
