"""Sets how a person, a group or another system wants to be reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.domain.notices.channels import ROBOTS, Channel
from app.domain.notices.quiet import read_time
from app.errors import InvalidInputError
from app.services.unit_of_work import UnitOfWork
from app.storage.notices import write_preference
from app.storage.types import write_json

WITH_URL = ROBOTS | {Channel.WEBHOOK}


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
    for text in (preference.quiet_from, preference.quiet_to):
        if text is not None:
            read_time(text)
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


def _check_address(channel: str, address: Any) -> None:
    if channel in WITH_URL:
        good = isinstance(address, Mapping) and str(address.get("url", "")).startswith(("http://", "https://"))
        if channel == Channel.WEBHOOK and good and len(str(address.get("secret", ""))) < 16:
            raise InvalidInputError("Expected a webhook's secret of 16 characters or more, but it is shorter")
    else:
        good = isinstance(address, str) and bool(address.strip()) and "\n" not in address
    if not good:
        raise InvalidInputError(f"Expected an address for {channel}, but it is none", {channel: ["No address"]})
