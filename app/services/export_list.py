"""Exports a list as a workbook: asks for it, makes it page by page in the background, and hands it to who asked.

An export holds what its owner may see when it is made, in the columns and words of the screen. Each is audited.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row

from app.domain.actor import Actor
from app.domain.list_filter import Words
from app.errors import ConflictError, InvalidInputError, NotFoundError, RedressError, UnavailableError
from app.jobs import RUN_EXPORTS
from app.services.authenticate_password import find_actor
from app.services.index_complaint import choice_labels
from app.services.list_values import TaskLine, Value, Wording, name_step, value_of
from app.services.list_workbook import ListWorkbook
from app.services.read_complaint_list import complaint_wish, read_complaint_list
from app.services.read_inbox import inbox_wish, read_inbox
from app.services.record_audit import record_audit
from app.services.record_columns import RecordColumns
from app.services.save_view import LISTS
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage.accounts import list_display_names
from app.storage.list_exports import add_export, claim_export, find_export, list_exports, write_export

PAGE = 500
MOST_ROWS = 50_000
LEASE = timedelta(minutes=5)
KEPT = timedelta(days=7)
INTERRUPTED = "interrupted"


def ask_for_export(
    work: UnitOfWork,
    actor: Actor,
    list_name: str,
    words: Words,
    *,
    headings: Mapping[str, str],
    statuses: Mapping[str, str],
    language: str,
) -> int:
    """Ask for what a list's address says, and return the export's key.

    `headings` are the columns wanted, in order, with what stands above them; `statuses` what statuses are called.
    Raises InvalidInputError for an unknown list.
    """
    if list_name not in LISTS:
        raise InvalidInputError(f"Expected one of {', '.join(LISTS)}, but got {list_name!r}")
    key = work.next_key()
    wish = {"words": dict(words), "headings": dict(headings), "statuses": dict(statuses), "language": language}
    row = {"key": key, "username": actor.username, "list": list_name, "wish": wish, "state": "WAITING", "done": 0}
    times = {"created_at": work.now, "ended_at": None, "next_try_at": work.now}
    add_export(work.connection, {**row, **times, "error": None, "content": None})
    record_audit(work, actor, "EXPORT", "LIST", key, details={"list": list_name, "view": words.get("view")})
    work.nudge(RUN_EXPORTS, (key,))
    return key


def run_export(runtime: Runtime, key: int) -> bool:
    """Make an export that waits; False where there is nothing to do. One that fails says so in its row."""
    row = runtime.perform(_claim, key)
    if row is None:
        return False
    try:
        finished = _write(runtime, row)
    except UnavailableError:
        raise
    except RedressError as error:
        runtime.perform(_end, row, "FAILED", {"error": str(error)})
        return True
    runtime.perform(_end, row, "DONE", finished)
    return True


def get_export(work: UnitOfWork, actor: Actor, key: int) -> Row[Any]:
    """Return an export of one's own with its file; NotFoundError for any other."""
    row = find_export(work.connection, key)
    if row is None or row.username != actor.username:
        raise NotFoundError(f"Expected an export of '{actor.username}' with key {key}, but there is none")
    return row


def take_export(work: UnitOfWork, actor: Actor, key: int) -> bytes:
    """Return the finished file of an export of one's own, and log that it was taken; ConflictError before."""
    row = get_export(work, actor, key)
    if row.content is None:
        raise ConflictError(f"Expected export {key} to be done, but it is {row.state}")
    record_audit(work, actor, "READ", "LIST", key, details={"list": row.list, "rows": row.done})
    return bytes(row.content)


def read_exports(connection: Connection, actor: Actor) -> Sequence[Row[Any]]:
    """Return a person's exports, the newest first."""
    return list_exports(connection, actor.username)


def _claim(work: UnitOfWork, key: int) -> Row[Any] | None:
    """Lease the export. One whose worker was lost twice is given up: it may be what loses them."""
    row = claim_export(work.connection, key, work.now, work.now + LEASE)
    if row is None or row.state != "RUNNING":
        return row
    if row.error == INTERRUPTED:
        _end(work, row, "FAILED", {"error": "Expected a worker to finish the export, but two were lost over it"})
        return None
    write_export(work.connection, key, {"error": INTERRUPTED, "done": 0})
    return row


