"""External functions that name a pure method of `java.lang` (DMN 1.5, 10.3.2.13.3), done in Python.

Owns a closed table of methods. No class is looked up or loaded anywhere: what is not in the table stays refused.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from app.feel.environment import Run
from app.feel.missing import MISSING
from app.feel.values import kind_of, parse_number, to_text
from app.feel.values.numbers import from_python

Body = Callable[[Run, list[Any]], Any]
Types = tuple[str, ...]

_SIGNATURE = re.compile(r"\s*(\w+)\s*\(([^()]*)\)\s*")
_BITS = {"byte": 7, "short": 15, "int": 31, "long": 63}
_NUMBER_CLASSES = {
    "Byte": "byte",
    "Short": "short",
    "Integer": "int",
    "Long": "long",
    "Float": "float",
    "Double": "double",
}
_OBJECTS = frozenset({"Object[]", "Object...", "[Ljava.lang.Object;"})
_PLAIN = ("acos", "asin", "atan", "cbrt", "cos", "cosh", "exp", "expm1", "log", "log10", "log1p", "sin", "sinh", "sqrt")
_OF_ONE: dict[str, Callable[[float], float]] = {
    **{name: getattr(math, name) for name in (*_PLAIN, "tan", "tanh")},
    "ceil": lambda x: float(math.ceil(x)),
    "floor": lambda x: float(math.floor(x)),
    "rint": lambda x: float(round(x)),
    "signum": lambda x: math.copysign(1.0, x) if x else x,
    "toDegrees": math.degrees,
    "toRadians": math.radians,
}
_OF_TWO: dict[str, Callable[[float, float], float]] = {"atan2": math.atan2, "hypot": math.hypot, "pow": math.pow}
_PLACEHOLDER = re.compile(r"%(?:(\d{1,2})\$)?([-0+, ]*)(\d{1,3})?(?:\.(\d{1,3}))?([a-zA-Z%])")


def find_java(declared: Any) -> Body | None:
    """Return the body of the function that `{java: {class: …, method signature: …}}` declares, or None.

    It takes one FEEL value for each type of the signature; values that do not fit make it null with a warning.
    """
    java = declared.get("java") if isinstance(declared, Mapping) else None
    if not isinstance(java, Mapping):
        return None
    owner, signature = java.get("class"), java.get("method signature")
    found = _SIGNATURE.fullmatch(signature) if isinstance(signature, str) else None
    if not isinstance(owner, str) or found is None:
        return None
    types = tuple(_type_name(text) for text in found[2].split(",") if text.strip())
    method = _find_method(owner.removeprefix("java.lang."), found[1], types)
    return None if method is None else _body(f"{owner}.{found[1]}", types, method)


def _type_name(text: str) -> str:
    name = text.strip().removeprefix("java.lang.")
    return _NUMBER_CLASSES.get(name, name)


def _find_method(owner: str, name: str, types: Types) -> Callable[..., Any] | None:
    if owner == "Math":
        return _find_arithmetic(name, types)
    if owner == "String":
        if name == "format" and len(types) == 2 and types[0] == "String" and types[1] in _OBJECTS:
            return _format
        return _text if name == "valueOf" and len(types) == 1 and types[0] not in _OBJECTS else None
    kind = _NUMBER_CLASSES.get(owner)
    if kind is not None and types == ("String",) and name in ("valueOf", f"parse{kind.title()}"):
        return lambda text: _of_type(parse_number(text.strip()), kind)
    return None


def _find_arithmetic(name: str, types: Types) -> Callable[..., Any] | None:
    if types == ("double",) and name in _OF_ONE:
        return _OF_ONE[name]
    if types == ("double", "double") and name in _OF_TWO:
        return _OF_TWO[name]
    if types in (("double",), ("float",)) and name == "round":
        return lambda x: math.floor(x + 0.5)
    if len(set(types)) == 1 and types[0] in ("int", "long", "float", "double"):
        if len(types) == 1 and name == "abs":
            return abs
        if len(types) == 2 and name in ("max", "min"):
            return max if name == "max" else min
    return None


def _body(called: str, types: Types, method: Callable[..., Any]) -> Body:
    single = "float" in types

    def call(run: Run, arguments: list[Any]) -> Any:
        values = [_of_type(value, kind) for value, kind in zip(arguments, types, strict=False)]
        if len(arguments) != len(types) or MISSING in values:
            kinds = ", ".join(map(kind_of, arguments)) or "nothing"
            run.warn("INVALID_ARGUMENT", f"Expected {called}({', '.join(types)}) to be given those, but it got {kinds}")
            return None
        try:
            result = method(*values)
        except (ArithmeticError, ValueError, TypeError, IndexError):
            result = MISSING
        answer = _to_feel(result, single=single)
        if answer is None:
            run.warn("NO_RESULT", f"Expected {called} to have a result, but for these arguments it has none")
        return answer

    return call


def _of_type(value: Any, kind: str) -> Any:
    """Return a FEEL value as Python's for a Java type; MISSING when it is none of that type."""
    if kind in _OBJECTS:
        return value if isinstance(value, list) else [value]
    if kind == "Object":
        return value
    if kind == "String":
        return value if isinstance(value, str) else MISSING
    if kind == "char":
        return value if isinstance(value, str) and len(value) == 1 else MISSING
    if kind == "boolean":
        return value if isinstance(value, bool) else MISSING
    if not isinstance(value, Decimal):
        return MISSING
    if kind in _BITS:
        fits = value == value.to_integral_value() and value.adjusted() < 20 and abs(int(value)) <= 2 ** _BITS[kind]
        return int(value) if fits else MISSING
    if kind == "double":
        return float(value)
    return _to_single(float(value)) if kind == "float" else MISSING


