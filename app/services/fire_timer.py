"""Fires one timer that is due."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert

from app.domain.actor import SYSTEM
from app.engine import UnknownKeyError
from app.engine.timers import Due, next_due
from app.errors import ConflictError, NotFoundError
from app.services.instance_tree import InstanceTree
from app.services.unit_of_work import UnitOfWork
from app.storage.instances import NewInstance
from app.storage.timers import ArmedTimer, TimerRow, find_timer, pause_timers

LATE_SECONDS = 60.0
log = logging.getLogger(__name__)


def fire_timer(work: UnitOfWork, timer_key: int, token: int | None = None) -> bool:
    """Fire a timer if it is still armed, due, and leased under `token` (None: by whoever calls); whether it fired.

    Run twice it fires once: the row goes with the first.
    """
    timer = _find_due(work, timer_key, token)
    if timer is None:
        return False
    if timer.instance_key is None:
        return _start(work, timer)
    tree = InstanceTree(work, SYSTEM)
    try:
        run = tree.open(timer.instance_key)
        still_due = _find_due(work, timer_key, token)  # as it is under the lock: a clock that pauses moves it
        if still_due is None:
            return False
        run.instance.fire_timer(timer_key, still_due.due_at)
    except UnknownKeyError:
        return False  # fired or cancelled by the command that held the instance until now
    except (ConflictError, NotFoundError):
        pause_timers(work.connection, timer.instance_key)  # suspended meanwhile: armed again when it resumes
        return False
    tree.settle(run)
    _measure(work, still_due)
    return True


def _find_due(work: UnitOfWork, timer_key: int, token: int | None) -> ArmedTimer | None:
    timer = find_timer(work.connection, timer_key)
    if timer is None or timer.due_at > work.now or (token is not None and timer.token != token):
        return None
    return timer


def _measure(work: UnitOfWork, timer: ArmedTimer) -> None:
    """Say how late a timer was: with each firing for those who count, as a warning when people would notice."""
    late_seconds = (work.now - timer.due_at).total_seconds()
    level = logging.WARNING if late_seconds > LATE_SECONDS else logging.DEBUG
    log.log(level, "timer.fired", extra={"timer": timer.key, "late_seconds": late_seconds})


def _start(work: UnitOfWork, timer: ArmedTimer) -> bool:
    taken = work.connection.execute(delete(TimerRow).where(TimerRow.key == timer.key)).rowcount
    if taken == 0:
        return False
    process = work.runtime.models.process(work.connection, timer.definition_key)
    tree = InstanceTree(work, SYSTEM)
    run = tree.start(process, {}, NewInstance(), start_element=timer.element_id)
    tree.settle(run)
    following = _following(work, timer.due_at, timer.repeat)
    if following is not None:
        row = {"key": work.next_key(), "definition_key": timer.definition_key, "element_id": timer.element_id}
        repeat = {"remaining": following.remaining, "cycle": following.cycle}
        due = {"due_at": following.at, "next_try_at": following.at, "repeat": repeat}
        work.connection.execute(insert(TimerRow).values(**row, **due))
    _measure(work, timer)
    return True


def _following(work: UnitOfWork, due_at: datetime, repeat: dict[str, Any] | None) -> Due | None:
    if repeat is None:
        return None
    return next_due(Due(due_at, repeat["remaining"], repeat["cycle"]), work.now, work.runtime.zone)
