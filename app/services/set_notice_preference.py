"""Sets how a person, a group or another system wants to be reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.domain.languages import LANGUAGES
from app.domain.notices.channels import ROBOTS, Channel
from app.domain.notices.quiet import read_time
from app.domain.portal import EMAIL, PHONE, kind_of_contact
from app.errors import InvalidInputError
from app.services.unit_of_work import UnitOfWork
from app.storage.notices import write_preference
from app.storage.types import write_json

WITH_URL = ROBOTS | {Channel.WEBHOOK}
CONTACTS = {Channel.EMAIL: EMAIL, Channel.SMS: PHONE}
TIME_LENGTH = len("22:30")


@dataclass(frozen=True)
class NoticePreference:
    """Channels in use, language, quiet hours as times of day, and addresses by channel.

    An address is a text; for robots and webhooks `{"url": …, "secret": …}`.
    """

    channels: Sequence[str] = ()
    language: str | None = None
    quiet_from: str | None = None
    quiet_to: str | None = None
    addresses: Mapping[str, Any] = field(default_factory=dict)


def set_notice_preference(work: UnitOfWork, actor: Actor, who: str, preference: NoticePreference) -> None:
    """Store the preference of `who`: `p:<account>`, `g:<group>` or `s:<system>`, instead of what was there.

    A person sets their own; everything else needs the scope `admin`. Raises ForbiddenError, and InvalidInputError
    naming what is wrong.
    """
    if who != f"p:{actor.username}":
        require_scope(actor, "admin")
    if who[:2] not in ("p:", "g:", "s:") or len(who) < 3:
        raise InvalidInputError(f"Expected p:<account>, g:<group> or s:<system>, but got {who!r}")
    unknown = sorted({*preference.channels, *preference.addresses} - set(Channel))
    if unknown:
        raise InvalidInputError(f"Expected channels among {', '.join(Channel)}, but got {', '.join(unknown)}")
    if preference.language not in (None, *LANGUAGES):
        message = f"Expected a language among {', '.join(LANGUAGES)}, but got {preference.language!r}"
        raise InvalidInputError(message, {"language": ["Unknown"]})
    _check_quiet_hours(preference)
    for channel, address in preference.addresses.items():
        _check_address(channel, address)
    sealed = None
    if preference.addresses:
        sealed = work.runtime.sealer.seal(write_json(preference.addresses), f"notice_preference.addresses:{who}")
    values = {
        "channels": list(preference.channels),
        "language": preference.language,
        "quiet_from": preference.quiet_from,
        "quiet_to": preference.quiet_to,
        "addresses": sealed,
    }
    write_preference(work.connection, who, values)


def _check_quiet_hours(preference: NoticePreference) -> None:
    times = {"quietFrom": preference.quiet_from, "quietTo": preference.quiet_to}
    for name, text in times.items():
        if text is None:
            continue
        if len(text) != TIME_LENGTH or read_time(text).tzinfo is not None:
            raise InvalidInputError(
                f"Expected a time of day such as 22:30, but got {text!r}", {name: ["No time of day"]}
            )
    if None in times.values() and any(times.values()):
        missing = next(name for name, text in times.items() if text is None)
        raise InvalidInputError(
            "Expected quiet hours with beginning and end, but one is not there", {missing: ["Missing"]}
        )


def _check_address(channel: str, address: Any) -> None:
    if channel in WITH_URL:
        good = isinstance(address, Mapping) and str(address.get("url", "")).startswith(("http://", "https://"))
        if channel == Channel.WEBHOOK and good and len(str(address.get("secret", ""))) < 16:
            raise InvalidInputError("Expected a webhook's secret of 16 characters or more, but it is shorter")
    else:
        good = isinstance(address, str) and bool(address.strip()) and "\n" not in address
    if good and channel in CONTACTS:
        good = _is_contact(CONTACTS[Channel(channel)], address)
    if not good:
        raise InvalidInputError(f"Expected an address for {channel}, but it is none", {channel: ["No address"]})


def _is_contact(kind: str, address: str) -> bool:
    try:
        return kind_of_contact(address) == kind
    except InvalidInputError:
        return False
