"""What can be wrong with a form, and with the answers to one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.errors import InvalidInputError


class FormError(InvalidInputError):
    """The answers do not fit the form; `fields` maps each field's path (`items[0].price`) to its messages."""

    def __init__(self, form_id: str, fields: dict[str, list[str]]) -> None:
        wrong = "; ".join(f"{path}: {messages[0]}" for path, messages in fields.items())
        super().__init__(f"Expected answers that fit form {form_id!r}, but {wrong}", fields)


class FormRefusedError(InvalidInputError):
    """A schema that cannot be used; the message names the form, the component and what was expected of it."""


class AnswerProblem(Exception):  # noqa: N818 - caught within this package, never raised to anybody
    """One value is not acceptable: `code` is a message's name, `values` what its text mentions."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values: Mapping[str, Any] = values
