"""The two signatures that Chinese clouds ask for: Aliyun's ACS3-HMAC-SHA256 and Tencent's TC3-HMAC-SHA256."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote


def sign_aliyun(
    key: str,
    secret: str,
    *,
    host: str,
    action: str,
    version: str,
    query: Mapping[str, str],
    body: bytes,
    nonce: str,
    now: datetime,
) -> dict[str, str]:
    """Return the headers of an Aliyun RPC call (V3 request structure and signature)."""
    hashed = hashlib.sha256(body).hexdigest()
    headers = {
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": hashed,
        "x-acs-date": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": nonce,
        "x-acs-version": version,
    }
    signed = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    asked = "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in sorted(query.items()))
    canonical = f"POST\n/\n{asked}\n{lines}\n{signed}\n{hashed}"
    text = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    credential = f"ACS3-HMAC-SHA256 Credential={key},SignedHeaders={signed},Signature={signature}"
    return {**headers, "Authorization": credential}


def sign_tencent(
    key: str, secret: str, *, host: str, service: str, action: str, body: bytes, now: datetime
) -> dict[str, str]:
    """Return the headers of a Tencent Cloud API 3.0 call; the content type is `application/json; charset=utf-8`."""
    content_type = "application/json; charset=utf-8"
    timestamp = str(int(now.timestamp()))
    day = now.astimezone(UTC).strftime("%Y-%m-%d")
    lines = f"content-type:{content_type}\nhost:{host}\nx-tc-action:{action.lower()}\n"
    signed = "content-type;host;x-tc-action"
    canonical = f"POST\n/\n\n{lines}\n{signed}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{day}/{service}/tc3_request"
    text = f"TC3-HMAC-SHA256\n{timestamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    step = f"TC3{secret}".encode()
    for part in (day, service, "tc3_request", text):
        step = hmac.new(step, part.encode(), hashlib.sha256).digest()
    credential = f"TC3-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={signed}, Signature={step.hex()}"
    return {
        "Authorization": credential,
        "Content-Type": content_type,
        "X-TC-Action": action,
        "X-TC-Timestamp": timestamp,
    }