def _end(work: UnitOfWork, row: Row[Any], state: str, values: Mapping[str, Any]) -> None:
    ended = {"state": state, "ended_at": work.now, "next_try_at": None, "error": None}
    write_export(work.connection, row.key, {**ended, **values})


def _tell_progress(work: UnitOfWork, key: int, done: int) -> None:
    write_export(work.connection, key, {"done": done, "next_try_at": work.now + LEASE})


def _write(runtime: Runtime, row: Row[Any]) -> dict[str, Any]:
    wish = row.wish
    target = io.BytesIO()
    with runtime.reading() as connection:
        actor = find_actor(connection, row.username, runtime.now())
        if actor is None:
            raise NotFoundError(f"Expected the active account '{row.username}', but there is none")
        codes = choice_labels(runtime, connection, [wish["language"]])
        added = RecordColumns(runtime, connection, wish["language"]) if row.list == "complaints" else None
    wording = Wording(wish["language"], codes, wish["statuses"])
    done = 0
    headings = [*wish["headings"].values(), *([] if added is None else added.headings)]
    with ListWorkbook(target, headings, runtime.zone) as book:
        for lines in _pages(runtime, actor, row, wording):
            said, people = _added(runtime, added, lines), _names(runtime, lines)
            for line, more in zip(lines, said, strict=True):
                values = {name: value_of(name, line, wording) for name in wish["headings"]}
                if "assignee" in values:
                    values["assignee"] = people.get(str(values["assignee"]), values["assignee"])
                book.add([*values.values(), *more])
            done += len(lines)
            runtime.perform(_tell_progress, row.key, done)
            if done >= MOST_ROWS:
                break
    return {"content": target.getvalue(), "done": done}


def _names(runtime: Runtime, lines: Sequence[TaskLine | Row[Any]]) -> Mapping[str, str]:
    """What those are called who have the tasks of a page."""
    have = {line.task.assignee for line in lines if isinstance(line, TaskLine) and line.task.assignee is not None}
    if not have:
        return {}
    with runtime.reading() as connection:
        return list_display_names(connection, have)


def _added(
    runtime: Runtime, added: RecordColumns | None, lines: Sequence[TaskLine | Row[Any]]
) -> Sequence[Sequence[Value]]:
    """Return what the forms' own columns say of each line: nothing of tasks."""
    if added is None:
        return [()] * len(lines)
    with runtime.reading() as connection:
        return list(added.values(connection, [line for line in lines if not isinstance(line, TaskLine)]))


def _pages(runtime: Runtime, actor: Actor, row: Row[Any], wording: Wording) -> Iterator[Sequence[TaskLine | Row[Any]]]:
    after: str | None = None
    while True:
        lines: Sequence[TaskLine | Row[Any]]
        with runtime.reading() as connection:
            if row.list == "tasks":
                tasks = read_inbox(runtime, connection, actor, inbox_wish(row.wish["words"]), limit=PAGE, after=after)
                lines = [
                    _line(runtime, connection, task, tasks.complaints.get(task.root_key), wording)
                    for task in tasks.tasks
                ]
                after = tasks.after
            else:
                wish = complaint_wish(row.wish["words"])
                complaints = read_complaint_list(runtime, connection, actor, wish, limit=PAGE, after=after)
                lines, after = complaints.complaints, complaints.after
        yield lines
        if after is None:
            return


def _line(
    runtime: Runtime, connection: Connection, task: Any, complaint: Row[Any] | None, wording: Wording
) -> TaskLine:
    elements = runtime.models.process(connection, task.definition_key).definition.elements

    def name(element_id: str, given: str | None) -> str:
        return name_step(elements.get(element_id), element_id, given, wording.language)

    return TaskLine(task, complaint, name(task.element_id, task.name), name(task.process_id, task.process_name))
