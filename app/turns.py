"""Two requests at a time in a process, and places to wait in for those that wait for something to happen.

Python runs one thread at a time anyhow: while one request waits for the database another can go on, but more than two
only take the interpreter from each other at every answer of the database. So each waits for its turn, though never
long: one that takes its time must not stop the others. Knows no request.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import TypeVar

T = TypeVar("T")

AT_A_TIME = 2
LONGEST_WAIT_SECONDS = 0.05
"""For a turn; then it goes without."""

PLACES = 8
"""So many threads may wait for something at a time: each holds one of the server's."""

FIRST_LOOK_SECONDS = 0.01
SLOWEST_LOOK_SECONDS = 0.25

_free: SimpleQueue[None] = SimpleQueue()
"""A turn each; a semaphore of Python's costs ten times as much."""
for _ in range(AT_A_TIME):
    _free.put(None)
_places = threading.BoundedSemaphore(PLACES)
_mine = threading.local()


@contextmanager
def take_turn() -> Iterator[bool]:
    """Do something in this thread's turn; gives whether it is its turn, or it goes without."""
    try:
        yield _take()
    finally:
        leave_turn()


def leave_turn() -> bool:
    """Let others go on; returns whether this thread had a turn. Before the disk is waited for, and little is left."""
    had_one = getattr(_mine, "turn", False)
    if had_one:
        _mine.turn = False
        _free.put(None)
    return had_one


def look_out(look: Callable[[], T | None], seconds: float) -> T | None:
    """Return what `look` finds, looking ever less often; None when `seconds` pass before, or no place is free.

    The turn is others' between two looks.
    """
    if not _places.acquire(blocking=False):
        return None
    try:
        until, pause = time.monotonic() + seconds, FIRST_LOOK_SECONDS
        while time.monotonic() + pause < until:
            _rest(pause)
            found = look()
            if found is not None:
                return found
            pause = min(pause * 1.5, SLOWEST_LOOK_SECONDS)
        return None
    finally:
        _places.release()


def _rest(seconds: float) -> None:
    had_one = leave_turn()
    time.sleep(seconds)
    if had_one:
        _take()


def _take() -> bool:
    try:
        _free.get(timeout=LONGEST_WAIT_SECONDS)
    except Empty:
        return False
    _mine.turn = True
    return True
