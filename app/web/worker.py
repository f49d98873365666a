"""How gunicorn serves the product, whoever starts it."""

from __future__ import annotations

import gc
import select
import time
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

MOST_IDLE_MS = 3
HEAD_START_SECONDS = 0.0002
MOST_COUNTED = 10
RARELY = (10_000, 20, 20)
"""How often Python looks for garbage that refers to itself: a request leaves little, and makes thousands of objects."""
SETTINGS: dict[str, Any] = {
    "worker_class": "app.web.worker.KeepingWorker",
    "threads": 16,
    "keepalive": 30,
    "preload_app": True,
}
"""Threads cost little: requests take turns (`app.turns`), and what waits for something to happen holds one."""


class KeepingWorker(ThreadWorker):  # type: ignore[misc]
    """A thread that has answered stays with its connection a moment, where nothing else waits for a thread.

    Programs ask their next question at once. Handing a connection back to the main thread and out again costs more
    than reading a request: two threads to wake, each of which must get hold of the interpreter.
    """

    def init_process(self) -> None:
        """Begin to serve; what is loaded by now stays, and is not looked at again for garbage."""
        gc.freeze()
        gc.set_threshold(*RARELY)
        super().init_process()

    def accept(self, listener: Any) -> None:
        """Take a new connection, the later the more there are, so that a process with fewer may take it first.

        A few that stay, as a proxy's do, would otherwise often all be one process's (0 and 8 of 8, or 2 and 6).
        """
        time.sleep(min(self.nr_conns, MOST_COUNTED) * HEAD_START_SECONDS)
        super().accept(listener)

    def handle(self, conn: TConn) -> object:
        """Serve requests of one connection; returns what is to be done with it, as gunicorn's own does."""
        while True:
            kept = super().handle(conn)
            # The pool has no other way to ask.
            nothing_waits = self.tpool._work_queue.empty()
            if kept is not True or not self.alive or not nothing_waits or not _is_readable(conn):
                return kept


def _is_readable(conn: TConn) -> bool:
    watch = select.poll()
    watch.register(conn.sock, select.POLLIN)
    return bool(watch.poll(MOST_IDLE_MS))
