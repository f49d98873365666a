"""Finds the message whose turn it is to start a process, now that the instance before it with its key has ended.

A message with a correlation key starts no second instance while one that it started with the same key runs; with a time
to live it waits for the end of that one (Camunda 8, message start events).
"""

from __future__ import annotations

from app.engine.triggers import MessageTrigger
from app.services.deployed_models import DeployedProcess
from app.services.unit_of_work import UnitOfWork
from app.storage.instances import find_correlation_key
from app.storage.messages import find_waiting_message, lock_message_name
from app.storage.subscriptions import list_start_names


def find_held_message(work: UnitOfWork, process: DeployedProcess, instance_key: int) -> int | None:
    """Return the oldest living message held back by the instance, which ends in this transaction; None without one.

    Takes the messages' names first, so that one published meanwhile either is seen here or sees the instance ended.
    """
    if not any(isinstance(start.trigger, MessageTrigger) for start in process.definition.starts):
        return None
    correlation_key = find_correlation_key(work.connection, instance_key)
    if correlation_key is None:
        return None
    process_id = process.definition.process_id
    found = []
    for name in list_start_names(work.connection, process_id):
        lock_message_name(work.connection, name, correlation_key)
        message = find_waiting_message(work.connection, name, correlation_key, process_id, work.now)
        found += [message.key] if message is not None else []
    return min(found, default=None)
