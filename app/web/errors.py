"""The one table from the product's failures to HTTP: RFC 9457 problem details with Camunda's titles.

Knows no endpoint. A failure that stands in no row is the server's own: 500, logged in full, told in general words.
"""

from __future__ import annotations

import logging
from http import HTTPStatus

from flask import Flask, Response, request
from gunicorn.http.errors import ParseException  # type: ignore[import-untyped]
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from app.errors import (
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    RedressError,
    TooLargeError,
    TooLateError,
    UnavailableError,
)
from app.storage.files import DamagedFileError
from app.web.json_body import write_json
from app.web.refusals import note_refusal

log = logging.getLogger(__name__)

PROBLEM = "application/problem+json"
LONGEST_DETAIL = 8000


class UnauthenticatedError(RedressError):
    """Nobody is known to be asking."""


class NotServedError(RedressError):
    """An operation of the engine API that this product does not serve."""


FAILURES: tuple[tuple[type[Exception], int, str], ...] = (
    (InvalidInputError, 400, "INVALID_ARGUMENT"),
    (ParseException, 400, "INVALID_ARGUMENT"),  # a body whose chunks are none, found out while it is read
    (UnauthenticatedError, 401, "UNAUTHORIZED"),
    (ForbiddenError, 403, "FORBIDDEN"),
    (NotFoundError, 404, "NOT_FOUND"),
    (ConflictError, 409, "INVALID_STATE"),
    (TooLargeError, 413, "CONTENT_TOO_LARGE"),
    (DamagedFileError, 500, "DAMAGED_FILE"),
    (NotServedError, 501, "NOT_IMPLEMENTED"),
    (UnavailableError, 503, "UNAVAILABLE"),
    (OperationalError, 503, "UNAVAILABLE"),
    (TooLateError, 504, "DEADLINE_EXCEEDED"),
)
TITLES = {413: "CONTENT_TOO_LARGE", 429: "RESOURCE_EXHAUSTED", 400: "INVALID_ARGUMENT"}


def problem(status: int, title: str, detail: str, fields: dict[str, list[str]] | None = None) -> Response:
    """Return a problem detail about the current request; `fields` names what is wrong with which member."""
    told = detail.replace("\x00", "\N{SYMBOL FOR NULL}")[:LONGEST_DETAIL]  # it may quote what was sent
    body = {"type": "about:blank", "title": title, "status": status, "detail": told, "instance": request.path}
    if fields:
        body["fields"] = fields
    return Response(write_json(body), status, content_type=PROBLEM)


def answer_failure(error: Exception) -> Response:
    """Return the problem detail of `error`."""
    note_refusal(error)
    for family, status, title in FAILURES:
        if isinstance(error, family):
            return _of_family(error, status, title)
    if isinstance(error, HTTPException):
        return _of_http(error)
    log.error("request failed", exc_info=error, extra={"method": request.method, "path": request.path})
    return problem(500, "INTERNAL_ERROR", "Expected to answer, but the server failed; its log says why")


def _of_family(error: Exception, status: int, title: str) -> Response:
    detail = str(error)
    if isinstance(error, DBAPIError):  # its text holds SQL and parameters
        log.error("database did not answer", exc_info=error, extra={"path": request.path})
        detail = "Expected the database to answer, but it does not; try again"
    answer = problem(status, title, detail, getattr(error, "fields", None))
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer, Basic realm="Redress", charset="UTF-8"'
    if status == 503:
        answer.headers["Retry-After"] = "1"
    return answer


def _of_http(error: HTTPException) -> Response:
    status = error.code or 500
    title = TITLES.get(status) or HTTPStatus(status).name
    detail = error.description or HTTPStatus(status).phrase
    if isinstance(error, RequestEntityTooLarge) and request.max_content_length is not None:
        detail = f"Expected a request of at most {request.max_content_length:,} bytes, but it is greater"
    answer = problem(status, title, detail)
    for name, value in error.get_headers():
        if name.lower() != "content-type":  # keeps Allow of 405 and Retry-After of 429
            answer.headers[name] = value
    return answer


def register_errors(app: Flask) -> None:
    """Let `app` answer every failure with a problem detail."""
    app.register_error_handler(Exception, answer_failure)
