"""The choices of radio buttons, selects, checklists and tag lists: written down, from data, or from an expression.

Owns what counts as a choice (form-js's normalizeOptionsData) and how a choice that is no text is written as one, as a
browser's form sends it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.domain.forms.errors import AnswerProblem, FormRefusedError
from app.domain.forms.formulas import Formula, read_formula
from app.feel import Run, parse_number, to_json

MOST_OPTIONS = 10_000


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: the JSON value stored, and its label in Chinese and English."""

    value: Any
    label_zh: str
    label_en: str

    def label(self, language: str) -> str:
        """Return the label in `language`."""
        return self.label_zh if language == "zh" else self.label_en


@dataclass(frozen=True, slots=True)
class OptionSource:
    """Where choices come from: exactly one of the three is set; a field with none has no choices."""

    fixed: tuple[Option, ...] = ()
    key: tuple[str, ...] = ()
    formula: Formula | None = None

    def options(self, context: Mapping[str, Any], run: Run) -> Sequence[Option]:
        """Return the choices over `context` (FEEL values)."""
        if self.formula is not None:
            return _from_items(to_json(self.formula.value(context, run)))
        if self.key:
            found: Any = context.get(self.key[0])
            for name in self.key[1:]:
                found = found.get(name) if isinstance(found, dict) else None
            return _from_items(to_json(found))
        return self.fixed

    def own_value(self, value: Any, context: Mapping[str, Any], run: Run) -> Any:
        """Return the choice's own value for one that came as text; `value` itself where it stands for no other."""
        if not value or (not self.key and self.formula is None and all(isinstance(o.value, str) for o in self.fixed)):
            return value
        if isinstance(value, list):
            options = self.options(context, run)
            return [_own(one, options) for one in value]
        return _own(value, self.options(context, run)) if isinstance(value, str) else value


def read_options(component: Mapping[str, Any], where: str) -> OptionSource:
    """Read a component's `values`, `valuesKey` or `valuesExpression`; raises FormRefusedError."""
    if component.get("valuesExpression"):
        return OptionSource(formula=read_formula(component["valuesExpression"], f"{where}.valuesExpression"))
    if component.get("valuesKey"):
        return OptionSource(key=tuple(str(component["valuesKey"]).split(".")))
    values = component.get("values") or []
    if not isinstance(values, list) or not all(isinstance(one, dict) and "value" in one for one in values):
        raise FormRefusedError(f"Expected {where}.values to be a list of labels and values, but it is not")
    names = component.get("properties") or {}
    options = []
    for one in values:
        zh = str(one.get("label", one["value"]))
        options.append(Option(one["value"], zh, str(names.get(f"option:en:{one['value']}", zh))))
    return OptionSource(fixed=tuple(options))


def choose(value: Any, options: Sequence[Option]) -> Any:
    """Return the option's own value that `value` means; a problem when it is none of them."""
    for option in options:
        if _same(option.value, value):
            return option.value
    raise AnswerProblem("option")


def option_text(value: Any) -> str:
    """Return a choice's value as a page's form writes it: as JavaScript does, what is no scalar as JSON."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return str(value)


def _own(value: Any, options: Sequence[Option]) -> Any:
    if not isinstance(value, str) or any(one.value == value for one in options):
        return value
    return next((one.value for one in options if _is_written(one.value, value)), value)


def _is_written(value: Any, text: str) -> bool:
    if isinstance(value, bool):
        return text == option_text(value)
    if isinstance(value, int | float | Decimal):
        return parse_number(text.strip()) == value
    try:
        return not isinstance(value, str) and bool(json.loads(text) == value)
    except ValueError:
        return False


def _same(one: Any, other: Any) -> bool:
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _from_items(items: Any) -> list[Option]:
    if not isinstance(items, list):
        return []
    return [option for option in map(_from_item, items[:MOST_OPTIONS]) if option is not None]


def _from_item(item: Any) -> Option | None:
    """Return a choice: a text, number or truth value, or an object with a `value` and perhaps a `label`."""
    value = item.get("value") if isinstance(item, dict) else item
    if value is None or value in ("", {}, []):
        return None
    label = item.get("label") if isinstance(item, dict) else None
    if not (isinstance(label, str) and label):
        if not isinstance(value, str | int | float | Decimal):
            return None
        label = option_text(value)
    return Option(value, label, str(item.get("label:en", label)) if isinstance(item, dict) else label)
