"""What every part of the product's API shares: who asks, how bodies are refused, and how failures are documented."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NoReturn, TypeVar

from flask import Request, g, request
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError, missing
from webargs.core import is_json
from webargs.flaskparser import FlaskParser

from app.domain.actor import Actor
from app.errors import InvalidInputError, NotFoundError
from app.services.answer_once import LONGEST_KEY
from app.web.authentication import authenticate
from app.web.json_body import read_json
from app.web.openapi import FAILURES, IDEMPOTENCY_KEY, PROBLEM_SCHEMA, DescribedApi

View = TypeVar("View", bound=Callable[..., Any])
DOCUMENTED = (400, 401, 403, 404, 409)


class ProductParser(FlaskParser):
    """Reads bodies and queries as the engine API does: what is wrong is told by member, in one problem detail."""

    def _raw_load_json(self, req: Request) -> Any:
        """Return the body's JSON with the digits it came with; `missing` for a request without a JSON body."""
        body = req.get_data(cache=True) if is_json(req.mimetype) else b""
        return read_json(body) if body else missing

    def handle_error(
        self,
        error: ValidationError,
        req: Request,
        schema: Schema,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        """Raise InvalidInputError with the members that are wrong."""
        fields = dict(_flat(next(iter(error.messages_dict.values()), {}), ""))
        told = "; ".join(f"{name or 'the body'}: {' '.join(said)}" for name, said in fields.items())
        raise InvalidInputError(f"Expected a valid request, but {told}", fields) from error


class ProductBlueprint(Blueprint):  # type: ignore[misc]
    """A part of the product's API; every request to it is somebody's."""

    ARGUMENTS_PARSER = ProductParser()

    def __init__(self, name: str, description: str, *, admit: Callable[[], None] | None = None) -> None:
        super().__init__(f"api_{name}", name, url_prefix="/api", description=description)
        self.before_request(admit or know_who_asks)
        BLUEPRINTS.append(self)

    def operation(
        self,
        method: str,
        rule: str,
        result: type[Schema],
        *,
        status: int = 200,
        many: bool = False,
        body: type[Schema] | None = None,
        query: type[Schema] | None = None,
        once: bool = False,
    ) -> Callable[[View], View]:
        """Serve a view at `rule`: it is given the body or query first, and answers with `result` (a list if `many`).

        `once` says that the view honours an Idempotency-Key.
        """

        def decorate(view: View) -> View:
            served: Any = self.response(status, result(many=many))(view)
            for code in DOCUMENTED:
                told = {"schema": PROBLEM_SCHEMA, "description": FAILURES[code], "success": False}
                served = self.alt_response(code, **told)(served)
            if once:
                served = self.doc(parameters=[IDEMPOTENCY_KEY])(served)
            if body is not None:
                served = self.arguments(body)(served)
            if query is not None:
                served = self.arguments(query, location="query")(served)
            self.route(rule, methods=[method])(served)
            return view

        return decorate

    def register_views_in_doc(self, api: DescribedApi, *about: Any, **names: Any) -> None:
        """Leave describing the views to when the description is asked for."""
        api.postponed.append(partial(super().register_views_in_doc, api, *about, **names))


BLUEPRINTS: list[ProductBlueprint] = []
"""Every part of the product's API; filled when `app.web.api` is imported."""


def asking() -> Actor:
    """Return who asks."""
    actor = g.actor
    assert isinstance(actor, Actor)
    return actor


def idempotency_key() -> str | None:
    """Return the request's Idempotency-Key, None without one; raises InvalidInputError for one too short or long."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 0 < len(key) <= LONGEST_KEY:
        raise InvalidInputError(f"Expected an Idempotency-Key of 1 to {LONGEST_KEY} characters, but it has {len(key)}")
    return key


def know_who_asks() -> None:
    """Authenticate the account that asks."""
    authenticate(request)
    check_paths()


def check_paths() -> None:
    """Raise NotFoundError for a path with a zero character, which PostgreSQL has no text for."""
    for name, value in (request.view_args or {}).items():
        if "\x00" in str(value):
            raise NotFoundError(f"Expected a {name} in the path, but there is none such")


def _flat(messages: Any, place: str) -> list[tuple[str, list[str]]]:
    if isinstance(messages, dict):
        parts = []
        for name, inner in messages.items():
            step = "" if name == "_schema" else f".{name}" if place else str(name)
            parts += _flat(inner, place + step)
        return parts
    return [(place, [str(message) for message in (messages if isinstance(messages, list) else [messages])])]
