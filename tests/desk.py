"""A running product without its doors: a runtime on a test's database, a clock to move, short words for commands.


Keeps what workers would be nudged about, so that a test does their work when it wants to.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import Engine, Row, event, select

from app.clock import PinnedClock
from app.config import Settings
from app.domain.access import SCOPES
from app.domain.actor import Actor
from app.jobs import Nudge
from app.services.claim_due_timers import claim_due_timers
from app.services.complete_user_task import complete_user_task
from app.services.create_process_instance import StartPlan, create_process_instance
from app.services.deploy_resources import Deployment, deploy_resources
from app.services.fire_timer import fire_timer
from app.services.open_runtime import open_runtime
from app.services.read_resource import ResourceFile
from app.services.unit_of_work import Runtime
from app.storage.accounts import write_password
from app.storage.base import Base
from app.storage.types import read_json
from app.storage.user_tasks import UserTaskRow
from app.storage.variables import VariableRow
from tests.conformance.drawing import Node, activity, draw, user_task, zeebe

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)  # a Monday
BOSS = Actor("boss", scopes=frozenset(SCOPES))
ANNA = Actor("anna", groups=frozenset({"intake"}), scopes=frozenset({"work", "start"}))
BERT = Actor("bert", groups=frozenset({"credit"}), scopes=frozenset({"work"}))

_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def work_for(
    ident: str, *more: Node, groups: str | None = None, users: str | None = None, due: str | None = None
) -> Node:
    """A user task with candidates and a due date."""
    people = zeebe("assignmentDefinition", candidateGroups=groups, candidateUsers=users) if groups or users else None
    schedule = zeebe("taskSchedule", dueDate=due) if due else None
    return user_task(ident, *[one for one in (people, schedule) if one is not None], *more)


def built_in(ident: str, type_: str, *more: Node, headers: Mapping[str, str] | None = None) -> Node:
    """A service task for a built-in worker."""
    shown = zeebe("taskHeaders", *[zeebe("header", key=key, value=value) for key, value in (headers or {}).items()])
    return activity("serviceTask", ident, ext=(zeebe("taskDefinition", type=type_), shown, *more))


class KeptNudges:
    """Keeps nudges instead of sending them."""

    def __init__(self) -> None:
        self.sent: list[Nudge] = []
        self.is_reachable = True

    def send(self, nudge: Nudge) -> bool:
        if self.is_reachable:
            self.sent.append(nudge)
        return self.is_reachable

    def backlog(self) -> int:
        return 0


def give_password(runtime: Runtime, username: str, password: str) -> None:
    """Let an account sign in by password; a hash says how it was made, and this one is checked at once."""
    runtime.perform(lambda work: write_password(work.connection, username, _QUICK.hash(password)))


def spare_the_disk(engine: Engine) -> None:
    """Let SQLite not wait for the disk: a test's database need not outlive the machine it runs on."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))


class Desk:
    """One installation of the product, as its use cases see it."""

    def __init__(self, url: str, **changes: Any) -> None:
        self.clock = PinnedClock(NOON)
        self.nudges = KeptNudges()
        self._folder = Path(tempfile.mkdtemp(prefix="desk-"))
        changes = {"mode": "production", "zone": "UTC", "pool_size": 12, "data_dir": self._folder} | changes
        self.settings = Settings(url, None, "x" * 32, **changes)
        self.runtime: Runtime = open_runtime(self.settings, clock=self.clock, nudges=self.nudges)
        spare_the_disk(self.runtime.engine)
        self.perform = self.runtime.perform

    def close(self) -> None:
        self.runtime.engine.dispose()
        shutil.rmtree(self._folder, ignore_errors=True)

    def deploy(self, *processes: Node, **files: str | bytes) -> Deployment:
        """Deploy drawn processes, each as a file of its own, and files named `name__ext`."""
        found = [
            ResourceFile(name.replace("__", "."), text if isinstance(text, bytes) else text.encode())
            for name, text in files.items()
        ]
        found += [ResourceFile(f"{one.get('id')}.bpmn", draw(one)) for one in processes]
        return self.perform(deploy_resources, BOSS, found)

    def start(self, process_id: str = "p", **variables: Any) -> int:
        return self.perform(create_process_instance, BOSS, StartPlan(process_id=process_id), variables).key

    def complete(self, element_id: str, actor: Actor = BOSS, **variables: Any) -> int:
        """Complete the one open task of an element."""
        key = self.open_task(element_id)
        self.perform(complete_user_task, actor, key, variables)
        return key

    def open_task(self, element_id: str) -> int:
        (task,) = [row for row in self.open_tasks() if row.element_id == element_id]
        return int(task.key)

    def open_tasks(self) -> Sequence[Row[Any]]:
        return self.rows(UserTaskRow, ended_at=None)

    def rows(self, row_class: type[Base], **values: Any) -> Sequence[Row[Any]]:
        """Every row with these values, by key."""
        table = row_class.__table__
        query = select(table).where(*[table.c[name] == value for name, value in values.items()])
        with self.runtime.reading() as connection:
            return connection.execute(query.order_by(*table.primary_key.columns)).all()

    def row(self, row_class: type[Base], **values: Any) -> Row[Any]:
        (row,) = self.rows(row_class, **values)
        return row

    def variables(self, scope_key: int) -> dict[str, Any]:
        return {row.name: read_json(row.value) for row in self.rows(VariableRow, scope_key=scope_key)}

    def move(self, **length: float) -> int:
        """Let time pass, and fire what falls due as a dispatcher and a worker would; returns how many timers fired."""
        self.clock.move(timedelta(**length))
        fired = 0
        while claimed := self.perform(claim_due_timers, 50):
            fired += sum(self.perform(fire_timer, key, token) for key, token in claimed)
        return fired


@contextmanager
def open_desk(url: str, **changes: Any) -> Iterator[Desk]:
    desk = Desk(url, **changes)
    yield desk
    desk.close()
