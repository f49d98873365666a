"""The worker: does what nudges ask for. Run it with `python -m tasks.worker`.

It imports the product before it takes work: RQ's own command would import it again for every job. In production each
batch runs in a process of its own, which a hanging or leaking job cannot outlive; a laptop saves that.
"""

from __future__ import annotations

import importlib

import redis
from rq import SimpleWorker, Worker
from rq.serializers import JSONSerializer

from app.errors import InvalidInputError
from app.jobs import QUEUE
from tasks.process import process_runtime

TASKS = (
    "tasks.timers",
    "tasks.jobs",
    "tasks.outbox",
    "tasks.notices",
    "tasks.automation",
    "tasks.batches",
    "tasks.clocks",
)
TTL_SECONDS = 60
MAINTENANCE_SECONDS = 30


def main() -> None:
    """Work until SIGTERM or SIGINT, finishing what is at hand."""
    for name in TASKS:
        importlib.import_module(name)
    settings = process_runtime().settings
    if settings.redis_url is None:
        raise InvalidInputError("Expected REDIS_URL to name the queue, but it is not set")
    kind = Worker if settings.mode == "production" else SimpleWorker
    worker = kind(
        [QUEUE],
        connection=redis.Redis.from_url(settings.redis_url),
        serializer=JSONSerializer,
        worker_ttl=TTL_SECONDS,
        maintenance_interval=MAINTENANCE_SECONDS,
    )
    worker.work(logging_level="WARNING")


if __name__ == "__main__":
    main()
