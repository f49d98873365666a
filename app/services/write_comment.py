"""Writes colleagues' comments on a complaint, tells whom they mention, and lets those see the complaint."""

from __future__ import annotations

from datetime import timedelta

from app.domain.actor import Actor
from app.domain.mentions import mentioned_names
from app.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from app.services.leave_notices import NoticeRequest, leave_notices
from app.services.see_complaint import let_see, see_complaint
from app.services.unit_of_work import UnitOfWork
from app.storage.accounts import find_account, list_named_accounts
from app.storage.comments import add_comment, lock_comment, replace_comment
from app.storage.complaints import add_event

LONGEST = 4000
EDITABLE = timedelta(minutes=15)
"""How long the author may edit a comment; what it said before is kept."""

TEMPLATE = "mentioned"


def write_comment(work: UnitOfWork, actor: Actor, number: str, text: str) -> int:
    """Add a comment to a complaint; returns its key. Everybody it mentions is told and may see the complaint.

    Raises ForbiddenError, NotFoundError, and InvalidInputError for no text, too much, or a mention of nobody.
    """
    complaint = see_complaint(work, actor, number)
    text = _checked(text)
    people = _mentioned(work, text)
    key = work.next_key()
    row = {"key": key, "complaint_key": complaint.key, "author": actor.username, "at": work.now, "version": 1}
    add_comment(work.connection, {**row, "edited_at": None, "sealed": _sealed(work, key, 1, text)})
    line = {"key": work.next_key(), "complaint_key": complaint.key, "at": work.now, "actor": actor.username}
    details = {"comment": str(key), "mentioned": people}
    add_event(work.connection, {**line, "kind": "comment", "details": details})
    _tell(work, actor, number, key, people)
    return key


def edit_comment(work: UnitOfWork, actor: Actor, number: str, key: int, version: int, text: str) -> None:
    """Write a comment anew; `version` is the one that was edited. What it said before is kept.

    Raises NotFoundError, InvalidInputError, ForbiddenError for another than the author or after EDITABLE, ConflictError
    when it was edited meanwhile.
    """
    complaint = see_complaint(work, actor, number)
    found = lock_comment(work.connection, key)
    if found is None or found.complaint_key != complaint.key:
        raise NotFoundError(f"Expected a comment {key} on {number}, but there is none")
    if found.author != actor.username or work.now - found.at > EDITABLE:
        minutes = f"{EDITABLE.total_seconds() / 60:.0f} minutes"
        raise ForbiddenError(f"Expected the author within {minutes}, but '{actor.username}' is late or another")
    if found.version != version:
        raise ConflictError(f"Expected version {version} of the comment, but it is at {found.version}")
    text = _checked(text)
    people = _mentioned(work, text)
    old = {"comment_key": key, "version": version, "until": work.now, "sealed": found.sealed}
    new = {"version": version + 1, "edited_at": work.now, "sealed": _sealed(work, key, version + 1, text)}
    replace_comment(work.connection, key, old, new)
    line = {"key": work.next_key(), "complaint_key": complaint.key, "at": work.now, "actor": actor.username}
    details = {"comment": str(key), "mentioned": people}
    add_event(work.connection, {**line, "kind": "comment-edited", "details": details})
    _tell(work, actor, number, key, people)


def open_comment(work: UnitOfWork, key: int, version: int, sealed: str) -> str:
    """Return what a version of a comment says."""
    return work.runtime.sealer.open(sealed, f"complaint_comment.sealed:{key}:{version}")


def _sealed(work: UnitOfWork, key: int, version: int, text: str) -> str:
    return work.runtime.sealer.seal(text, f"complaint_comment.sealed:{key}:{version}")


def _checked(text: str) -> str:
    text = text.strip()
    if not 0 < len(text) <= LONGEST:
        raise InvalidInputError(
            f"Expected a comment of 1 to {LONGEST} characters, but it has {len(text)}",
            {"text": [f"1 to {LONGEST} characters"]},
        )
    return text


def _mentioned(work: UnitOfWork, text: str) -> list[str]:
    """The accounts that are mentioned, by account name or by the one person's name."""
    people: list[str] = []
    for name in mentioned_names(text):
        account = find_account(work.connection, name)
        found = [account.username] if account is not None else list_named_accounts(work.connection, name)
        if len(found) != 1:
            said = "nobody is" if not found else f"{len(found)} people are"
            raise InvalidInputError(
                f"Expected @{name} to mention one person, but {said} called that", {"text": [f"@{name}?"]}
            )
        people += found
    return list(dict.fromkeys(people))


def _tell(work: UnitOfWork, actor: Actor, number: str, key: int, people: list[str]) -> None:
    others = [name for name in people if name != actor.username]
    if not others:
        return
    complaint = see_complaint(work, actor, number)
    let_see(work, complaint, people=others)
    request = NoticeRequest(
        cause=f"mention:{key}",
        template=TEMPLATE,
        recipients=[f"user:{name}" for name in others],
        parameters={"number": number, "by": actor.username},
        complaint_key=complaint.key,
    )
    leave_notices(work, request)
