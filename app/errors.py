"""The failures the product raises on purpose.

Owns the families that `app/web/errors.py` maps to HTTP; each package derives its own errors from one of them.
A message reads "Expected X, but Y" and says where: file, element, table, row, column or field.
"""

from __future__ import annotations


class RedressError(Exception):
    """The root of everything raised on purpose; never raised itself."""


class InvalidInputError(RedressError):
    """What came cannot be accepted as it is; nothing was changed. `fields` maps a field's path to its messages."""

    def __init__(self, message: str, fields: dict[str, list[str]] | None = None) -> None:
        super().__init__(message)
        self.fields = fields or {}


class TooLargeError(RedressError):
    """What came is greater than this installation takes; the message says how much that is."""


class NotFoundError(RedressError):
    """No such thing, or none that this person may know of."""


class ForbiddenError(RedressError):
    """This person may not do this."""


class ConflictError(RedressError):
    """The thing has moved on since it was looked at: a lost race, a closed task, a stale version."""


class TooLateError(RedressError):
    """What was waited for did not come in time; it may come yet."""


class UnavailableError(RedressError):
    """A part the product needs (database, queue, outside system) does not answer; trying again may help."""
