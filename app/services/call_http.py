"""Calls a web service for a process, and maps its answer. What may be reached is the guard's affair (app.notify)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.config import Settings
from app.errors import InvalidInputError, UnavailableError
from app.notify.guarded_http import send_guarded
from app.storage.types import read_json, write_json

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True)
class HttpAnswer:
    """The variables an answer maps to, and the BPMN error code it stands for, if it does."""

    variables: Mapping[str, Any] = field(default_factory=dict)
    error_code: str | None = None
    error_message: str = ""


def call_http(
    settings: Settings, headers: Mapping[str, str], variables: Mapping[str, Any], *, idempotency_key: str
) -> HttpAnswer:
    """Call `url` with `method`, `headers`, `query` and `body` (variables, else task headers of the same names).

    The answer's status and body become the context `resultVariable` names (default `response`). A status from 400 to
    499 that the task header `errorStatuses` lists is the BPMN error `HTTP_<status>`. Raises InvalidInputError for a
    call that is not allowed and for other statuses from 400 to 499, UnavailableError when trying again may help.
    """
    url = str(variables.get("url", headers.get("url", "")))
    method = str(variables.get("method", headers.get("method", "POST"))).upper()
    if method not in METHODS:
        raise InvalidInputError(f"Expected one of {', '.join(sorted(METHODS))} as method, but got {method!r}")
    own = variables.get("headers")
    sent = {str(name): str(value) for name, value in own.items()} if isinstance(own, dict) else {}
    sent |= {"Idempotency-Key": idempotency_key, "Content-Type": "application/json"}
    body = write_json(variables["body"]).encode() if "body" in variables else None
    query = variables.get("query")
    answer = send_guarded(
        method,
        url,
        headers=sent,
        body=body,
        query=query if isinstance(query, dict) else None,
        timeout_seconds=settings.http_job_timeout_seconds,
        allowed_hosts=settings.http_job_allowed_hosts,
    )
    status, content = answer.status, answer.content
    if status >= 500 or status == 429:
        raise UnavailableError(f"Expected {url} to do its work, but it answered {status}")
    if status >= 400:
        if str(status) in headers.get("errorStatuses", "").replace(",", " ").split():
            return HttpAnswer({}, f"HTTP_{status}", f"{url} answered {status}")
        raise InvalidInputError(f"Expected {url} to accept the call, but it answered {status}: {content[:500]!r}")
    result = str(headers.get("resultVariable", "response"))
    return HttpAnswer({result: {"status": status, "body": _value(content)}})


def _value(content: bytes) -> Any:
    try:
        return read_json(content.decode())
    except (ValueError, RecursionError):
        return content.decode(errors="replace")
