"""Turns of requests in one process, and places to wait in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app.turns import AT_A_TIME, PLACES, look_out, take_turn

LONG = 60.0


@contextmanager
def elsewhere(times: int, work: Callable[[Callable[[], bool]], object]) -> Iterator[None]:
    """So many other threads at `work`, which asks what it is given whether it may end; all are there."""
    stop, here = threading.Event(), threading.Barrier(times + 1)

    def run() -> None:
        first = True

        def may_end() -> bool:
            nonlocal first
            if first:
                first = False
                here.wait(LONG)
            return stop.wait(0.01)

        work(may_end)

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    here.wait(LONG)
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(LONG)


def hold_turn(may_end: Callable[[], bool]) -> None:
    with take_turn():
        while not may_end():
            pass


def test_a_request_that_lasts_long_stops_nobody() -> None:
    with elsewhere(AT_A_TIME, hold_turn), take_turn() as is_mine:
        assert not is_mine


def test_who_waits_for_something_leaves_the_turn_to_others() -> None:
    passed = threading.Event()

    def pass_by() -> None:
        while not passed.is_set():
            with take_turn() as is_mine:
                if is_mine:
                    passed.set()

    with elsewhere(AT_A_TIME - 1, hold_turn), take_turn() as is_mine:
        assert is_mine
        other = threading.Thread(target=pass_by)
        other.start()
        assert look_out(lambda: passed.is_set() or None, LONG)
        other.join(LONG)


def test_so_many_wait_at_a_time_and_the_next_is_told_at_once() -> None:
    with elsewhere(PLACES, lambda may_end: look_out(lambda: may_end() or None, LONG)):
        assert look_out(lambda: True, LONG) is None
    assert look_out(lambda: True, LONG)


def test_nothing_is_found_when_the_time_is_over() -> None:
    assert look_out(lambda: None, 0.03) is None
