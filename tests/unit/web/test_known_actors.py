"""Who is known by what was shown a moment ago."""

from __future__ import annotations

import threading
from contextlib import suppress

from app.domain.actor import Actor
from app.web.authentication import KnownActors


def test_of_requests_that_come_at_once_with_the_same_one_asks_and_all_are_known() -> None:
    known, two_ask, found = KnownActors(), threading.Barrier(2), []
    asked = []

    def find() -> Actor:
        asked.append(threading.current_thread())
        with suppress(threading.BrokenBarrierError):
            two_ask.wait(0.3)
        return Actor("lina")

    threads = [threading.Thread(target=lambda: found.append(known.get("Bearer x", find))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(asked) == 1
    assert found == [Actor("lina")] * 4


def test_who_shows_something_unknown_is_asked_for_each_time() -> None:
    known, asked = KnownActors(), []
    for _ in range(2):
        assert known.get("Bearer y", lambda: asked.append(1)) is None
    assert asked == [1, 1]
