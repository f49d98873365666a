"""The choices of radio buttons, selects, checklists and tag lists: written down, from data, or from an expression."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.forms.errors import AnswerProblem, FormRefusedError
from app.domain.forms.formulas import Formula, read_formula
from app.feel import Run, to_json

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


def _same(one: Any, other: Any) -> bool:
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _from_items(items: Any) -> list[Option]:
    if not isinstance(items, list):
        return []
    options = []
    for item in items[:MOST_OPTIONS]:
        if isinstance(item, dict) and "value" in item:
            label = str(item.get("label", item["value"]))
            options.append(Option(item["value"], label, str(item.get("label:en", label))))
        elif isinstance(item, str | int):
            options.append(Option(item, str(item), str(item)))
    return options
