"""Group robots of DingTalk, WeCom and Feishu. Each answers 200 also when it refuses: the code in the body decides."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime

from app.config import Settings
from app.notify.message import DeliveryError, Message, Receipt
from app.notify.posting import post_json, write

# Codes of "too many messages, come back later": DingTalk, WeCom, Feishu.
BUSY = frozenset({-1, 130101, 410100, 45009, 9499, 11232})


def send_dingtalk(settings: Settings, message: Message, now: datetime) -> Receipt:
    """Send a markdown message; with a secret the address is signed (HMAC-SHA256 of time, line break, secret)."""
    body = {"msgtype": "markdown", "markdown": {"title": message.subject, "text": _titled(message)}}
    query = dingtalk_signature(message.secret, now) if message.secret else None
    answer = post_json(settings, "DingTalk", message.address, write(body), query=query)
    _check("DingTalk", answer.get("errcode"), answer.get("errmsg"))
    return Receipt()


def dingtalk_signature(secret: str, now: datetime) -> dict[str, str]:
    """Return the query that signs: milliseconds, and the signature in Base64, which the request encodes once."""
    timestamp = str(int(now.timestamp() * 1000))
    digest = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest()
    return {"timestamp": timestamp, "sign": base64.b64encode(digest).decode()}


def send_wecom(settings: Settings, message: Message, now: datetime) -> Receipt:  # noqa: ARG001 - adapters are alike
    """Send a markdown message; WeCom robots have no signature, their address is the secret."""
    body = {"msgtype": "markdown", "markdown": {"content": _titled(message)}}
    answer = post_json(settings, "WeCom", message.address, write(body))
    _check("WeCom", answer.get("errcode"), answer.get("errmsg"))
    return Receipt()


def send_feishu(settings: Settings, message: Message, now: datetime) -> Receipt:
    """Send a text message; with a secret the body is signed (keyed by time, line break, secret)."""
    body: dict[str, object] = {
        "msg_type": "text",
        "content": {"text": f"{message.subject}\n{message.text}"},
    }
    if message.secret:
        body |= feishu_signature(message.secret, now)
    answer = post_json(settings, "Feishu", message.address, write(body))
    _check("Feishu", answer.get("code", answer.get("StatusCode")), answer.get("msg"))
    return Receipt()


def feishu_signature(secret: str, now: datetime) -> dict[str, str]:
    """Return the members that sign: seconds, and the signature in Base64."""
    timestamp = str(int(now.timestamp()))
    digest = hmac.new(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return {"timestamp": timestamp, "sign": base64.b64encode(digest).decode()}


def _titled(message: Message) -> str:
    return f"### {message.subject}\n\n{message.text}"


def _check(provider: str, code: object, why: object) -> None:
    if code != 0:
        may_pass = code in BUSY
        raise DeliveryError(f"Expected {provider} to accept it, but it answered code {code}: {why}", may_pass=may_pass)
