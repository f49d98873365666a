"""Files a customer's complaint, with its files, once: however often the same is sent, pressed twice or resent later.

Two things tell that something was sent before: the key of the page or request it was sent with, and what it says.
Owns how long that is remembered. Knows neither forms nor requests.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError

from app.domain.complaint import ENDED
from app.domain.portal import Visitor
from app.errors import ConflictError
from app.services.answer_once import KEPT
from app.services.file_own_complaint import OwnFile, file_own_complaint
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage import accounts
from app.storage.complaints import find_complaint
from app.storage.types import write_json

CREATED = 201


class SentBeforeError(ConflictError):
    """The page was sent before, saying something else; `number` is the complaint that was filed then."""

    def __init__(self, number: str) -> None:
        super().__init__(f"Expected a key that is new, but complaint {number} was filed with it, of other content")
        self.number = number


@dataclass(frozen=True)
class Sending:
    """What was sent: its digest (SHA-256, hex), and the key of the page or request it came with, where it had one."""

    digest: str
    key: str | None = None


def digest_of(answers: Mapping[str, Any], files: Iterable[tuple[str, str]] = ()) -> str:
    """Return the digest of a form's answers and its files, given by name and SHA-256."""
    said = json.dumps([json.loads(write_json(answers)), sorted(files)], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def find_filed(work: UnitOfWork, visitor: Visitor, sending: Sending) -> str | None:
    """Return the number of the complaint that this sending filed already, or None.

    What only says the same as an earlier one counts while that complaint is open: who withdrew it may file it again.
    Raises SentBeforeError.
    """
    by_key, by_content = _names(sending)
    if by_key is not None and (known := _find(work, visitor, by_key)) is not None:
        if known[0] != sending.digest:
            raise SentBeforeError(known[1])
        return known[1]
    known = _find(work, visitor, by_content)
    row = None if known is None else find_complaint(work.connection, known[1])
    return None if row is None or row.status in ENDED else str(row.number)


def file_own_once(
    runtime: Runtime,
    visitor: Visitor,
    sending: Sending,
    answers: Mapping[str, Any],
    language: str,
    files: Sequence[OwnFile] = (),
) -> tuple[str, bool]:
    """File a complaint unless this sending did already; returns its number, and whether it was there before.

    `answers` are checked, `files` received; both are kept in one transaction. Raises SentBeforeError, and what filing
    raises.
    """

    def file(work: UnitOfWork) -> tuple[str, bool]:
        before = find_filed(work, visitor, sending)
        if before is not None:
            return before, True
        filed = file_own_complaint(work, visitor, answers, language, files)
        _remember(work, visitor, sending, filed.number)
        return filed.number, False

    try:
        return runtime.perform(file)
    except SentBeforeError:
        raise
    except ConflictError:  # the same was sent twice at once and the other was faster: now it is there
        return runtime.perform(file)


def _names(sending: Sending) -> tuple[str | None, str]:
    key = None if sending.key is None else f"key:{hashlib.sha256(sending.key.encode()).hexdigest()}"
    return key, f"content:{sending.digest}"


def _find(work: UnitOfWork, visitor: Visitor, name: str) -> tuple[str, str] | None:
    row = accounts.find_answer(work.connection, _sender(visitor), name)
    return None if row is None or row.created_at < work.now - KEPT else (row.request_hash, row.body)


def _remember(work: UnitOfWork, visitor: Visitor, sending: Sending, number: str) -> None:
    by_key, by_content = _names(sending)
    accounts.delete_answers(work.connection, work.now - KEPT)
    accounts.delete_answer(work.connection, _sender(visitor), by_content)  # of a complaint that has ended
    row = {"actor": _sender(visitor), "request_hash": sending.digest, "status": CREATED, "body": number}
    try:
        for name in filter(None, (by_key, by_content)):
            accounts.add_answer(work.connection, {**row, "key": name, "created_at": work.now})
    except IntegrityError as error:
        raise ConflictError("Expected one sending of the same at a time, but another was faster") from error


def _sender(visitor: Visitor) -> str:
    return f"portal:{visitor.index}"
