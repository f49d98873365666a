"""Turns what the outbox holds under the topic "notice" into notice rows: what a process or a clock wants told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.domain.automation import Event
from app.errors import InvalidInputError
from app.services.leave_notices import NoticeRequest, leave_notices
from app.services.notice_words import STEP_IN_ENGLISH
from app.services.record_event import record_event
from app.services.unit_of_work import UnitOfWork
from app.storage.clocks import find_clock
from app.storage.complaints import find_complaint, find_complaint_of_instance

NOTIFY = "notify"
PARTS = ("template", "recipients", "channels", "parameters")


def take_notice(work: UnitOfWork, key: int, payload: Mapping[str, Any], instance_key: int | None) -> list[int]:
    """Leave the notices of outbox row `key`; returns their keys.

    From `redress:notify`: `template`, `recipients` (a text or a list), `channels` and `parameters` are the job's
    variables, else its headers; the texts may use the variables that the template names, too.
    """
    if payload["event"] != NOTIFY:
        _record_clock(work, payload)
        return []
    given = {**payload["headers"], **payload["variables"]}
    template = given.get("template")
    if not isinstance(template, str):
        raise InvalidInputError(f"Expected a notice with a template, but got {template!r}")
    # Whose customer is told, the process's own id says: a variable may name the complaint of somebody else.
    complaint = None if instance_key is None else find_complaint_of_instance(work.connection, instance_key)
    own = given.get("parameters")
    parameters = {**given, **(own if isinstance(own, dict) else {})}
    if complaint is not None:
        parameters.setdefault("number", complaint.number)
    request = NoticeRequest(
        cause=f"outbox:{key}",
        template=template,
        recipients=_texts(given, "recipients"),
        parameters={name: value for name, value in parameters.items() if name not in PARTS},
        channels=_texts(given, "channels"),
        complaint_key=complaint.key if complaint is not None else None,
        instance_key=instance_key,
    )
    if not request.recipients:
        raise InvalidInputError(f"Expected the notice {template!r} to have recipients, but it has none")
    return leave_notices(work, request)


def _record_clock(work: UnitOfWork, payload: Mapping[str, Any]) -> None:
    """What a clock has to tell goes to whom the rules say."""
    complaint = find_complaint(work.connection, payload["complaint"])
    if complaint is None:
        return
    subject = f"clock:{payload['clockKey']}:{payload['deadline']}"
    clock = find_clock(work.connection, int(payload["clockKey"]))
    called = {} if clock is None else clock.definition
    left = datetime.fromisoformat(payload["deadline"]) - work.now
    facts = {
        "what": "clock",
        "alert": payload["event"].removeprefix("clock-"),
        "clock": payload["clock"],
        "party": payload["party"],
        "step": called.get("nameZh", payload["clock"]),
        STEP_IN_ENGLISH: called.get("nameEn"),
        "dueAt": payload["deadline"],
        "hoursToDeadline": round(left.total_seconds() / 3600),
    }
    event_id = f"{subject}:{facts['alert']}"[:120]
    record_event(work, Event.CLOCK_ALERT, event_id, subject=event_id, complaint_key=complaint.key, facts=facts)


def _texts(given: Mapping[str, Any], name: str) -> list[str]:
    value = given.get(name)
    if isinstance(value, str):
        value = value.replace(",", " ").split()
    return [one for one in value if isinstance(one, str) and one] if isinstance(value, list) else []
