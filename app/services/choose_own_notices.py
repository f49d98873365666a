"""Keeps how a person wants to be reached, as they say it on their own page: what they leave alone stays."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.domain.actor import Actor
from app.domain.notices.channels import Channel
from app.errors import InvalidInputError
from app.services.read_notice_preference import open_addresses
from app.services.set_notice_preference import NoticePreference, set_notice_preference
from app.services.unit_of_work import UnitOfWork
from app.storage.accounts import find_account
from app.storage.notices import find_preference


@dataclass(frozen=True)
class NoticeChoice:
    """What a person chose; `addresses` are the new ones by channel, `forgotten` the channels whose address goes."""

    channels: Collection[str]
    language: str | None
    quiet_from: str | None
    quiet_to: str | None
    addresses: Mapping[str, str]
    forgotten: Collection[str]


def choose_own_notices(work: UnitOfWork, actor: Actor, choice: NoticeChoice) -> None:
    """Store the actor's choice; raises InvalidInputError with the fields that are wrong: a channel, `quietTo` …"""
    who = f"p:{actor.username}"
    kept = open_addresses(work, find_preference(work.connection, who))
    addresses = {name: one for name, one in kept.items() if name not in choice.forgotten} | dict(choice.addresses)
    account = find_account(work.connection, actor.username)
    reached = {*addresses, Channel.IN_APP} | ({Channel.EMAIL} if account is not None and account.email else set())
    for channel in choice.channels:
        if channel in set(Channel) - reached:
            raise InvalidInputError(f"Expected an address for {channel}, but there is none", {channel: ["No address"]})
    preference = NoticePreference(
        tuple(dict.fromkeys(choice.channels)), choice.language, choice.quiet_from, choice.quiet_to, addresses
    )
    set_notice_preference(work, actor, who, preference)
