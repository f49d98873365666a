"""Camunda 8's functions that belong to no section of the specification: presence, assertions, JSON, identifiers.

Those on strings, lists, numbers and dates stand with the others of their section.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app.feel.builtins.declare import built_in, refuse, takes
from app.feel.edges import to_feel, to_json
from app.feel.errors import FeelError, FeelLimitError
from app.feel.missing import MISSING

if TYPE_CHECKING:
    from app.feel.environment import Run


def is_defined(_run: Run, value: Any) -> bool:
    """Return whether the value is there at all; null is."""
    return value is not MISSING


def get_or_else(_run: Run, value: Any, default: Any) -> Any:
    """Return the value, or the default when it is null or missing."""
    return default if value is None or value is MISSING else value


def assert_(run: Run, value: Any, condition: Any, cause: str | None = None) -> Any:
    """Return the value when the condition is true; else null, with the cause as warning."""
    if condition is True:
        return None if value is MISSING else value
    run.warn("ASSERTION_FAILED", cause or "Expected the asserted condition to be true, but it is not")
    return None


def from_json(run: Run, text: str) -> Any:
    """Return the value that a JSON text stands for."""
    run.step(len(text) // 2)
    try:
        return to_feel(json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=_no_constant))
    except FeelLimitError:
        raise
    except (ValueError, ArithmeticError, RecursionError, FeelError):
        return refuse(run, "Expected a JSON text, but it is none")


def _no_constant(name: str) -> None:
    raise ValueError(name)


def to_json_text(run: Run, value: Any) -> str:
    """Return the JSON text of a value."""
    parts: list[str] = []
    size = 0
    for part in _json_parts(to_json(value)):
        parts.append(part)
        size += len(part)
        run.check_string(size)
    return "".join(parts)


def _json_parts(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        yield "["
        for at, item in enumerate(value):
            yield "," if at else ""
            yield from _json_parts(item)
        yield "]"
    elif isinstance(value, dict):
        yield "{"
        for at, (key, item) in enumerate(value.items()):
            yield f"{',' if at else ''}{json.dumps(key, ensure_ascii=False)}:"
            yield from _json_parts(item)
        yield "}"
    else:
        yield str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)


def new_uuid(run: Run) -> str:
    """Return a random (version 4) UUID, drawn from the environment's randomness."""
    return str(uuid.UUID(int=run.env.randomness.getrandbits(128), version=4))


def from_ai(_run: Run, value: Any, *_description: Any) -> Any:
    """Return the value: what an AI would fill in is, for evaluation, the value that was given."""
    return value


_AI_FORMS = ("description: any", "type: any", "schema: any", "options: any")

EXTENSION_FUNCTIONS = (
    built_in(
        "is defined",
        takes(is_defined, "value: missing"),
        gives="boolean",
        en="Whether a variable or entry exists, be it null.",
        zh="变量或条目是否存在（为空也算存在）。",
        example="is defined({a: null}.a) = true",
    ),
    built_in(
        "get or else",
        takes(get_or_else, "value: missing", "default: any"),
        gives="any",
        en="A value, or another one when it is null.",
        zh="取值；为空时取另一值。",
        example="get or else(null, 1) = 1",
    ),
    built_in(
        "assert",
        takes(assert_, "value: missing", "condition: any"),
        takes(assert_, "value: missing", "condition: any", "cause: string"),
        gives="any",
        en="A value when a condition holds; else null, and the cause is reported.",
        zh="条件成立时取该值，否则得空并报告原因。",
        example='assert(5, 5 > 0, "must be positive") = 5',
    ),
    built_in(
        "from json",
        takes(from_json, "value: string"),
        gives="any",
        en="The value of a JSON text.",
        zh="解析 JSON 文本。",
        example='from json("[1, 2]") = [1, 2]',
    ),
    built_in(
        "to json",
        takes(to_json_text, "value: any"),
        gives="string",
        en="The JSON text of a value.",
        zh="把值写成 JSON 文本。",
        example='to json([1, "a"]) = "[1,\\"a\\"]"',
    ),
    built_in(
        "uuid",
        takes(new_uuid),
        gives="string",
        en="A new random identifier.",
        zh="新的随机标识符。",
        example="string length(uuid()) = 36",
        deterministic=False,
    ),
    built_in(
        "fromAi",
        *(takes(from_ai, "value: any", *_AI_FORMS[:count]) for count in range(len(_AI_FORMS) + 1)),
        gives="any",
        en="Marks a value that an AI agent may fill in; evaluates to the value itself.",
        zh="标记可由智能体填写的值；求值即为该值本身。",
        example='fromAi(1, "a number") = 1',
    ),
)
"""In the order of the docs page."""
