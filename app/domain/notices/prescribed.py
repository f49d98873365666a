"""What the law wants in a notice, checked before it is sent: what is missing is named, with the article."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.errors import InvalidInputError


@dataclass(frozen=True)
class Requirement:
    """One thing a notice must contain: its parameter, its names, and for a list the members it must have."""

    parameter: str
    zh: str
    en: str
    article: str
    members: tuple[str, ...] = ()


class MissingPartsError(InvalidInputError):
    """A prescribed notice lacks what the law wants in it; `missing` are the requirements not met."""

    def __init__(self, template: str, missing: Sequence[Requirement]) -> None:
        self.missing = tuple(missing)
        named = "; ".join(f"{one.zh} / {one.en} ({one.article})" for one in missing)
        fields = {one.parameter: [f"{one.zh} / {one.en}: {one.article}"] for one in missing}
        super().__init__(f"Expected the notice {template!r} to contain {named}, but it does not", fields)


def require_parts(template: str, requirements: Sequence[Requirement], parameters: Mapping[str, Any]) -> None:
    """Raise MissingPartsError where `parameters` leave a requirement empty or a list short of a member."""
    missing = [one for one in requirements if not _is_met(one, parameters.get(one.parameter))]
    if missing:
        raise MissingPartsError(template, missing)


def _is_met(requirement: Requirement, value: Any) -> bool:
    if requirement.members:
        return isinstance(value, list) and set(requirement.members) <= {str(one) for one in value}
    return bool(str(value).strip()) if value is not None else False
