"""Reads how a person wants to be reached; of their addresses only so much that they know them again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Row

from app.domain.actor import Actor
from app.domain.notices.channels import Channel
from app.domain.redaction import MASKS
from app.services.unit_of_work import UnitOfWork
from app.storage.accounts import find_account
from app.storage.notices import find_preference
from app.storage.types import read_json


@dataclass(frozen=True)
class OwnPreference:
    """How one person is reached beside the product itself, which always shows their notices.

    `offered`: channels of this installation, and those the person was set up with. `language`: None for the account's.
    `quiet_from`, `quiet_to`: times of day such as 22:30. `addresses`: by channel, masked. `account_mail`: the account's
    own, masked; None without one.
    """

    offered: tuple[str, ...]
    channels: tuple[str, ...]
    language: str | None
    quiet_from: str | None
    quiet_to: str | None
    addresses: Mapping[str, str]
    account_mail: str | None


def read_notice_preference(work: UnitOfWork, actor: Actor) -> OwnPreference:
    """Return how the actor wants to be reached."""
    row = find_preference(work.connection, f"p:{actor.username}")
    account = find_account(work.connection, actor.username)
    mail = None if account is None else account.email
    addresses = open_addresses(work, row)
    chosen = () if row is None else tuple(row.channels)
    settings = work.runtime.settings
    served = {Channel.EMAIL: settings.smtp_url, Channel.SMS: settings.sms_url}
    offered = {channel for channel, sender in served.items() if sender} | {*chosen, *addresses} - {Channel.IN_APP}
    return OwnPreference(
        offered=tuple(str(channel) for channel in Channel if channel in offered),
        channels=chosen,
        language=None if row is None else row.language,
        quiet_from=None if row is None else row.quiet_from,
        quiet_to=None if row is None else row.quiet_to,
        addresses={channel: _masked(channel, address) for channel, address in addresses.items()},
        account_mail=_masked(Channel.EMAIL, mail) if mail else None,
    )


def open_addresses(work: UnitOfWork, row: Row[Any] | None) -> dict[str, Any]:
    """Return the addresses of a preference by channel, opened."""
    if row is None or row.addresses is None:
        return {}
    place = f"notice_preference.addresses:{row.who}"
    opened: dict[str, Any] = read_json(work.runtime.sealer.open(row.addresses, place))
    return opened


def _masked(channel: str, address: Any) -> str:
    if isinstance(address, Mapping):
        return f"{urlsplit(str(address['url'])).hostname}/…"
    return MASKS["customerEmail" if channel == Channel.EMAIL else "customerPhone"](str(address))
