"""Asks the deployed tables what an event calls for, and does it: all in one transaction, once per rule and subject."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from app.dmn.trace import MatchTrace
from app.domain.actor import SYSTEM
from app.domain.automation import EVENTS, wanted_action
from app.errors import InvalidInputError
from app.feel import to_json
from app.services.decide import decide
from app.services.gather_facts import gather_facts
from app.services.perform_action import Firing, perform_action
from app.services.raise_incident import raise_rule_incident
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage.automation import (
    DONE,
    FAILED,
    STOPPED,
    add_firing,
    count_firings,
    has_fired,
    lock_automation_event,
    write_automation_event,
)
from app.storage.complaints import add_event

MOST_DEPTH = 5
MOST_FIRINGS_AN_HOUR = 100
MOST_TRIES = 5
FIRST_BACK_OFF_SECONDS = 10.0
VOLUME = "on_volume"
log = logging.getLogger(__name__)


def run_rules(runtime: Runtime, event_key: int) -> int:
    """Run the rules about an event; returns how many fired. Never raises for a rule: it is tried again, then shown."""
    try:
        return runtime.perform(ask_rules, event_key)
    except Exception as error:  # the job runner: nothing of it was committed, and a person must see it
        log.exception("rules.failed", extra={"event": event_key})
        runtime.perform(_postpone, event_key, f"{type(error).__name__}: {error}")
        return 0


def ask_rules(work: UnitOfWork, event_key: int) -> int:
    """Ask each table of the event, do what its matching rows say, and close the event; returns how many rules fired.

    Run twice, or by two workers, it does nothing the second time. A chain of rules longer than MOST_DEPTH, or a
    complaint about which MOST_FIRINGS_AN_HOUR rules fired, is a loop: it is stopped and raised as an incident.
    """
    event = lock_automation_event(work.connection, event_key, work.now)
    if event is None:
        return 0
    looping = _loop(work, event)
    if looping is not None:
        _stop(work, event, STOPPED, looping)
        return 0
    facts = gather_facts(work, event)
    work.cause_depth = event.depth + 1
    fired = 0
    for table_id in EVENTS[event.kind]:
        table = work.runtime.models.find_decision(work.connection, table_id, work.now, mark=work.mark)
        if table is not None:
            fired += sum(_fire(work, event, table, match, facts) for match in _matches(work, table, facts))
    write_automation_event(work.connection, event.key, {"state": DONE, "next_try_at": None})
    return fired


def _loop(work: UnitOfWork, event: Row[Any]) -> str | None:
    if event.depth > MOST_DEPTH:
        return f"Expected at most {MOST_DEPTH} rules to lead to each other, but event {event.event_id} is one more"
    if event.complaint_key is not None:
        fired = count_firings(work.connection, event.complaint_key, work.now - timedelta(hours=1))
        if fired >= MOST_FIRINGS_AN_HOUR:
            return f"Expected fewer than {MOST_FIRINGS_AN_HOUR} rules an hour about one complaint, but {fired} fired"
    return None


def _matches(work: UnitOfWork, table: Row[Any], facts: dict[str, Any]) -> list[MatchTrace]:
    _, record = decide(work, table, facts, work.clock)
    if record.failure is not None or record.evaluation is None or record.evaluation.trace is None:
        raise InvalidInputError(f"Expected the table {table.decision_id} to be evaluated, but {record.failure}")
    (asked,) = [one for one in record.evaluation.trace.decisions if one.id == table.decision_id]
    return [match for one in asked.tables for match in one.matched]


def _fire(work: UnitOfWork, event: Row[Any], table: Row[Any], match: MatchTrace, facts: dict[str, Any]) -> bool:
    subject = _subject(work, event, table.decision_id, facts)
    rule = match.id or f"row-{match.number}"
    if has_fired(work.connection, subject, table.decision_id, rule):
        return False
    action, parameters = wanted_action({one.name: to_json(one.value) for one in match.outputs})
    key = work.next_key()
    cause = f"rule:{key}"
    outcome = perform_action(
        work, action.name, Firing(cause, event.complaint_key, facts, f"{table.decision_id}/{rule}"), parameters
    )
    said = {"table": table.decision_id, "version": table.version, "rule": rule, "row": match.number}
    row = {
        "key": key,
        "event_key": event.key,
        "subject": subject,
        "complaint_key": event.complaint_key,
        "table_id": table.decision_id,
        "table_version": table.version,
        "rule": rule,
        "row_number": match.number,
        "action": action.name,
        "parameters": parameters,
        "outcome": outcome,
        "at": work.now,
    }
    add_firing(work.connection, row)
    remarks = [text for text in match.annotations if text]
    _tell(work, event, "rule", {**said, "remarks": remarks, "action": action.name, "parameters": parameters})
    return True


def _subject(work: UnitOfWork, event: Row[Any], table_id: str, facts: dict[str, Any]) -> str:
    """What a rule fires about once: the event's subject; for volumes, a product and type in a month."""
    if table_id != VOLUME:
        return str(event.subject)
    month = work.now.astimezone(work.runtime.zone).strftime("%Y-%m")
    return f"volume:{facts.get('complaintType')}:{facts.get('productLine')}:{month}"[:120]


def _tell(work: UnitOfWork, event: Row[Any], kind: str, details: dict[str, Any]) -> None:
    if event.complaint_key is not None:
        line = {"key": work.next_key(), "complaint_key": event.complaint_key, "at": work.now, "actor": SYSTEM.username}
        add_event(work.connection, {**line, "kind": kind, "details": details})


def _stop(work: UnitOfWork, event: Row[Any], state: str, message: str) -> None:
    values = {"state": state, "next_try_at": None, "last_error": message}
    write_automation_event(work.connection, event.key, values)
    _tell(work, event, f"rule-{state.lower()}", {"event": event.event_id, "message": message})
    raise_rule_incident(work, event, message)


def _postpone(work: UnitOfWork, event_key: int, error: str) -> None:
    event = lock_automation_event(work.connection, event_key, work.now)
    if event is None:
        return
    tries = event.tries + 1
    if tries >= MOST_TRIES:
        _stop(work, event, FAILED, error)
        return
    next_try_at = work.now + timedelta(seconds=FIRST_BACK_OFF_SECONDS * 4**tries)
    write_automation_event(
        work.connection, event.key, {"tries": tries, "next_try_at": next_try_at, "last_error": error}
    )
