"""The worker: does what nudges ask for. Run it with `python -m tasks.worker`.

It imports the product before it takes work: RQ's own command would import it again for every job. In production each
batch runs in a process of its own, which a hanging or leaking job cannot outlive; a laptop saves that.
"""

from __future__ import annotations

import importlib
import logging
import signal
import time
from contextlib import suppress
from types import FrameType

import redis
from rq import SimpleWorker, Worker
from rq.serializers import JSONSerializer

from app.errors import InvalidInputError
from app.jobs import QUEUE
from tasks.process import process_runtime, run_process

TASKS = (
    "tasks.timers",
    "tasks.jobs",
    "tasks.outbox",
    "tasks.notices",
    "tasks.automation",
    "tasks.batches",
    "tasks.clocks",
    "tasks.files",
)
TTL_SECONDS = 60
MAINTENANCE_SECONDS = 30
AWAY_SECONDS = 1.0
log = logging.getLogger(__name__)


class _Told:
    """Remembers that this process was told to stop: a worker also ends when the queue is away while it is busy."""

    is_told = False

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Stop after what is at hand."""
        _Told.is_told = True
        super().request_stop(signum, frame)  # type: ignore[misc]


class _ForkingWorker(_Told, Worker):
    pass


class _OwnWorker(_Told, SimpleWorker):
    pass


def main() -> None:
    """Work until SIGTERM or SIGINT, finishing what is at hand; after the queue was away, go on."""
    for name in TASKS:
        importlib.import_module(name)
    settings = process_runtime().settings
    if settings.redis_url is None:
        raise InvalidInputError("Expected REDIS_URL to name the queue, but it is not set")
    kind = _ForkingWorker if settings.mode == "production" else _OwnWorker
    while True:
        with suppress(redis.RedisError):
            _work(settings.redis_url, kind)
        if _Told.is_told:
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)  # RQ's own would ask a worker to stop that is no more
        log.warning("the worker ended without being told to, since the queue was away; it starts again")
        time.sleep(AWAY_SECONDS)


def _work(redis_url: str, kind: type[_ForkingWorker] | type[_OwnWorker]) -> None:
    worker = kind(
        [QUEUE],
        connection=redis.Redis.from_url(redis_url),
        serializer=JSONSerializer,
        worker_ttl=TTL_SECONDS,
        maintenance_interval=MAINTENANCE_SECONDS,
    )
    worker.work(logging_level="WARNING")


if __name__ == "__main__":
    run_process(main)
