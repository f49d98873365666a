"""Posts JSON for the adapters, and turns what goes wrong on the way into DeliveryError."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from app.config import Settings
from app.errors import InvalidInputError, UnavailableError
from app.notify.guarded_http import send_guarded
from app.notify.message import DeliveryError


def post_json(
    settings: Settings,
    provider: str,
    url: str,
    body: bytes,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the object a provider answers with; an answer that is none, or has no good status, is a DeliveryError."""
    try:
        answer = send_guarded(
            "POST",
            url,
            headers={"Content-Type": "application/json; charset=utf-8", **(headers or {})},
            body=body,
            query=query,
            timeout_seconds=settings.http_job_timeout_seconds,
            allowed_hosts=settings.http_job_allowed_hosts,
        )
    except InvalidInputError as error:
        raise DeliveryError(str(error), may_pass=False) from error
    except UnavailableError as error:
        raise DeliveryError(str(error)) from error
    if not 200 <= answer.status < 300:
        may_pass = answer.status >= 500 or answer.status in (408, 429)
        raise DeliveryError(f"Expected {provider} to accept it, but it answered {answer.status}", may_pass=may_pass)
    try:
        found = json.loads(answer.content or b"{}")
    except ValueError as error:
        raise DeliveryError(f"Expected {provider} to answer in JSON, but it did not") from error
    if not isinstance(found, dict):
        raise DeliveryError(f"Expected {provider} to answer with an object, but it did not")
    return found


def write(value: Any) -> bytes:
    """Return JSON as UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
