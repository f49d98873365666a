"""Do something that creates, once for each idempotency key: the second request gets the first one's answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy.exc import IntegrityError

from app.errors import ConflictError
from app.services.unit_of_work import UnitOfWork
from app.storage import accounts

KEPT = timedelta(days=2)
"""How long an answer is remembered."""

LONGEST_KEY = 255


class Answer(NamedTuple):
    """An HTTP answer as it was given: status and JSON text."""

    status: int
    body: str


def answer_once(
    work: UnitOfWork, actor: str, key: str, request: bytes, create: Callable[[UnitOfWork], Answer]
) -> tuple[Answer, bool]:
    """Return `create`'s answer, or the one given before to the same actor, key and request, and whether it was that.

    `request` is everything that makes a request the same one. The answer is kept in the transaction that creates, so a
    crash leaves both or neither. Raises ConflictError when the key was used for another request, or is being used now.
    """
    asked = hashlib.sha256(request).hexdigest()
    known = accounts.find_answer(work.connection, actor, key)
    if known is not None:
        if known.request_hash != asked:
            raise ConflictError("Expected an idempotency key of this request, but it was used for another one")
        return Answer(known.status, known.body), True
    accounts.delete_answers(work.connection, work.now - KEPT)
    answer = create(work)
    row = {
        "actor": actor,
        "key": key,
        "request_hash": asked,
        "status": answer.status,
        "body": answer.body,
        "created_at": work.now,
    }
    try:
        accounts.add_answer(work.connection, row)
    except IntegrityError as error:
        raise ConflictError(
            "Expected one request with this idempotency key at a time, but another was faster"
        ) from error
    return answer, False
