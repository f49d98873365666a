"""Registers a complaint at the counter once for each page of the form: pressed twice or sent again, it is the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.actor import Actor
from app.errors import ConflictError
from app.services.answer_once import Answer, answer_once
from app.services.file_complaint import file_complaint
from app.services.keep_form_files import FormFile
from app.services.unit_of_work import Runtime, UnitOfWork

CREATED = 201


def register_once(
    runtime: Runtime, actor: Actor, page: str, answers: Mapping[str, Any], files: Sequence[FormFile] = ()
) -> tuple[str, bool]:
    """Return the number of the complaint that `actor` registers with this page, and whether it was there before.

    `page` is the key the form was drawn with. Raises what filing a complaint raises.
    """
    key = f"page:{hashlib.sha256(page.encode()).hexdigest()}"

    def file(work: UnitOfWork) -> Answer:
        return Answer(CREATED, file_complaint(work, actor, answers, files=files).number)

    def register(work: UnitOfWork) -> tuple[str, bool]:
        answer, again = answer_once(work, actor.username, key, b"", file)
        return answer.body, again

    try:
        return runtime.perform(register)
    except ConflictError:  # the same page was sent twice at once and the other was faster: now it is there
        return runtime.perform(register)
