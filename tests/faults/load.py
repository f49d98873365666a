"""People at work over HTTP while parts are killed: each starts processes and completes their tasks, and notes answers.

A command is acknowledged when its answer has arrived. Where none came a person asks again: to start with the same
Idempotency-Key, to complete as before, since completing what is completed is refused and changes nothing.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.faults.node import SETTLE_SECONDS

AT_ONCE = 4
"""Processes that a person has under way at a time."""
TASKS = 2
"""That a person completes in each process."""
PAUSE_SECONDS = 0.05
ANSWER_SECONDS = 10.0


class LeftError(Exception):
    """Nobody is interested any more: the test has failed elsewhere."""


@dataclass
class Person:
    """One client: which tasks of which instances it was told are completed, and how often it had to ask again."""

    url: str
    account: tuple[str, str]
    stopping: threading.Event
    leaving: threading.Event
    completed: dict[str, list[str]] = field(default_factory=dict)
    repeated: int = 0

    def work(self) -> None:
        """Keep processes under way until it is time to stop, then see those through."""
        with requests.Session() as session:
            session.auth, session.trust_env = self.account, False
            while under_way := self._under_way(session):
                for key in under_way:
                    self._complete_tasks(session, key)
                self._pause()

    def _under_way(self, session: requests.Session) -> list[str]:
        found = [key for key, tasks in self.completed.items() if len(tasks) < TASKS]
        if len(found) < AT_ONCE and not self.stopping.is_set():
            started = self._start(session)
            self.completed[started] = []
            found.append(started)
        return found

    def _start(self, session: requests.Session) -> str:
        once = {"Idempotency-Key": uuid.uuid4().hex}
        while True:
            answer, _ = self._ask(session, "/process-instances", {"processDefinitionId": "p"}, once)
            if answer.status_code == 200:
                return str(answer.json()["processInstanceKey"])
            assert answer.status_code == 409, answer.text  # the request that was not answered is still at it
            self._pause()

    def _complete_tasks(self, session: requests.Session, instance: str) -> None:
        wanted = {"filter": {"processInstanceKey": instance, "state": "CREATED"}}
        found, _ = self._ask(session, "/user-tasks/search", wanted)
        for task in found.json()["items"]:
            key = task["userTaskKey"]
            answer, tries = self._ask(session, f"/user-tasks/{key}/completion", {"variables": {f"done{key}": True}})
            assert answer.status_code == 204 or (answer.status_code == 409 and tries > 1), answer.text
            self.completed[instance].append(key)

    def _ask(
        self, session: requests.Session, path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> tuple[requests.Response, int]:
        """Ask until there is an answer that is not a failure of the server; returns it and the number of tries."""
        tries = 0
        while True:
            tries += 1
            try:
                answer = session.post(f"{self.url}/v2{path}", json=body, headers=headers, timeout=ANSWER_SECONDS)
            except requests.RequestException:
                answer = None
            if answer is not None and answer.status_code < 500:
                return answer, tries
            self.repeated += 1
            self._pause()

    def _pause(self) -> None:
        if self.leaving.wait(PAUSE_SECONDS):
            raise LeftError


@dataclass(frozen=True)
class Load:
    """The people at work, each in a thread."""

    people: list[Person]
    working: list[Future[None]]

    def acknowledged(self) -> list[int]:
        """How many commands were acknowledged to each; raises what one of them has failed with."""
        for one in self.working:
            if one.done():
                one.result()
        return [len(one.completed) + sum(len(tasks) for tasks in one.completed.values()) for one in self.people]

    def completed(self) -> dict[str, list[str]]:
        """The tasks that were completed, by instance."""
        return {key: tasks for person in self.people for key, tasks in person.completed.items()}

    def __str__(self) -> str:
        starts, again = len(self.completed()), sum(one.repeated for one in self.people)
        completions = sum(self.acknowledged()) - starts
        return f"acknowledged {starts} starts and {completions} completions; asked again {again} times"


@contextmanager
def people_at_work(url: str, account: tuple[str, str], number: int) -> Iterator[Load]:
    """Let so many people work; the block's end stops them, and waits until what they began has come to its end."""
    stopping, leaving = threading.Event(), threading.Event()
    people = [Person(url, account, stopping, leaving) for _ in range(number)]
    with ThreadPoolExecutor(number) as pool:
        load = Load(people, [pool.submit(person.work) for person in people])
        try:
            yield load
            stopping.set()
            for one in load.working:
                one.result(SETTLE_SECONDS)
        finally:
            leaving.set()
