"""What an adapter is given, what it gives back, and how it fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.errors import RedressError


class DeliveryError(RedressError):
    """A message was not accepted; `may_pass` tells whether trying again may help. Its text holds no address."""

    def __init__(self, message: str, *, may_pass: bool = True) -> None:
        super().__init__(message)
        self.may_pass = may_pass


@dataclass(frozen=True)
class Message:
    """One message to one address, already in the reader's language.

    `address` is an e-mail address, a phone number or a robot's or webhook's URL; `secret` signs for the latter two.
    `key` is the same each time this message is tried. `template` and `parameters` are for providers that keep the text.
    """

    key: str
    address: str
    subject: str
    text: str
    secret: str = ""
    template: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Receipt:
    """The provider accepted a message, and calls it so, if it says."""

    provider_id: str = ""
