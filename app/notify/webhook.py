"""Signed webhooks to the institution's other systems."""

from __future__ import annotations

import hashlib
import hmac
import logging
from datetime import datetime

from app.config import LOG_ONLY, Settings
from app.notify.message import Message, Receipt
from app.notify.posting import post_json

log = logging.getLogger(__name__)


def send_webhook(settings: Settings, message: Message, now: datetime) -> Receipt:
    """Post the message's text, which is JSON, with its time, signature and idempotency key; 2xx is acceptance.

    In the demo the address `log:` writes a line instead, since nobody is there to take it.
    """
    if settings.mode == "demo" and message.address == LOG_ONLY:
        log.info("webhook.sent", extra={"notice": message.key})
        return Receipt("log")
    body, timestamp = message.text.encode(), str(int(now.timestamp()))
    headers = {
        "Idempotency-Key": message.key,
        "X-Redress-Timestamp": timestamp,
        "X-Redress-Signature": f"sha256={webhook_signature(message.secret, timestamp, body)}",
    }
    answer = post_json(settings, "the webhook", message.address, body, headers)
    return Receipt(str(answer.get("id", "")))


def webhook_signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return HMAC-SHA256 of `timestamp.body` in hex; the receiver compares it, and refuses an old timestamp."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
