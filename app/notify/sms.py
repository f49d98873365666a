"""Text messages: Aliyun and Tencent Cloud, signed by their own rules, and a driver that only writes a log line.

The setting REDRESS_SMS_URL chooses: `log:`, `aliyun://KEY:SECRET@host?sign=…`, `tencent://ID:SECRET@host?sign=…&app=…`.
Providers keep the texts: further members of the query map a template's id to the provider's code for it.
"""

from __future__ import annotations

import hashlib
import logging
import re
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from app.config import Settings
from app.notify.message import DeliveryError, Message, Receipt
from app.notify.posting import post_json, write
from app.notify.signing import sign_aliyun, sign_tencent

log = logging.getLogger(__name__)
BUSY = ("isv.BUSINESS_LIMIT_CONTROL", "isp.", "Throttling", "LimitExceeded", "InternalError", "FailedOperation.System")


def send_sms(settings: Settings, message: Message, now: datetime) -> Receipt:
    """Send one text message with the configured driver."""
    scheme = urlsplit(settings.sms_url or "").scheme
    if scheme == "log":
        log.info("sms.sent", extra={"notice": message.key, "to": _masked(message.address)})
        return Receipt("log")
    if scheme == "aliyun":
        return _send_aliyun(settings, message, now)
    if scheme == "tencent":
        return _send_tencent(settings, message, now)
    raise DeliveryError("Expected REDRESS_SMS_URL to name a driver, but it is not set", may_pass=False)


def _send_aliyun(settings: Settings, message: Message, now: datetime) -> Receipt:
    parts, options = _configuration(settings, message)
    query = {
        "PhoneNumbers": message.address,
        "SignName": options["sign"],
        "TemplateCode": options[message.template],
        "TemplateParam": write(message.parameters).decode(),
        "OutId": message.key,
    }
    nonce = hashlib.sha256(f"{message.key}{now.isoformat()}".encode()).hexdigest()[:32]
    key, secret = unquote(parts.username or ""), unquote(parts.password or "")
    headers = sign_aliyun(
        key, secret, host=parts.netloc.rpartition("@")[2], action="SendSms", version="2017-05-25",
        query=query, body=b"", nonce=nonce, now=now,
    )  # fmt: skip
    answer = post_json(settings, "Aliyun", _url(options, parts, query), b"", headers)
    if answer.get("Code") != "OK":
        raise _refused("Aliyun", str(answer.get("Code")))
    return Receipt(str(answer.get("BizId", "")))


def _send_tencent(settings: Settings, message: Message, now: datetime) -> Receipt:
    parts, options = _configuration(settings, message)
    number = re.sub(r"[^\d+]", "", message.address)
    body = {
        "PhoneNumberSet": [number if number.startswith("+") else f"+86{number}"],
        "SmsSdkAppId": options.get("app", ""),
        "SignName": options["sign"],
        "TemplateId": options[message.template],
        "TemplateParamSet": list(message.parameters.values()),
        "SessionContext": message.key,
    }
    content = write(body)
    key, secret = unquote(parts.username or ""), unquote(parts.password or "")
    headers = sign_tencent(key, secret, host=parts.netloc.rpartition("@")[2], service="sms", action="SendSms",
                           body=content, now=now)  # fmt: skip
    headers |= {"X-TC-Version": "2021-01-11", "X-TC-Region": options.get("region", "ap-guangzhou")}
    answer = post_json(settings, "Tencent Cloud", _url(options, parts), content, headers).get("Response", {})
    status = (answer.get("SendStatusSet") or [{}])[0]
    code = answer.get("Error", {}).get("Code") or status.get("Code")
    if code != "Ok":
        raise _refused("Tencent Cloud", str(code))
    return Receipt(str(status.get("SerialNo", "")))


def _configuration(settings: Settings, message: Message) -> tuple[Any, dict[str, str]]:
    parts = urlsplit(settings.sms_url or "")
    options = dict(parse_qsl(parts.query))
    missing = [name for name in ("sign", message.template) if not options.get(name)]
    if missing:
        wanted = f"Expected REDRESS_SMS_URL to give {', '.join(missing)}, but it does not"
        raise DeliveryError(wanted, may_pass=False)
    return parts, options


def _url(options: dict[str, str], parts: Any, query: dict[str, str] | None = None) -> str:
    text = "&".join(
        f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in sorted((query or {}).items())
    )
    scheme = "http" if options.get("plain") == "1" else "https"
    return f"{scheme}://{parts.netloc.rpartition('@')[2]}/" + (f"?{text}" if text else "")


def _refused(provider: str, code: str) -> DeliveryError:
    may_pass = any(code.startswith(word) or word in code for word in BUSY)
    return DeliveryError(f"Expected {provider} to accept it, but it answered code {code}", may_pass=may_pass)


def _masked(number: str) -> str:
    return "*" * max(len(number) - 4, 2) + number[-4:] if len(number) > 4 else "*" * len(number)
