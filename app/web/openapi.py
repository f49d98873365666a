"""The machine-readable description of both APIs at /openapi.json, and Swagger UI to read and try it at /docs/api.

Made from the registered operations and their schemas on the first request; knows no operation by name.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Blueprint, Flask, Response, current_app, render_template
from flask_smorest import Api
from marshmallow import fields
from werkzeug.exceptions import NotFound

from app.web import wire
from app.web.json_body import write_json
from app.web.security import DOCS_POLICY
from app.web.v2.operation import OPERATIONS, Operation
from app.web.v2.records import ConditionField, NamedField

PROBLEM_SCHEMA = wire.shape(
    "ProblemDetail",
    {
        "type": wire.text(required=True),
        "title": wire.text(required=True),
        "status": wire.whole(required=True),
        "detail": wire.text(required=True),
        "instance": wire.text(required=True),
        "fields": wire.a_map(),
    },
)
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}
FAILURES = {
    400: "What came cannot be accepted.",
    401: "Nobody known asks.",
    403: "The actor may not do this.",
    404: "There is no such thing.",
    406: "There is none of the kind that is asked for.",
    409: "The thing is in another state by now.",
    413: "The request is greater than this installation takes.",
    415: "The body is not of the type that is expected.",
    429: "Too many requests.",
    500: "The server failed.",
    501: "This operation is not served.",
    503: "A part that is needed does not answer.",
}
OPENAPI_VERSION = "3.0.3"
ASSETS = {
    "swagger-ui.css": "text/css; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "favicon-32x32.png": "image/png",
}

START = 'SwaggerUIBundle({url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true});'

blueprint = Blueprint("openapi", __name__)
_lock = threading.Lock()


class DescribedApi(Api):  # type: ignore[misc]
    """flask-smorest's Api without its own error answers: the product has one table for those.

    `postponed` describes what was registered, when somebody asks: it is three quarters of the work of a start.
    """

    def __init__(self, app: Flask) -> None:
        self.postponed: list[Callable[[], None]] = []
        super().__init__(app)

    def describe(self) -> dict[str, Any]:
        """Return the document of the product's own resources."""
        while self.postponed:
            self.postponed.pop(0)()
        document: dict[str, Any] = self.spec.to_dict()
        return document

    def _register_error_handlers(self) -> None:
        """Leave errors to `app.web.errors`."""


@blueprint.get("/openapi.json")
def description() -> Response:
    """Return the OpenAPI document."""
    with _lock:
        if "openapi_document" not in current_app.extensions:
            current_app.extensions["openapi_document"] = write_json(describe(current_app.extensions["redress_api"]))
    return Response(current_app.extensions["openapi_document"], content_type="application/json")


@blueprint.get("/docs/api")
def swagger_ui() -> Response:
    """Return the page that shows the document."""
    response = Response(render_template("openapi.html"), content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = DOCS_POLICY
    return response


@blueprint.get("/docs/api/start.js")
def start() -> Response:
    """Return the line that starts Swagger UI: in a file, since inline scripts are refused."""
    return Response(START, content_type="text/javascript; charset=utf-8")


@blueprint.get("/docs/api/<name>")
def asset(name: str) -> Response:
    """Return one of Swagger UI's own files, from its package: nothing is fetched from elsewhere."""
    if name not in ASSETS:
        raise NotFound
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response((_swagger_directory() / name).read_bytes(), headers=headers, content_type=ASSETS[name])


def _swagger_directory() -> Path:
    found = find_spec("swagger_ui_bundle")
    assert found is not None
    assert found.submodule_search_locations is not None
    return next(Path(found.submodule_search_locations[0]).glob("vendor/swagger-ui-*"))


def describe(product: DescribedApi) -> dict[str, Any]:
    """Return the document of the engine API's operations and of the product's own resources."""
    plugin = MarshmallowPlugin()
    spec = APISpec("Redress", "v1", OPENAPI_VERSION, plugins=[plugin])
    converter = plugin.converter
    assert converter is not None
    converter.add_attribute_function(_describe_field)  # type: ignore[no-untyped-call]
    spec.components.security_scheme("basic", {"type": "http", "scheme": "basic"})
    spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    for made in OPERATIONS.values():
        spec.path(path=f"/v2{made.path}", operations={made.method.lower(): _describe(made)})
    document, own = spec.to_dict(), product.describe()
    document["paths"].update(own["paths"])
    for kind, components in own.get("components", {}).items():
        document["components"].setdefault(kind, {}).update(components)
    return document


def _describe(made: Operation) -> dict[str, Any]:
    doc = made.handler.__doc__ or ""
    found: dict[str, Any] = {
        "operationId": re.sub(r"_(\w)", lambda match: match[1].upper(), made.name),
        "summary": doc.strip().split("\n")[0],
        "tags": [made.group],
        "parameters": [
            {"in": "path", "name": name, "required": True, "schema": _path_schema(name)}
            for name in re.findall(r"\{(\w+)\}", made.path)
        ],
        "responses": _responses(made),
        "security": [{"basic": []}, {"bearer": []}],
    }
    if made.query is not None:
        found["parameters"].append({"in": "query", "schema": made.query})
    if made.body is not None:
        content = {"application/json": {"schema": made.body}}
        found["requestBody"] = {"required": made.body_needed, "content": content}
    if made.form is not None:
        found["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": made.form}}}
    if made.creates:
        found["parameters"].append(IDEMPOTENCY_KEY)
    return found


def _responses(made: Operation) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": "Done."}
    if made.result is not None:
        answer["content"] = {made.media: {"schema": made.result}}
    elif made.status != 204:
        answer["content"] = {made.media: {"schema": {"type": "string", "format": "binary"}}}
    problems = {"application/problem+json": {"schema": PROBLEM_SCHEMA}}
    failed = {str(status): {"description": text, "content": problems} for status, text in FAILURES.items()}
    served = {str(made.status): answer}
    if made.may_be_empty:
        served["204"] = {"description": "There is none."}
    return {**served, **failed}


def _path_schema(name: str) -> dict[str, Any]:
    if name.endswith("_key") and name != "decision_evaluation_instance_key":
        return {"type": "string", "pattern": "^[0-9]{1,18}$"}
    return {"type": "string", "minLength": 1}


def _describe_field(_converter: Any, field: fields.Field[Any], **_: Any) -> dict[str, Any]:
    if isinstance(field, wire.KeyField):
        return {"type": "string", "pattern": "^[0-9]{1,18}$"}
    if isinstance(field, wire.TextField) and not field.validators:
        return {"pattern": "^[^\\u0000]*$"}
    if isinstance(field, NamedField):
        value = {"type": "string", "pattern": "^[^\\u0000]*$"}
        return {"type": "object", "required": ["name", "value"], "properties": {"name": value, "value": value}}
    if not isinstance(field, ConditionField):
        return {}
    value = _converter.field2property(field.value)
    operands = {
        operator: {"type": "array", "items": value} if operator in {"$in", "$notIn"} else value
        for operator in sorted(field.operators - {"$exists", "$like"})
    }
    if "$exists" in field.operators:
        operands["$exists"] = {"type": "boolean"}
    if "$like" in field.operators:
        operands["$like"] = {"type": "string", "pattern": "^[^\\u0000]*$"}
    operators = {"type": "object", "properties": operands, "additionalProperties": False, "minProperties": 1}
    return {"oneOf": [value, operators]}
