"""Nudges: the names of what workers are asked to look at, and how they are sent.

A nudge carries ids only and is a hint: the row it points to is the truth, and a sweep finds the row when no nudge
comes. Knows nothing of rows, and nothing of the code that runs (it is named by text, so that no door is imported here).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Protocol

import redis
from rq import Queue
from rq.exceptions import DuplicateJobError
from rq.serializers import JSONSerializer

QUEUE = "redress"
JOB_TIMEOUT_SECONDS = 300
FAILURE_TTL_SECONDS = 24 * 3600
FIRE_TIMERS = "tasks.timers.fire_timers"
RUN_JOBS = "tasks.jobs.run_jobs"
SEND_OUTBOX = "tasks.outbox.send_outbox"
SETTLE_MESSAGES = "tasks.outbox.settle_messages"
SEND_NOTICES = "tasks.notices.send_notices"
RUN_RULES = "tasks.automation.run_rules"
RUN_BATCH = "tasks.batches.run_batch"
RUN_EXPORTS = "tasks.exports.run_exports"
SCAN_FILES = "tasks.files.scan"
TELL_CLOCKS = "tasks.clocks.tell_clocks"
RECOMPUTE_CLOCKS = "tasks.clocks.recompute"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Nudge:
    """One hint: what to run, and the ids to look at. One that has a `name` is not queued again while it waits."""

    task: str
    ids: tuple[tuple[int, ...], ...] = ()
    name: str | None = None


class Nudges(Protocol):
    """Whoever can pass a nudge on."""

    def send(self, nudge: Nudge) -> bool:
        """Pass it on; False when that was not possible now."""
        ...

    def backlog(self) -> int:
        """Return how many nudges wait for a worker."""
        ...


class NoQueue:
    """For a process without a queue: every row waits for the sweep."""

    def send(self, nudge: Nudge) -> bool:  # noqa: ARG002 - as every queue is called
        """Pass nothing on."""
        return False

    def backlog(self) -> int:
        """Return 0."""
        return 0


class RedisQueue:
    """Sends nudges through RQ, as JSON, without results."""

    def __init__(self, url: str, *, queue: str = QUEUE) -> None:
        self.connection = redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=5)
        self.queue = Queue(queue, connection=self.connection, serializer=JSONSerializer)

    def send(self, nudge: Nudge) -> bool:
        """Enqueue it; a queue that does not answer is logged, and the row waits for the sweep."""
        try:
            self.queue.enqueue(
                nudge.task,
                [list(ids) for ids in nudge.ids],
                job_timeout=JOB_TIMEOUT_SECONDS,
                result_ttl=0,
                failure_ttl=FAILURE_TTL_SECONDS,
                job_id=nudge.name,
                unique=nudge.name is not None,
            )
        except DuplicateJobError:
            return True
        except (redis.RedisError, OSError) as error:
            log.warning("queue.unreachable", extra={"task": nudge.task, "error": str(error)})
            return False
        return True

    def backlog(self) -> int:
        """Return how many nudges wait; 0 where the queue does not answer, since then nothing waits for it."""
        try:
            return int(self.queue.count)
        except (redis.RedisError, OSError):
            return 0
