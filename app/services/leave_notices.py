"""Leaves notices to be sent: decides who is meant, over which channels, in which language, and from when on.

Owns the choice; sending is `deliver_notice`'s. Rows are made in the transaction of what they tell about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Row

from app.domain.notices import Template, after_quiet_hours, find_template
from app.domain.notices.channels import (
    CUSTOMER_CHANNELS,
    CUSTOMER_FIELDS,
    PUSH_IDENTITIES,
    PUSHED,
    ROBOTS,
    Channel,
    RecipientKind,
)
from app.domain.organisation import GROUPS
from app.errors import InvalidInputError
from app.jobs import SEND_NOTICES
from app.services.notice_words import STEP_IN_ENGLISH
from app.services.read_notice_preference import open_addresses
from app.services.unit_of_work import UnitOfWork
from app.storage.accounts import find_account, list_members
from app.storage.complaint_recusals import list_hidden_from
from app.storage.complaints import find_complaint_by_key
from app.storage.customers import find_customer
from app.storage.instances import read_instance
from app.storage.notices import SENT, WAITING, add_notice, find_notice_to, find_preference
from app.storage.types import read_json, write_json

CUSTOMER = "customer"
SYSTEM_TEMPLATE = "webhook"


@dataclass(frozen=True)
class NoticeRequest:
    """What is to be told, and to whom.

    `cause` names the occasion: left twice, it is told once. `recipients`: `customer`, a group's id, `user:<name>`, an
    account's name. `channels` are those wanted; none means each recipient's own. Staff always see it in the product.
    """

    cause: str
    template: str
    recipients: Sequence[str]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    channels: Sequence[str] = ()
    complaint_key: int | None = None
    instance_key: int | None = None


@dataclass(frozen=True)
class _Recipient:
    """One recipient with what is known of it: `preference` row, language, and addresses it has by channel."""

    kind: RecipientKind
    name: str
    language: str
    channels: frozenset[str]
    preference: Row[Any] | None


def leave_notices(work: UnitOfWork, request: NoticeRequest) -> list[int]:
    """Add the notice rows of a request, and return the keys of those that are new.

    Raises TemplateError for an unknown template or one that cannot be filled, MissingPartsError where the law wants
    more in it, InvalidInputError for a recipient or channel that nobody knows.
    """
    template = find_template(request.template)
    template.check(request.parameters)
    unknown = sorted(set(request.channels) - set(Channel))
    if unknown:
        raise InvalidInputError(f"Expected channels among {', '.join(Channel)}, but got {', '.join(unknown)}")
    request = replace(request, parameters=_with_english_step(work, request))
    named = [one for name in dict.fromkeys(request.recipients) for one in _recipients(work, request, name)]
    if request.complaint_key is not None:
        hidden_from = list_hidden_from(work.connection, request.complaint_key)
        named = [one for one in named if one.kind is not RecipientKind.PERSON or one.name not in hidden_from]
    keys = []
    for recipient in {(one.kind, one.name): one for one in named}.values():
        for channel in _channels(request, recipient):
            key = _leave(work, request, template, recipient, channel)
            keys += [key] if key is not None else []
    if keys:
        work.nudge(SEND_NOTICES, *[(key,) for key in keys])
    return keys


def leave_webhook(
    work: UnitOfWork, cause: str, system: str, payload: Mapping[str, Any], *, complaint_key: int | None
) -> int | None:
    """Leave a call of the webhook that another system is configured with; None when the same cause left it already."""
    preference = find_preference(work.connection, f"s:{system}")
    recipient = _Recipient(RecipientKind.SYSTEM, system, "en", frozenset({Channel.WEBHOOK}), preference)
    request = NoticeRequest(cause, SYSTEM_TEMPLATE, (), payload, (), complaint_key)
    key = _leave(work, request, Template(SYSTEM_TEMPLATE, 1, {}, {}), recipient, Channel.WEBHOOK)
    if key is not None:
        work.nudge(SEND_NOTICES, (key,))
    return key


def _with_english_step(work: UnitOfWork, request: NoticeRequest) -> Mapping[str, Any]:
    """The parameters, with what the model of the process calls their step in English, if it does."""
    step = request.parameters.get("step")
    if step is None or request.instance_key is None or STEP_IN_ENGLISH in request.parameters:
        return request.parameters
    instance = read_instance(work.connection, request.instance_key)
    elements = work.runtime.models.process(work.connection, instance.definition_key).definition.elements.values()
    english = next((one.properties.get("name:en") for one in elements if one.name == step), None)
    return {**request.parameters, STEP_IN_ENGLISH: english}


def _recipients(work: UnitOfWork, request: NoticeRequest, name: str) -> list[_Recipient]:
    if name == CUSTOMER:
        return [_customer(work, request)]
    if name.startswith("user:"):
        return [_person(work, name.removeprefix("user:"))]
    members = list_members(work.connection, name)
    preference = find_preference(work.connection, f"g:{name}")
    if not members and preference is None and name not in GROUPS:
        return [_person(work, name)]
    found = [_of_account(work, account) for account in members]
    if preference is not None:
        rooms = _addressed(work, preference) & ROBOTS
        language = preference.language or "zh"
        found.append(_Recipient(RecipientKind.GROUP, name, language, frozenset(rooms), preference))
    return found


def _person(work: UnitOfWork, username: str) -> _Recipient:
    account = find_account(work.connection, username)
    if account is None:
        raise InvalidInputError(f"Expected a group or an account to tell, but nobody is called {username!r}")
    return _of_account(work, account)


def _of_account(work: UnitOfWork, account: Row[Any]) -> _Recipient:
    preference = find_preference(work.connection, f"p:{account.username}")
    channels = {Channel.IN_APP} | ({Channel.EMAIL} if account.email else set())
    language = (preference.language if preference else None) or account.language or "zh"
    if preference is not None:
        channels |= _addressed(work, preference)
    return _Recipient(RecipientKind.PERSON, account.username, language, frozenset(channels), preference)


def _customer(work: UnitOfWork, request: NoticeRequest) -> _Recipient:
    complaint = None if request.complaint_key is None else find_complaint_by_key(work.connection, request.complaint_key)
    if complaint is None:
        raise InvalidInputError("Expected a complaint whose customer is to be told, but there is none")
    known = _sealed_of(work, complaint)
    customer = None if complaint.customer_key is None else find_customer(work.connection, complaint.customer_key)
    wish = complaint.data.get("preferredChannel") or (customer and customer.preferred_channel)
    chosen = CUSTOMER_CHANNELS.get(str(wish or ""))
    channels = [channel for channel, name in CUSTOMER_FIELDS.items() if known.get(name)]
    if chosen in PUSHED and any(known.get(name) for name in PUSH_IDENTITIES) and _is_served(work, str(chosen)):
        channels.append(chosen)
    if not channels:
        raise InvalidInputError(f"Expected complaint {complaint.number} to have a phone or e-mail, but it has neither")
    reached = chosen if chosen in channels else channels[0]
    spoken = complaint.data.get("language") or (customer and customer.language)
    language = "en" if spoken == "en" else "zh"
    return _Recipient(RecipientKind.CUSTOMER, complaint.number, language, frozenset({reached}), None)


def _is_served(work: UnitOfWork, system: str) -> bool:
    preference = find_preference(work.connection, f"s:{system}")
    return preference is not None and Channel.WEBHOOK in _addressed(work, preference)


def _sealed_of(work: UnitOfWork, complaint: Row[Any]) -> dict[str, Any]:
    if complaint.sealed is None:
        return {}
    opened: dict[str, Any] = read_json(work.runtime.sealer.open(complaint.sealed, f"complaint.sealed:{complaint.key}"))
    return opened


def _addressed(work: UnitOfWork, preference: Row[Any]) -> set[Channel]:
    """The channels for which this preference holds an address."""
    return {Channel(name) for name in open_addresses(work, preference)}


def _channels(request: NoticeRequest, recipient: _Recipient) -> list[str]:
    """Of those wanted, the ones that reach this recipient."""
    if recipient.kind is RecipientKind.CUSTOMER:
        return sorted(recipient.channels)
    own = recipient.preference.channels if recipient.preference is not None else ()
    wanted = set(request.channels or own) & recipient.channels
    if recipient.kind is RecipientKind.GROUP:
        return sorted(wanted or recipient.channels)
    return [Channel.IN_APP, *sorted(wanted - {Channel.IN_APP})]


def _leave(
    work: UnitOfWork, request: NoticeRequest, template: Template, recipient: _Recipient, channel: str
) -> int | None:
    if find_notice_to(work.connection, request.cause, recipient.name, channel) is not None:
        return None
    key, at_once = work.next_key(), channel == Channel.IN_APP
    personal = {name: value for name, value in request.parameters.items() if name in template.sealed}
    sealed = work.runtime.sealer.seal(write_json(personal), f"notice.sealed:{key}") if personal else None
    named = {*(template.parameters or request.parameters), STEP_IN_ENGLISH}
    preference = recipient.preference
    quiet = (preference.quiet_from, preference.quiet_to) if preference is not None else (None, None)
    row = {
        "key": key,
        "cause": request.cause,
        "recipient_kind": str(recipient.kind),
        "recipient": recipient.name,
        "channel": str(channel),
        "template": template.id,
        "template_version": template.version,
        "language": recipient.language,
        "parameters": {
            name: value for name, value in request.parameters.items() if name in named and name not in template.sealed
        },
        "sealed": sealed,
        "complaint_key": request.complaint_key,
        "instance_key": request.instance_key,
        "state": SENT if at_once else WAITING,
        "tries": 0,
        "created_at": work.now,
        "next_try_at": None if at_once else after_quiet_hours(work.now, work.runtime.zone, *quiet),
        "token": None,
        "sent_at": work.now if at_once else None,
        "read_at": None,
        "provider_id": None,
        "last_error": None,
    }
    add_notice(work.connection, row)
    return None if at_once else key
