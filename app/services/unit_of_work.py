"""One transaction: opens it, gives a use case what it needs, commits it, and only then sends what it left to be sent.

The only place that commits. Knows no use case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

import psycopg
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app.clock import Clock, PinnedClock
from app.config import Settings
from app.errors import UnavailableError
from app.feel import Calendars
from app.jobs import Nudge, Nudges
from app.services.deployed_models import DeployedModels
from app.storage.clock_setting import find_pinned_at
from app.storage.database import reading
from app.storage.deployments import find_deployment_mark
from app.storage.files import FileStore, open_file_store
from app.storage.keys import KeySource
from app.storage.sealing import Sealer
from app.storage.writes import Writes
from app.turns import leave_turn

ATTEMPTS = 4
PASSING_STATES = frozenset({"40P01", "40001", "53300", "57P01", "57P02", "57P03"})
"""Deadlock, serialisation, too many connections, shut down, crashed, starting up."""
P = ParamSpec("P")
R = TypeVar("R")


class DatabaseFailedError(UnavailableError):
    """The database broke a transaction off, before the commit: nothing was changed, and trying again may help."""


@dataclass
class Runtime:
    """What one process of the product runs with; made once, shared by its threads.

    `calendars` answers FEEL's working-day functions; None means there are none. `deliver` delivers outbox rows by key.
    """

    settings: Settings
    engine: Engine
    clock: Clock
    nudges: Nudges
    deliver: Callable[[Runtime, list[int]], None]
    calendars: Calendars | None = None
    keys: KeySource = field(init=False)
    models: DeployedModels = field(init=False)
    zone: ZoneInfo = field(init=False)
    sealer: Sealer = field(init=False)
    files: FileStore = field(init=False)

    def __post_init__(self) -> None:
        self.keys = KeySource(self.engine)
        self.models = DeployedModels()
        self.zone = ZoneInfo(self.settings.zone)
        self.sealer = Sealer(self.settings.data_keys)
        self.files = open_file_store(self.settings)

    @contextmanager
    def unit_of_work(self) -> Iterator[UnitOfWork]:
        """Open a transaction; it commits when the block ends well, then nudges and deliveries go out.

        Raises UnavailableError when the database does not answer.
        """
        with _failures_told():
            self.keys.prepare()
        with _failures_told(), self.engine.connect() as connection:
            connection.begin()  # explicitly: the prebuilt writes reach the driver without SQLAlchemy's knowing
            work = UnitOfWork(self, connection, self.now_in(connection))
            yield work
            work.writes.flush()
            leave_turn()
            _commit(connection)
        for nudge in work.pending_nudges:
            self.nudges.send(nudge)
        if work.deliveries:
            self.deliver(self, work.deliveries)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Lend a connection that only reads; UnavailableError when the database does not answer."""
        with _failures_told(), reading(self.engine) as connection:
            yield connection

    def perform(self, use_case: Callable[Concatenate[UnitOfWork, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run one use case in a transaction of its own; again if the database picked it as a deadlock's victim.

        Raises UnavailableError when the database does not answer.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self.unit_of_work() as work:
                    return use_case(work, *args, **kwargs)
            except DatabaseFailedError:
                if attempt == ATTEMPTS:
                    raise
        raise AssertionError("unreachable")

    def now(self) -> datetime:
        """Return the product's current instant, read afresh where the clock may be moved."""
        with self.reading() as connection:
            return self.now_in(connection)

    def now_in(self, connection: Connection) -> datetime:
        """Return the product's current instant, as this connection sees it."""
        pinned = find_pinned_at(connection) if self.settings.clock_may_move else None
        return pinned or self.clock.now()


class UnitOfWork:
    """One open transaction. `now` stands still in it; `writes` are sent at each flush, and before the commit.

    `cause_depth` counts the automation rules that led to it, one after the other: 0 for people and clocks.
    """

    def __init__(self, runtime: Runtime, connection: Connection, now: datetime) -> None:
        self.runtime = runtime
        self.connection = connection
        self.now = now
        self.clock = PinnedClock(now)
        self.writes = Writes(connection)
        self._mark: int | None = None
        self.pending_nudges: list[Nudge] = []
        self.deliveries: list[int] = []
        self.cause_depth = 0

    @property
    def mark(self) -> int:
        """The deployment mark as of this transaction, read once."""
        if self._mark is None:
            self._mark = find_deployment_mark(self.connection)
        return self._mark

    @mark.setter
    def mark(self, mark: int) -> None:
        self._mark = mark

    def next_key(self) -> int:
        """Return a new key."""
        return self.runtime.keys.next()

    def nudge(self, task: str, *ids: tuple[int, ...]) -> None:
        """Ask a worker, after the commit, to look at these rows."""
        self.pending_nudges.append(Nudge(task, ids))

    def deliver(self, outbox_key: int) -> None:
        """Deliver this outbox row right after the commit; should the process die first, the sweep finds the row."""
        self.deliveries.append(outbox_key)


def _commit(connection: Connection) -> None:
    """Commit; a failure here is never tried again, since the database may have committed before it went away."""
    try:
        connection.commit()
    except DBAPIError as error:
        raise UnavailableError(f"Expected the database to confirm the change, but it failed: {error.orig}") from error


@contextmanager
def _failures_told() -> Iterator[None]:
    """Raise DatabaseFailedError for what another try may not meet again: a deadlock, a busy file, a lost server."""
    try:
        yield
    except PoolTimeoutError as error:
        raise DatabaseFailedError(f"Expected a free database connection, but {error}") from error
    except DBAPIError as error:
        if not _is_passing(error):
            raise
        raise DatabaseFailedError(f"Expected the database to answer, but it failed: {error.orig}") from error


def _is_passing(error: DBAPIError) -> bool:
    if error.connection_invalidated or "database is locked" in str(error.orig):
        return True
    state = getattr(error.orig, "sqlstate", None)
    if isinstance(error, OperationalError) and isinstance(error.orig, psycopg.Error) and state is None:
        return True  # no connection was made at all
    return state in PASSING_STATES
