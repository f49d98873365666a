"""Whether one present value is acceptable for its kind of component, and how it is stored.

Owns the value rules of form-js 1.x (its Validator). Knows nothing of conditions, scopes and required fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import regex

from app.domain.forms.errors import AnswerProblem, FormRefusedError
from app.domain.forms.formulas import Formula, read_formula, read_pattern, search
from app.domain.forms.nodes import Check, Surroundings
from app.domain.forms.options import OptionSource, choose
from app.feel import parse_number

LONGEST_TEXT = 100_000
MOST_DIGITS = 34
MOST_CHOICES = 1_000
EMAIL = regex.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,63}")
PHONE = regex.compile(r"(?:\+|00)[1-9](?:[ -]?[0-9]){6,14}")
KNOWN_TYPES: Mapping[str, tuple[regex.Pattern[str], str]] = {"email": (EMAIL, "email"), "phone": (PHONE, "phone")}


def check_text(component: Mapping[str, Any], where: str) -> Check:
    """Return the check of a textfield or textarea."""
    rules = component.get("validate") or {}
    shortest = read_formula(rules.get("minLength"), f"{where}.validate.minLength")
    longest = read_formula(rules.get("maxLength"), f"{where}.validate.maxLength")
    pattern = read_pattern(rules.get("pattern"), f"{where}.validate.pattern")
    known = KNOWN_TYPES.get(str(rules.get("validationType")))

    def check(value: Any, around: Surroundings) -> str:
        if not isinstance(value, str):
            raise AnswerProblem("text")
        if len(value) > LONGEST_TEXT:
            raise AnswerProblem("too_long", limit=LONGEST_TEXT)
        if "\x00" in value:
            raise AnswerProblem("control")
        length = len(value.strip())
        least, most = _limit(shortest, around), _limit(longest, around)
        if least is not None and length < least:
            raise AnswerProblem("too_short", limit=least)
        if most is not None and length > most:
            raise AnswerProblem("too_long", limit=most)
        if pattern is not None and not search(pattern, value):
            raise AnswerProblem("pattern")
        if known is not None and not known[0].fullmatch(value.strip(), timeout=1):
            raise AnswerProblem(known[1])
        return value

    return check


def check_number(component: Mapping[str, Any], where: str) -> Check:
    """Return the check of a number; it is stored as Decimal or int, as text with `serializeToString`."""
    rules = component.get("validate") or {}
    minimum = read_formula(rules.get("min"), f"{where}.validate.min")
    maximum = read_formula(rules.get("max"), f"{where}.validate.max")
    digits = component.get("decimalDigits")
    increment = _plain_number(component.get("increment"), f"{where}.increment")
    as_text = component.get("serializeToString") is True

    def check(value: Any, around: Surroundings) -> Any:
        number = _number(value)
        least, most = _limit(minimum, around), _limit(maximum, around)
        if least is not None and number < least:
            raise AnswerProblem("minimum", limit=least)
        if most is not None and number > most:
            raise AnswerProblem("maximum", limit=most)
        exponent = number.normalize().as_tuple().exponent
        if isinstance(digits, int) and isinstance(exponent, int) and -exponent > digits:
            raise AnswerProblem("decimals", limit=digits) if digits else AnswerProblem("whole")
        if increment is not None and number % increment:
            raise AnswerProblem("increment", limit=increment)
        if as_text:
            return value if isinstance(value, str) else f"{number:f}"
        return int(number) if number == number.to_integral_value() else number

    return check


def check_yes_no(value: Any, around: Surroundings) -> bool:  # noqa: ARG001 - every check is called alike
    """Check a checkbox."""
    if not isinstance(value, bool):
        raise AnswerProblem("yes_no")
    return value


def check_choice(source: OptionSource) -> Check:
    """Return the check of a radio or select."""

    def check(value: Any, around: Surroundings) -> Any:
        return choose(value, source.options(around.context, around.run))

    return check


def check_choices(source: OptionSource) -> Check:
    """Return the check of a checklist or taglist."""

    def check(value: Any, around: Surroundings) -> list[Any]:
        if not isinstance(value, list) or len(value) > MOST_CHOICES:
            raise AnswerProblem("list")
        options = source.options(around.context, around.run)
        chosen: list[Any] = []
        for one in value:
            found = choose(one, options)
            if found in chosen:
                raise AnswerProblem("twice")
            chosen.append(found)
        return chosen

    return check


def check_files(component: Mapping[str, Any]) -> Check:
    """Return the check of a filepicker: references to stored documents, or the id form-js gives while uploading."""
    single = component.get("multiple") in (None, False)

    def check(value: Any, around: Surroundings) -> Any:  # noqa: ARG001 - every check is called alike
        if isinstance(value, str):
            return value
        known = isinstance(value, list) and all(
            isinstance(one, dict) and isinstance(one.get("documentId"), str) for one in value
        )
        if not known or len(value) > MOST_CHOICES:
            raise AnswerProblem("files")
        if single and len(value) > 1:
            raise AnswerProblem("one_file")
        return value

    return check


def _limit(formula: Formula | None, around: Surroundings) -> Decimal | int | None:
    if formula is None:
        return None
    value = formula.value(around.context, around.run)
    if isinstance(value, str):
        value = parse_number(value)
    if isinstance(value, float):
        return Decimal(str(value))
    return value if isinstance(value, Decimal | int) and not isinstance(value, bool) else None


def _number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise AnswerProblem("number")
    text = str(value).strip()
    try:
        number = Decimal(text) if text.isascii() and "_" not in text else Decimal("NaN")
    except InvalidOperation:
        raise AnswerProblem("number") from None
    if not number.is_finite() or len(number.as_tuple().digits) > MOST_DIGITS or abs(number.adjusted()) > MOST_DIGITS:
        raise AnswerProblem("number")
    return number


def _plain_number(raw: Any, where: str) -> Decimal | None:
    if raw in (None, ""):
        return None
    try:
        number = Decimal(str(raw))
    except InvalidOperation:
        number = Decimal(0)
    if not number.is_finite() or number <= 0:
        raise FormRefusedError(f"Expected {where} to be a number above 0, but got {raw!r}")
    return number
