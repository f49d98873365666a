"""Other systems that know a customer (CRM, core banking, orders): how each is asked, and what its answer means.

Owns the configuration and the mapping, both FEEL. Knows no network and no table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from app.domain.customer import STRENGTH
from app.errors import InvalidInputError
from app.feel import Environment, Expression, FeelError, compile_expression, to_feel, to_json

METHODS = ("POST", "GET")
TAG_KINDS = ("fact", "model")
MOST_SECONDS, MOST_TRIES = 30, 5
LONGEST_TAG, LONGEST_VALUE = 60, 80
ASKED = ("identity", "kind")
ANSWERED = ("answer",)


class OutsideSystemError(InvalidInputError):
    """The configuration of other systems is wrong; the message names the system and the member."""


@dataclass(frozen=True)
class ShownValue:
    """One value of an answer that people are shown, with its label in both languages."""

    zh: str
    en: str
    value: Expression


@dataclass(frozen=True)
class OutsideSystem:
    """One system. `identities` are the kinds it knows a customer by, the preferred first.

    `request` makes a context of `identity` and `kind`: the body of a POST, the query of a GET. `shown` and `tags` (by
    name: kind and value) read the context `answer`.
    """

    name: str
    zh: str
    en: str
    url: str
    method: str
    headers: Mapping[str, str]
    identities: tuple[str, ...]
    request: Expression
    shown: tuple[ShownValue, ...]
    tags: Mapping[str, tuple[str, Expression]]
    timeout_seconds: int
    tries: int


def read_systems(text: str) -> tuple[OutsideSystem, ...]:
    """Read the configuration: YAML, a list `systems` (docs/customers.md). Raises OutsideSystemError."""
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise OutsideSystemError(f"Expected YAML, but {error}") from error
    listed = data.get("systems") if isinstance(data, Mapping) else None
    if not isinstance(listed, list) or not all(isinstance(one, Mapping) for one in listed):
        raise OutsideSystemError("Expected a list 'systems' of objects, but there is none")
    systems = tuple(_system(one) for one in listed)
    if len({one.name for one in systems}) != len(systems):
        raise OutsideSystemError("Expected each system to have a name of its own, but two have the same")
    return systems


def requested(system: OutsideSystem, kind: str, identity: str, env: Environment) -> dict[str, Any]:
    """Return what is sent to a system about a customer, known by an identity of a kind."""
    value = to_json(system.request.evaluate({"identity": identity, "kind": kind}, env).value)
    if not isinstance(value, dict):
        raise OutsideSystemError(f"Expected 'request' of {system.name} to give a context, but it did not")
    return value


def answered(
    system: OutsideSystem, answer: Any, env: Environment
) -> tuple[list[tuple[ShownValue, list[str]]], list[tuple[str, str, str]]]:
    """Return what to show of an answer (JSON), each value as lines of text, and its tags (kind, tag, value)."""
    context = {"answer": to_feel(answer)}

    def lines(expression: Expression) -> list[str]:
        value = to_json(expression.evaluate(context, env).value)
        listed = value if isinstance(value, list) else [value]
        return [str(one) for one in listed if one is not None]

    shown = [(one, lines(one.value)) for one in system.shown]
    tags = [
        (kind, tag, value[:LONGEST_VALUE])
        for tag, (kind, expression) in system.tags.items()
        for value in dict.fromkeys(lines(expression))
    ]
    return [(one, found) for one, found in shown if found], tags


def _system(data: Mapping[str, Any]) -> OutsideSystem:
    name = str(data.get("name") or "")

    def need(fits: bool, member: str, expected: str) -> None:
        if not fits:
            raise OutsideSystemError(f"Expected {expected} as {member!r} of the system {name!r}, but it is not")

    need(0 < len(name) <= 40 and name.isascii() and name.isidentifier(), "name", "a short ASCII name")
    url, method = str(data.get("url") or ""), str(data.get("method", "POST"))
    need(url.startswith(("http://", "https://")), "url", "an http or https address")
    need(method in METHODS, "method", " or ".join(METHODS))
    headers, label = data.get("headers") or {}, data.get("label") or {}
    need(isinstance(headers, Mapping) and isinstance(label, Mapping), "headers", "an object")
    identities = tuple(data.get("identities") or ())
    need(bool(identities) and set(identities) <= set(STRENGTH), "identities", f"kinds among {', '.join(STRENGTH)}")
    seconds, tries = data.get("timeoutSeconds", 5), data.get("tries", 2)
    need(isinstance(seconds, int) and 0 < seconds <= MOST_SECONDS, "timeoutSeconds", f"1 to {MOST_SECONDS}")
    need(isinstance(tries, int) and 0 < tries <= MOST_TRIES, "tries", f"1 to {MOST_TRIES}")
    shown, tags = data.get("shown") or [], data.get("tags") or {}
    need(isinstance(shown, list) and all(isinstance(one, Mapping) for one in shown), "shown", "a list of objects")
    need(isinstance(tags, Mapping) and all(isinstance(one, Mapping) for one in tags.values()), "tags", "objects")
    need(all(one.get("kind", "fact") in TAG_KINDS for one in tags.values()), "tags", "kinds fact or model")
    need(all(len(str(tag)) <= LONGEST_TAG for tag in tags), "tags", f"names of at most {LONGEST_TAG} characters")
    return OutsideSystem(
        name=name,
        zh=str(label.get("zh") or name),
        en=str(label.get("en") or name),
        url=url,
        method=method,
        headers={str(key): str(value) for key, value in headers.items()},
        identities=identities,
        request=_formula(name, "request", data.get("request"), ASKED),
        shown=tuple(
            ShownValue(str(one.get("zh")), str(one.get("en")), _formula(name, "shown", one.get("value"), ANSWERED))
            for one in shown
        ),
        tags={
            str(tag): (one.get("kind", "fact"), _formula(name, f"tags.{tag}", one.get("value"), ANSWERED))
            for tag, one in tags.items()
        },
        timeout_seconds=seconds,
        tries=tries,
    )


def _formula(name: str, member: str, text: Any, names: tuple[str, ...]) -> Expression:
    if not isinstance(text, str) or not text.startswith("="):
        raise OutsideSystemError(f"Expected '=' and FEEL as {member!r} of the system {name!r}, but it is not")
    try:
        return compile_expression(text[1:], names=names)
    except FeelError as error:
        raise OutsideSystemError(f"Expected FEEL as {member!r} of the system {name!r}, but {error}") from error
