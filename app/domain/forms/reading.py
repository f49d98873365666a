"""Reads a form-js schema (schemaVersion 1 to 19 and later ones of its kind) into nodes, refusing what it cannot keep.

Owns which component types there are. A component of an unknown type is refused: an answer nobody checks is worse.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from app.domain.forms import checks
from app.domain.forms.dates import check_date
from app.domain.forms.errors import FormRefusedError
from app.domain.forms.formulas import read_formula
from app.domain.forms.nodes import Check, Display, Field, Group, Node, Path, Repeat, Shape
from app.domain.forms.options import OptionSource, read_options

LARGEST_SCHEMA = 2_000_000
MOST_COMPONENTS = 2_000
DEEPEST = 20
DISPLAYED = frozenset({"text", "html", "image", "iframe", "documentPreview", "spacer", "separator", "button", "table"})
EMPTY: Mapping[str, Any] = {"textfield": "", "textarea": "", "checkbox": False}
LISTS = frozenset({"checklist", "taglist"})
TEXTS = ("label", "description", "text")


def parse_schema(schema: Mapping[str, Any] | str | bytes) -> Mapping[str, Any]:
    """Return the schema as an object; raises FormRefusedError."""
    if isinstance(schema, str | bytes):
        if len(schema) > LARGEST_SCHEMA:
            raise FormRefusedError(f"Expected a form of at most {LARGEST_SCHEMA} bytes, but it has {len(schema)}")
        try:
            schema = json.loads(schema)
        except (ValueError, RecursionError) as error:
            raise FormRefusedError(f"Expected a form in JSON, but it is not: {error}") from error
    if not isinstance(schema, Mapping) or not isinstance(schema.get("components"), list):
        raise FormRefusedError("Expected a form-js schema with a list 'components', but there is none")
    return schema


class Reader:
    """Reads one schema and counts its components."""

    def __init__(self, form_id: str) -> None:
        self.form_id = form_id
        self.count = 0

    def nodes(self, components: Any, base: Path, shape: Shape, depth: int = 0) -> tuple[Node, ...]:
        """Read components whose answers lie under `base` in the scope of `shape`."""
        if not isinstance(components, list) or depth > DEEPEST:
            raise FormRefusedError(
                f"Expected form {self.form_id!r} to nest lists at most {DEEPEST} deep, but it does not"
            )
        return tuple(self._node(one, base, shape, depth) for one in components)

    def _node(self, raw: Any, base: Path, shape: Shape, depth: int) -> Node:
        self.count += 1
        if not isinstance(raw, Mapping) or self.count > MOST_COMPONENTS:
            raise FormRefusedError(
                f"Expected form {self.form_id!r} to have at most {MOST_COMPONENTS} components, each an object"
            )
        kind = raw.get("type")
        where = f"form {self.form_id!r}, component {raw.get('id') or raw.get('key')!r}"
        for name in ("validate", "conditional", "properties"):
            if not isinstance(raw.get(name) or {}, Mapping):
                raise FormRefusedError(f"Expected {name} of {where} to be an object, but it is not")
        hide = read_formula((raw.get("conditional") or {}).get("hide"), f"{where}, conditional.hide")
        if kind in DISPLAYED:
            return Display(self.count, str(kind), raw, _texts(raw), hide)
        if kind == "group":
            path = base + _path(raw.get("path"), where, needed=False)
            inner = _nested(shape, path[len(base) :], where) if path != base else shape
            number = self.count
            nodes = self.nodes(raw.get("components"), path, inner, depth + 1)
            return Group(number, "group", raw, _texts(raw), hide, path, nodes)
        if kind == "dynamiclist":
            path = _path(raw.get("path"), where)
            row, number = Shape(rows=True), self.count
            _know(shape, path, row, where)
            rows = self.nodes(raw.get("components"), (), row, depth + 1)
            count = raw.get("defaultRepetitions", 1)
            may_add = raw.get("allowAddRemove") is not False
            return Repeat(number, "dynamiclist", raw, _texts(raw), hide, base + path, rows, may_add, int(count))
        if kind in KINDS or kind == "expression":
            return self._field(str(kind), raw, base, shape, where)
        raise FormRefusedError(f"Expected {where} to be of a type form-js 1.x has, but it is {kind!r}")

    def _field(self, kind: str, raw: Mapping[str, Any], base: Path, shape: Shape, where: str) -> Field:
        path = _path(raw.get("key"), where)
        _know(shape, path, None, where)
        options = read_options(raw, where) if kind in CHOOSING else None
        formula = read_formula(raw.get("expression"), f"{where}, expression") if kind == "expression" else None
        if kind == "datetime" and raw.get("subtype", "date") not in {"date", "time", "datetime"}:
            raise FormRefusedError(f"Expected {where} to have a subtype date, time or datetime, but not so")
        check = None if kind == "expression" else KINDS[kind](raw, where, options or OptionSource())
        rules = raw.get("validate") or {}
        return Field(
            number=self.count,
            kind=kind,
            raw=raw,
            texts=_texts(raw),
            hide=read_formula((raw.get("conditional") or {}).get("hide"), where),
            path=base + path,
            empty=[] if kind in LISTS else EMPTY.get(kind),
            required=read_formula(rules.get("required"), f"{where}, validate.required"),
            check=check,
            disabled=raw.get("disabled") is True,
            readonly=read_formula(raw.get("readonly"), f"{where}, readonly"),
            default=raw.get("defaultValue"),
            options=options,
            formula=formula,
        )


KINDS: Mapping[str, Callable[[Mapping[str, Any], str, OptionSource], Check]] = {
    "textfield": lambda raw, where, _: checks.check_text(raw, where),
    "textarea": lambda raw, where, _: checks.check_text(raw, where),
    "number": lambda raw, where, _: checks.check_number(raw, where),
    "checkbox": lambda _raw, _where, _: checks.check_yes_no,
    "radio": lambda _raw, _where, options: checks.check_choice(options),
    "select": lambda _raw, _where, options: checks.check_choice(options),
    "checklist": lambda _raw, _where, options: checks.check_choices(options),
    "taglist": lambda _raw, _where, options: checks.check_choices(options),
    "datetime": lambda raw, _where, _: check_date(raw),
    "filepicker": lambda raw, _where, _: checks.check_files(raw),
}
CHOOSING = frozenset({"radio", "select", "checklist", "taglist"})


def _texts(raw: Mapping[str, Any]) -> dict[str, str]:
    """Gather texts: the component's own are Chinese, those in `properties` (`label:en`) English."""
    found = {name: str(raw[name]) for name in TEXTS if raw.get(name)}
    if raw.get("dateLabel") and "label" not in found:
        found["label"] = str(raw["dateLabel"])
    extra = raw.get("properties") or {}
    found |= {name: str(extra[name]) for name in (f"{text}:en" for text in TEXTS) if extra.get(name)}
    rules = raw.get("validate") or {}
    if rules.get("patternErrorMessage"):
        found["pattern"] = str(rules["patternErrorMessage"])
    return found


def _path(raw: Any, where: str, *, needed: bool = True) -> Path:
    if raw in (None, "") and not needed:
        return ()
    parts = tuple(raw.split(".")) if isinstance(raw, str) else ()
    if not parts or not all(parts):
        raise FormRefusedError(f"Expected {where} to have a key, its parts joined by dots, but it has {raw!r}")
    return parts


def _nested(shape: Shape, path: Path, where: str) -> Shape:
    for name in path:
        inner = shape.keys.setdefault(name, Shape())
        if inner is None or inner.rows:
            raise FormRefusedError(f"Expected {where} to have a path of its own, but {name!r} is a field already")
        shape = inner
    return shape


def _know(shape: Shape, path: Path, inner: Shape | None, where: str) -> None:
    scope = _nested(shape, path[:-1], where)
    if isinstance(scope.keys.get(path[-1], None), Shape):
        raise FormRefusedError(f"Expected {where} to have a key of its own, but {path[-1]!r} is a group already")
    scope.keys[path[-1]] = inner
