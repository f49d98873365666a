"""Sends a code to a phone or e-mail address, so that whoever asks can prove to hold it."""

from __future__ import annotations

import secrets
from datetime import timedelta

from app.domain.notices import find_template
from app.domain.notices.channels import Channel, RecipientKind
from app.domain.portal import EMAIL, clean, kind_of_contact
from app.jobs import SEND_NOTICES
from app.services.unit_of_work import UnitOfWork
from app.storage.notices import WAITING, add_notice
from app.storage.portal_codes import add_code, count_codes
from app.storage.types import write_json

CODE_MINUTES = 10
PER_CONTACT = 5
PER_INSTALLATION = 3000
WINDOW = timedelta(hours=1)
TEMPLATE = "portal_code"


def send_portal_code(work: UnitOfWork, contact: str, language: str) -> str | None:
    """Leave a code to be sent to `contact`, and return it, for the demo's page only; None when none is sent.

    None is sent to a contact that was sent five within the hour, nor once the whole installation sent 3,000 in it:
    whoever runs up a bill with strangers' numbers gets no further. Nothing here tells whether a contact is known.
    Raises InvalidInputError for what is neither a phone number nor an e-mail address.
    """
    contact = clean(contact)
    kind = kind_of_contact(contact)
    index = work.runtime.sealer.blind_index(kind, contact)
    since = work.now - WINDOW
    if count_codes(work.connection, since, index) >= PER_CONTACT:
        return None
    if count_codes(work.connection, since) >= PER_INSTALLATION:
        return None
    key, code = work.next_key(), f"{secrets.randbelow(10**6):06d}"
    row = {"key": key, "contact_index": index, "code_hash": hash_code(work, key, code), "tries": 0}
    add_code(work.connection, {**row, "created_at": work.now, "expires_at": work.now + timedelta(minutes=CODE_MINUTES)})
    _leave_notice(work, key, kind, index, language, {"code": code, "address": contact})
    return code


def hash_code(work: UnitOfWork, key: int, code: str) -> str:
    """Return a code's keyed hash: six digits without a key would be guessed from the database at once."""
    return work.runtime.sealer.keyed_digest(f"portal_code:{key}:{code}", 32).hex()


def _leave_notice(
    work: UnitOfWork, code_key: int, kind: str, index: str, language: str, personal: dict[str, str]
) -> None:
    key, template = work.next_key(), find_template(TEMPLATE)
    row = {
        "key": key,
        "cause": f"portal_code:{code_key}",
        "recipient_kind": str(RecipientKind.CONTACT),
        "recipient": index,
        "channel": str(Channel.EMAIL if kind == EMAIL else Channel.SMS),
        "template": template.id,
        "template_version": template.version,
        "language": language,
        "parameters": {"minutes": CODE_MINUTES},
        "sealed": work.runtime.sealer.seal(write_json(personal), f"notice.sealed:{key}"),
        "state": WAITING,
        "tries": 0,
        "created_at": work.now,
        "next_try_at": work.now,
    }
    add_notice(work.connection, row)
    work.nudge(SEND_NOTICES, (key,))
