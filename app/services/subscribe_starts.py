"""Keeps what starts a process by itself: the timers, messages, signals and conditions of its latest version."""

from __future__ import annotations

from typing import Any

from app.engine.formula import Formula
from app.engine.model import Start
from app.engine.timers import Due, first_due
from app.engine.triggers import ConditionalTrigger, MessageTrigger, SignalTrigger, TimerTrigger
from app.errors import InvalidInputError
from app.feel import to_json
from app.services.deployed_models import DeployedProcess
from app.services.process_environment import process_environment
from app.services.see_cluster_variables import add_cluster_variables
from app.services.unit_of_work import UnitOfWork
from app.storage.starts import drop_starts
from app.storage.subscriptions import ConditionSubscriptionRow, MessageSubscriptionRow, SignalSubscriptionRow
from app.storage.timers import TimerRow
from app.storage.writes import insert_rows

ARM = insert_rows(TimerRow)
AWAIT_MESSAGE = insert_rows(MessageSubscriptionRow)
AWAIT_SIGNAL = insert_rows(SignalSubscriptionRow)
AWAIT_CONDITION = insert_rows(ConditionSubscriptionRow)


def subscribe_starts(work: UnitOfWork, process: DeployedProcess) -> None:
    """Put the start events of `process` in place of those of any other version of it."""
    drop_starts(work.connection, process.definition.process_id)
    for start in process.definition.starts:
        _subscribe(work, process, start)


def _subscribe(work: UnitOfWork, process: DeployedProcess, start: Start) -> None:
    key, writes = work.next_key(), work.writes
    process_id, element_id = process.definition.process_id, start.element_id
    match start.trigger:
        case TimerTrigger() as timer:
            due = first_due(_value(work, timer.value, element_id), timer.kind, work.now, work.runtime.zone)
            writes.add(ARM, start_timer_row(key, process.key, element_id, due))
        case MessageTrigger() as message:
            name = str(_value(work, message.name, element_id))
            place = (key, process.key, process_id, None, None, None, element_id)
            writes.add(AWAIT_MESSAGE, (*place, name, None, False, "CREATED", work.now))
        case SignalTrigger() as signal:
            name = str(_value(work, signal.name, element_id))
            writes.add(AWAIT_SIGNAL, (key, process.key, None, None, None, element_id, name))
        case ConditionalTrigger() as condition:
            writes.add(AWAIT_CONDITION, (key, process.key, None, None, element_id, condition.condition.text))
        case None:
            pass


def start_timer_row(key: int, definition_key: int, element_id: str, due: Due) -> tuple[Any, ...]:
    """Return the row of a start timer; `repeat` is what it goes on from after firing."""
    repeat = {"remaining": due.remaining, "cycle": due.cycle} if due.cycle else None
    return (key, definition_key, None, None, None, element_id, due.at, due.at, None, repeat)


def _value(work: UnitOfWork, formula: Formula, element_id: str) -> Any:
    """A start event's value: a literal, or FEEL without variables, since no instance has any yet."""
    if formula.expression is None:
        return formula.text
    context: dict[str, Any] = {}
    add_cluster_variables(work.connection, formula.expression.free_names, context)
    evaluation = formula.expression.evaluate(context, process_environment(work.runtime, work.connection, work.now))
    if evaluation.value is None:
        raise InvalidInputError(
            f"Expected {formula.text!r} of start event {element_id!r} to have a value, but it is null"
        )
    return to_json(evaluation.value)
