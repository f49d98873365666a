"""The dispatcher, one in every node: leases timers that are due, and finds rows that no nudge has reached.

Run it with `python -m tasks.dispatcher`. It does the work itself where the queue does not answer, so that a lost queue
costs speed and nothing else.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Sequence

from app.errors import UnavailableError
from app.jobs import (
    FIRE_TIMERS,
    RUN_BATCH,
    RUN_EXPORTS,
    RUN_JOBS,
    RUN_RULES,
    SCAN_FILES,
    SEND_NOTICES,
    SEND_OUTBOX,
    SETTLE_MESSAGES,
    TELL_CLOCKS,
    Nudge,
)
from app.services.claim_due_clocks import claim_due_clocks
from app.services.claim_due_timers import claim_due_timers
from app.services.end_stand_in import end_stand_ins
from app.services.record_overdue_tasks import record_overdue_tasks
from app.services.scan_files import claim_files_to_scan, scan_files
from app.services.sweep_files import sweep_files
from app.services.tell_of_locked_accounts import tell_of_locked_accounts
from app.services.tell_of_stranded_tasks import tell_of_stranded_tasks
from app.services.tidy_up import delete_expired, find_overdue
from app.services.unit_of_work import Runtime, UnitOfWork
from tasks.automation import run_events
from tasks.batches import run_batch
from tasks.clocks import recompute_all, tell_leased
from tasks.exports import run_exports
from tasks.jobs import do_jobs
from tasks.notices import deliver_notices
from tasks.outbox import send_outbox, settle_messages
from tasks.process import process_runtime, run_process
from tasks.timers import fire_leased

log = logging.getLogger(__name__)
OVERDUE_LIMIT = 200
MOST_NUDGES_AHEAD = 40
MOST_SCANS = 4
"""Files that one sweep passes on: where the queue is away the sweep itself waits for the scanner."""
CHORES_SECONDS = 60.0
Ids = Sequence[tuple[int, ...]]


def dispatch_timers(runtime: Runtime) -> int:
    """Lease and pass on what is due, until nothing is or the workers have enough; returns how many were passed on."""
    return _dispatch(runtime, claim_due_timers, FIRE_TIMERS, fire_leased)


def dispatch_clocks(runtime: Runtime) -> int:
    """Lease and pass on the clocks about which somebody must be told; returns how many were passed on."""
    return _dispatch(runtime, claim_due_clocks, TELL_CLOCKS, tell_leased)


def _dispatch(
    runtime: Runtime,
    claim: Callable[[UnitOfWork, int], list[tuple[int, int]]],
    task: str,
    do_it: Callable[[Runtime, Ids], object],
) -> int:
    passed_on = 0
    while runtime.nudges.backlog() < MOST_NUDGES_AHEAD:
        leases = runtime.perform(claim, runtime.settings.timer_batch)
        if not leases:
            break
        passed_on += len(leases)
        if not runtime.nudges.send(Nudge(task, tuple(leases))):
            do_it(runtime, leases)
    return passed_on


def dispatch_overdue(runtime: Runtime) -> None:
    """Pass on rows that a nudge, a publisher or a committing process left behind."""
    if runtime.nudges.backlog() >= MOST_NUDGES_AHEAD:
        return
    overdue = runtime.perform(find_overdue, OVERDUE_LIMIT)
    _pass_on(runtime, RUN_JOBS, overdue.jobs, lambda ids: do_jobs(runtime, [key for (key,) in ids]))
    _pass_on(runtime, SEND_OUTBOX, overdue.outbox, send_outbox)
    _pass_on(runtime, SETTLE_MESSAGES, overdue.messages, settle_messages)
    _pass_on(runtime, SEND_NOTICES, overdue.notices, lambda ids: deliver_notices(runtime, [key for (key,) in ids]))
    _pass_on(runtime, RUN_RULES, overdue.events, lambda ids: run_events(runtime, [key for (key,) in ids]))
    for key in overdue.batches:
        _pass_on(runtime, RUN_BATCH, [key], run_batch, name=f"batch-{key}")
    for key in overdue.exports:
        _pass_on(runtime, RUN_EXPORTS, [key], run_exports, name=f"export-{key}")


def dispatch_scans(runtime: Runtime) -> None:
    """Lease and pass on the files that wait for the scanner, each as a nudge of its own."""
    if runtime.settings.clamd_url is None or runtime.nudges.backlog() >= MOST_NUDGES_AHEAD:
        return
    for key in runtime.perform(claim_files_to_scan, MOST_SCANS):
        _pass_on(runtime, SCAN_FILES, [key], lambda ids: scan_files(runtime, [key for (key,) in ids]))


def _pass_on(
    runtime: Runtime, task: str, keys: Sequence[int], do_it: Callable[[Ids], object], *, name: str | None = None
) -> None:
    ids = tuple((key,) for key in keys)
    if ids and not runtime.nudges.send(Nudge(task, ids, name)):
        do_it(ids)


def run_dispatcher(runtime: Runtime, stop: threading.Event) -> None:
    """Sweep until asked to stop. A database that does not answer is waited for; what breaks keeps nothing else back."""
    next_chores = 0.0
    while not stop.is_set():
        sweeps: list[Callable[[Runtime], object]] = [dispatch_timers, dispatch_clocks, dispatch_overdue, dispatch_scans]
        if time.monotonic() >= next_chores:
            sweeps += [tidy, recompute_all, watch_tasks]
            next_chores = time.monotonic() + CHORES_SECONDS
        for sweep in sweeps:
            try:
                sweep(runtime)
            except UnavailableError as error:
                log.warning("dispatcher.unavailable", extra={"error": str(error)})
            except Exception:  # a job runner: the next sweep of the others must come
                log.exception("dispatcher.broken")
        stop.wait(runtime.settings.sweep_seconds)


def tidy(runtime: Runtime) -> None:
    """Delete what is over, and tell of accounts that are locked."""
    runtime.perform(delete_expired)
    runtime.perform(tell_of_locked_accounts)
    sweep_files(runtime)


def watch_tasks(runtime: Runtime) -> None:
    """Give tasks back to who is no longer absent, tell of those nobody may do, and record those that became overdue."""
    end_stand_ins(runtime)
    runtime.perform(tell_of_stranded_tasks)
    runtime.perform(record_overdue_tasks)


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run_dispatcher(process_runtime(), stop)


if __name__ == "__main__":
    run_process(main)
