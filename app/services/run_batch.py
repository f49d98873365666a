"""Works off the items of a batch operation, each in a transaction of its own, with an honest result for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.domain.access import SCOPES
from app.domain.actor import Actor
from app.engine import Move
from app.errors import RedressError
from app.services.cancel_process_instance import cancel_process_instance
from app.services.delete_decision_instance import delete_decision_instance
from app.services.delete_process_instance import delete_process_instance
from app.services.migrate_process_instance import migrate_process_instance
from app.services.modify_process_instance import Modification, modify_process_instance
from app.services.resolve_incident import resolve_instance_incidents
from app.services.suspend_process_instance import resume_process_instance, suspend_process_instance
from app.services.unit_of_work import Runtime, UnitOfWork
from app.services.update_job import update_job
from app.storage.batch_operations import claim_item, end_if_done, find_batch, write_item

Command = Callable[[UnitOfWork, Actor, int, Mapping[str, Any]], object]


class ItemFailedError(RedressError):
    """One item's command failed: its transaction rolls back, and the result is stored by the next."""

    def __init__(self, item_key: int, reason: str) -> None:
        super().__init__(reason)
        self.item_key = item_key


def run_batch(runtime: Runtime, batch_key: int) -> int:
    """Work off what is left of a batch, until it is done, suspended or cancelled; returns how many items were tried."""
    tried = 0
    while True:
        try:
            if not runtime.perform(_run_next_item, batch_key):
                return tried
        except ItemFailedError as failure:
            runtime.perform(_store_failure, batch_key, failure.item_key, str(failure))
        tried += 1


def _run_next_item(work: UnitOfWork, batch_key: int) -> bool:
    """Do one item that nobody else is doing; whether there was one."""
    batch = find_batch(work.connection, batch_key)
    item_key = claim_item(work.connection, batch_key) if batch is not None and batch.state == "ACTIVE" else None
    if batch is None or item_key is None:
        return False
    actor = Actor(batch.actor, scopes=frozenset(SCOPES))  # whoever made the batch was asked then
    try:
        COMMANDS[batch.type](work, actor, item_key, batch.plan or {})
    except RedressError as error:
        raise ItemFailedError(item_key, str(error)) from error
    write_item(work.connection, batch_key, item_key, "COMPLETED", None, work.now)
    end_if_done(work.connection, batch_key, work.now)
    return True


def _store_failure(work: UnitOfWork, batch_key: int, item_key: int, reason: str) -> None:
    write_item(work.connection, batch_key, item_key, "FAILED", reason, work.now)
    end_if_done(work.connection, batch_key, work.now)


def _migrate(work: UnitOfWork, actor: Actor, key: int, plan: Mapping[str, Any]) -> None:
    migrate_process_instance(work, actor, key, int(plan["target_key"]), plan["mapping"])


def _modify(work: UnitOfWork, actor: Actor, key: int, plan: Mapping[str, Any]) -> None:
    moves = [Move(one["target_id"], source_id=one["source_id"], ancestor="inferred") for one in plan["moves"]]
    modify_process_instance(work, actor, key, Modification(move=moves))


def _update_job(work: UnitOfWork, actor: Actor, key: int, plan: Mapping[str, Any]) -> None:
    seconds = plan.get("lease_seconds")
    update_job(work, actor, key, retries=plan.get("retries"), lease_seconds=None if seconds is None else float(seconds))


COMMANDS: Mapping[str, Command] = {
    "CANCEL_PROCESS_INSTANCE": lambda work, actor, key, _: cancel_process_instance(work, actor, key),
    "DELETE_DECISION_INSTANCE": lambda work, actor, key, _: delete_decision_instance(work, actor, key),
    "DELETE_PROCESS_INSTANCE": lambda work, actor, key, _: delete_process_instance(work, actor, key),
    "MIGRATE_PROCESS_INSTANCE": _migrate,
    "MODIFY_PROCESS_INSTANCE": _modify,
    "RESOLVE_INCIDENT": lambda work, actor, key, _: resolve_instance_incidents(work, actor, key),
    "RESUME_PROCESS_INSTANCE": lambda work, actor, key, _: resume_process_instance(work, actor, key),
    "SUSPEND_PROCESS_INSTANCE": lambda work, actor, key, _: suspend_process_instance(work, actor, key),
    "UPDATE_JOB": _update_job,
}
