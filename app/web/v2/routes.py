"""From a registered operation to a Flask route: authenticate, permit, validate, call, present.

The only code every request to the engine API passes; what it costs, everything costs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, request
from marshmallow import Schema, ValidationError
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from app.domain.access import require_scope
from app.errors import InvalidInputError
from app.services.answer_once import LONGEST_KEY, Answer, answer_once
from app.services.unit_of_work import UnitOfWork
from app.web.authentication import authenticate, runtime
from app.web.json_body import read_json, write_json
from app.web.v2.operation import OPERATIONS, Call, Operation
from app.web.wire import read_key

JSON = "application/json"


def make_blueprint() -> Blueprint:
    """Return the blueprint with a route for every operation."""
    blueprint = Blueprint("v2", __name__, url_prefix="/v2")
    for made in OPERATIONS.values():
        rule = re.sub(r"\{(\w+)\}", r"<\1>", made.path)
        blueprint.add_url_rule(rule, made.name, _view(made), methods=[made.method])
    return blueprint


def _view(made: Operation) -> Callable[..., Response]:
    body_schema = made.body() if made.body is not None else None
    query_schema = made.query() if made.query is not None else None
    result_schema = made.result() if made.result is not None else None

    def view(**path: str) -> Response:
        actor = authenticate(request)
        if made.scope is not None:
            require_scope(actor, made.scope)
        try:
            query = query_schema.load(request.args) if query_schema is not None else {}
            body = _read_body(body_schema, made.body_needed) if body_schema is not None else {}
            call = Call(runtime(), actor, _read_path(path), query, body)
            idempotency_key = request.headers.get("Idempotency-Key") if made.creates else None
            if idempotency_key is not None:
                return _answer_once(made, call, idempotency_key)
            answer = made.handler(call)
            if made.finish is not None:
                answer = made.finish(call, answer)
        except ValidationError as error:
            raise _invalid(error) from error
        if result_schema is not None and current_app.testing:
            check_answer(made, result_schema, answer)
        return _present(made, answer)

    return view


def check_answer(made: Operation, schema: Schema, answer: Any) -> None:
    """Raise AssertionError where `answer` is not what the operation promises: tests run with this on."""
    if isinstance(answer, Response) or answer is None:
        return
    wrong = schema.validate(read_json(write_json(answer)))
    assert not wrong, f"{made.name} answered {wrong}"


def _present(made: Operation, answer: Any) -> Response:
    if isinstance(answer, Response):
        return answer
    if answer is None:
        return Response(status=204)
    return Response(write_json(answer), made.status, content_type=JSON)


def _answer_once(made: Operation, call: Call, key: str) -> Response:
    if not 0 < len(key) <= LONGEST_KEY:
        raise InvalidInputError(f"Expected an Idempotency-Key of 1 to {LONGEST_KEY} characters, but it has {len(key)}")
    handler = made.handler

    def create(work: UnitOfWork) -> Answer:
        shown = _present(made, handler(Call(call.runtime, call.actor, call.path, call.query, call.body, work)))
        return Answer(shown.status_code, shown.get_data(as_text=True))

    if made.before is not None:
        made.before(call)
    asked = f"{request.method} {request.full_path}\n".encode() + _fingerprint()
    answer, again = call.runtime.perform(answer_once, call.actor.username, key, asked, create)
    body = answer.body if made.finish is None else write_json(made.finish(call, read_json(answer.body.encode())))
    response = Response(body, answer.status, content_type=JSON)
    if again:
        response.headers["Idempotency-Replayed"] = "true"
    return response


def _fingerprint() -> bytes:
    """Return what the body says; a multipart body's boundary, which each try chooses anew, is no part of it."""
    if request.mimetype != "multipart/form-data":
        return request.get_data()
    parts = [f"{name}={value}".encode() for name, value in sorted(request.form.items(multi=True))]
    for name, file in request.files.items(multi=True):
        parts.append(f"{name}:{file.filename}".encode() + file.stream.read())
        file.stream.seek(0)
    return b"\n".join(parts)


def _read_path(path: dict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, text in path.items():
        if "\x00" in text:
            raise InvalidInputError(f"Expected text as {name} in the path, but it holds the character U+0000")
        if not name.endswith("_key") or name == "decision_evaluation_instance_key":
            values[name] = text
            continue
        found = read_key(text)
        if found is None:
            raise InvalidInputError(f"Expected a key (digits) in the path, but got {text[:40]!r}")
        values[name] = found
    return values


def _read_body(schema: Schema, needed: bool) -> Any:
    data = _read_data()
    if not data:
        if needed:
            raise InvalidInputError("Expected a JSON body, but there is none")
        return {}
    if request.mimetype != JSON and not request.is_json:
        raise UnsupportedMediaType(f"Expected a body of type {JSON}, but got {request.mimetype or 'none'}")
    value = read_json(data)
    if value is None and not needed:
        return {}
    return schema.load(value)


def _read_data() -> bytes:
    data = request.get_data(cache=True)
    if len(data) == request.max_content_length and request.content_length is None:
        raise RequestEntityTooLarge  # a body in chunks that is greater is cut off at the limit, silently
    return data


def _invalid(error: ValidationError) -> InvalidInputError:
    fields: dict[str, list[str]] = {}
    _flatten(error.messages, "", fields)
    told = "; ".join(f"{name or 'the body'}: {' '.join(messages)}" for name, messages in fields.items())
    return InvalidInputError(f"Expected a valid request, but {told}", fields)


def _flatten(messages: Any, place: str, into: dict[str, list[str]]) -> None:
    if isinstance(messages, dict):
        for name, inner in messages.items():
            step = "" if name == "_schema" else f".{name}" if place else str(name)
            _flatten(inner, place + step, into)
    elif isinstance(messages, list):
        into.setdefault(place, []).extend(str(message) for message in messages)