def _to_single(number: float) -> float:
    return float(struct.unpack("f", struct.pack("f", number))[0])


def _to_feel(result: Any, *, single: bool) -> Any:
    if result is None or isinstance(result, bool | str | Decimal):
        return result
    if isinstance(result, float) and math.isfinite(result):
        if not single:
            return from_python(result)
        texts = (f"{result:.{digits}g}" for digits in range(6, 10))
        return parse_number(next(text for text in texts if _to_single(float(text)) == result))
    return from_python(result) if isinstance(result, int) else None


def _text(value: Any) -> str:
    return repr(value) if isinstance(value, float) else str(value) if type(value) is int else to_text(value)


def _format(mask: str, arguments: list[Any]) -> str:
    """Return `mask` filled in as java.util.Formatter does for %s, %d, %f, %e, %x, %b, %n and %%."""
    waiting = iter(arguments)

    def fill(found: re.Match[str]) -> str:
        position, flags, width, precision, letter = found.groups()
        if letter in "n%":
            return "\n" if letter == "n" else "%"
        value = arguments[int(position) - 1] if position else next(waiting, MISSING)
        if value is MISSING:
            raise ValueError(letter)
        text = _placed(value, letter, flags, precision)
        room = int(width or 0)
        if "-" in flags:
            return text.ljust(room)
        return text.zfill(room) if "0" in flags and letter in "dfx" else text.rjust(room)

    return _PLACEHOLDER.sub(fill, mask)


def _placed(value: Any, letter: str, flags: str, precision: str | None) -> str:
    if letter in "sS":
        text = to_text(value)[: int(precision) if precision else None]
        return text.upper() if letter == "S" else text
    if letter in "bB":
        return "true" if value is True or (value is not None and value is not False) else "false"
    if not isinstance(value, Decimal):
        raise TypeError(letter)
    sign, comma = "+" if "+" in flags else "", "," if "," in flags else ""
    if letter == "d":
        whole = _of_type(value, "long")
        if whole is MISSING:
            raise ValueError(letter)
        return f"{whole:{sign}{comma}d}"
    if letter in "fe":
        return f"{value:{sign}{comma}.{precision or 6}{letter}}"
    raise ValueError(letter)
