"""Sends one notice: leases it, looks up the address, sends it outside any transaction, writes how it went.

A node that dies between sending and writing sends it again, under the same key; nothing is sent twice otherwise.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from app.config import Settings
from app.domain.notices import find_template
from app.domain.notices.channels import CUSTOMER_FIELDS, PUSH_IDENTITIES, PUSHED, Channel, RecipientKind
from app.errors import InvalidInputError, RedressError
from app.notify import DeliveryError, Message, Receipt
from app.notify.mail import send_mail
from app.notify.robots import send_dingtalk, send_feishu, send_wecom
from app.notify.sms import send_sms
from app.notify.webhook import send_webhook
from app.services.notice_words import in_words
from app.services.open_sealed import open_sealed
from app.services.raise_incident import raise_notice_incident
from app.services.read_notice_preference import open_addresses
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage.accounts import find_account
from app.storage.complaints import add_event, find_complaint_by_key
from app.storage.notices import DEAD, SENT, find_preference, finish_notice, lease_notice
from app.storage.types import read_json, write_json

MOST_TRIES = 6
FIRST_BACK_OFF_SECONDS = 30.0
log = logging.getLogger(__name__)
Send = Callable[[Settings, Message, datetime], Receipt]
SENDERS: Mapping[str, Send] = {
    Channel.EMAIL: send_mail,
    Channel.SMS: send_sms,
    Channel.DINGTALK: send_dingtalk,
    Channel.WECOM: send_wecom,
    Channel.FEISHU: send_feishu,
    Channel.WEBHOOK: send_webhook,
    Channel.APP: send_webhook,
    Channel.WECHAT: send_webhook,
}


@dataclass(frozen=True)
class _Leased:
    row: Row[Any]
    message: Message
    token: int
    now: datetime


def deliver_notice(runtime: Runtime, key: int) -> bool:
    """Send a notice that is due; whether it was sent. Refusals wait for a later try, the last for a person."""
    leased = runtime.perform(_lease, key)
    if leased is None:
        return False
    try:
        receipt = SENDERS[leased.row.channel](runtime.settings, leased.message, leased.now)
    except DeliveryError as error:
        runtime.perform(_write_failure, leased.row, leased.token, str(error), may_pass=error.may_pass)
        return False
    runtime.perform(_write_success, leased, receipt)
    return True


def _lease(work: UnitOfWork, key: int) -> _Leased | None:
    settings = work.runtime.settings
    token = work.next_key()
    until = work.now + timedelta(seconds=settings.lease_seconds + settings.http_job_timeout_seconds)
    row = lease_notice(work.connection, key, work.now, until, token)
    if row is None:
        return None
    try:
        return _Leased(row, _message(work, row), token, work.now)
    except RedressError as error:  # nothing to send, or nowhere: trying again does not help
        _write_failure(work, row, token, str(error), may_pass=False)
        return None


def _message(work: UnitOfWork, row: Row[Any]) -> Message:
    address, secret = _address(work, row)
    parameters = dict(row.parameters)
    if row.sealed is not None:
        parameters |= read_json(work.runtime.sealer.open(row.sealed, f"notice.sealed:{row.key}"))
    if row.channel == Channel.WEBHOOK:
        body = {"id": str(row.key), "cause": row.cause, "at": row.created_at.isoformat(), **parameters}
        return Message(str(row.key), address, "", write_json(body), secret)
    template = find_template(row.template, row.template_version)
    template.check(parameters)
    parameters = in_words(work, parameters, row.language)
    part = template.fill(row.language, parameters)
    if row.channel in PUSHED:
        body = {
            "id": str(row.key),
            "at": row.created_at.isoformat(),
            "complaint": row.recipient,
            "template": row.template,
        }
        said = {"customer": _known_as(work, row), "language": row.language, "subject": part.subject, "text": part.text}
        return Message(str(row.key), address, "", write_json(body | said), secret)
    texts = {name: str(parameters[name]) for name in template.parameters if parameters.get(name) is not None}
    return Message(str(row.key), address, part.subject, part.text, secret, row.template, texts)


def _address(work: UnitOfWork, row: Row[Any]) -> tuple[str, str]:
    """Where this notice goes now, and the secret that signs it."""
    if row.recipient_kind == RecipientKind.CUSTOMER and row.channel not in PUSHED:
        return _customer_address(work, row), ""
    if row.recipient_kind == RecipientKind.CONTACT:  # a stranger's: kept nowhere but in the sealed notice
        return str(read_json(work.runtime.sealer.open(row.sealed, f"notice.sealed:{row.key}"))["address"]), ""
    who, channel = f"s:{row.channel}", str(Channel.WEBHOOK)
    if row.channel not in PUSHED:
        prefix = {RecipientKind.PERSON: "p", RecipientKind.GROUP: "g", RecipientKind.SYSTEM: "s"}[row.recipient_kind]
        who, channel = f"{prefix}:{row.recipient}", row.channel
    found = open_addresses(work, find_preference(work.connection, who)).get(channel)
    if found is None and row.channel == Channel.EMAIL:
        account = find_account(work.connection, row.recipient)
        found = account.email if account is not None else None
    if isinstance(found, dict):
        return str(found["url"]), str(found.get("secret", ""))
    if not found:
        raise InvalidInputError(f"Expected {row.recipient!r} to have an address for {row.channel}, but there is none")
    return str(found), ""


def _customer_address(work: UnitOfWork, row: Row[Any]) -> str:
    address = _customer_fields(work, row).get(CUSTOMER_FIELDS[Channel(row.channel)])
    if not address:
        raise InvalidInputError(f"Expected the customer of {row.recipient} to have an address, but there is none")
    return str(address)


def _known_as(work: UnitOfWork, row: Row[Any]) -> dict[str, str]:
    """By what the system that reaches the customer knows them."""
    fields = _customer_fields(work, row)
    return {name: str(fields[name]) for name in PUSH_IDENTITIES if fields.get(name)}


def _customer_fields(work: UnitOfWork, row: Row[Any]) -> dict[str, Any]:
    complaint = find_complaint_by_key(work.connection, row.complaint_key)
    return {} if complaint is None else open_sealed(work, complaint)


def _write_success(work: UnitOfWork, leased: _Leased, receipt: Receipt) -> None:
    row = leased.row
    values = {"state": SENT, "sent_at": work.now, "next_try_at": None, "last_error": None, "tries": row.tries + 1}
    done = finish_notice(work.connection, row.key, leased.token, {**values, "provider_id": receipt.provider_id or None})
    if done and row.recipient_kind == RecipientKind.CUSTOMER:
        event = {"key": work.next_key(), "complaint_key": row.complaint_key, "at": work.now, "actor": "redress"}
        details = {"template": row.template, "version": row.template_version, "channel": row.channel}
        add_event(work.connection, {**event, "kind": "notice", "details": details})


def _write_failure(work: UnitOfWork, row: Row[Any], token: int, error: str, *, may_pass: bool) -> None:
    tries = row.tries + 1
    is_last = not may_pass or tries >= MOST_TRIES
    next_try_at = None if is_last else work.now + timedelta(seconds=FIRST_BACK_OFF_SECONDS * 4 ** (tries - 1))
    values: dict[str, Any] = {"tries": tries, "next_try_at": next_try_at, "last_error": error}
    if is_last:
        values["state"] = DEAD
    if finish_notice(work.connection, row.key, token, values) and is_last:
        log.warning("notice.dead", extra={"notice": row.key, "channel": row.channel, "error": error})
        raise_notice_incident(work, row, error)
