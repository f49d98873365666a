"""Keys: 63-bit numbers that rise with time and are never given twice, in any process of any node.

Layout, high to low: 41 bits of milliseconds since 2026-01-01, 10 bits of process number, 12 bits of sequence. The
process number comes from a counter row: two processes share one only if 1,024 others started between them and both
still run.
"""

from __future__ import annotations

import os
import threading

from sqlalchemy import BigInteger, Connection, Engine, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import SystemClock
from app.storage.base import Base

EPOCH_MS = 1_767_225_600_000
PROCESSES = 1024
SEQUENCES = 4096
MACHINE = SystemClock()  # keys rise with the machine's time, however the product's clock is moved


class ProcessNumberRow(Base):
    """The counter that numbers processes; one row, id 1."""

    __tablename__ = "process_number"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(BigInteger)


def take_process_number(connection: Connection) -> int:
    """Return the next process number, 0 to 1,023; the caller commits before it uses it."""
    bump = update(ProcessNumberRow).where(ProcessNumberRow.id == 1).values(last=ProcessNumberRow.last + 1)
    if connection.execute(bump).rowcount == 0:
        connection.execute(insert(ProcessNumberRow).values(id=1, last=0))
    last = connection.execute(select(ProcessNumberRow.last).where(ProcessNumberRow.id == 1)).scalar_one()
    return last % PROCESSES


class KeySource:
    """Gives keys to one process and its threads; after a fork the child numbers itself anew."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._pid = 0
        self._process = 0
        self._last = 0
        self._floor = 0

    def prepare(self) -> None:
        """Catch up with the machine's time, and number this process if it has no number yet.

        Numbering takes a transaction of its own, so call it outside of one, before each.
        """
        self._floor = int(MACHINE.now().timestamp() * 1000 - EPOCH_MS) * SEQUENCES
        if self._pid == os.getpid():
            return
        with self._lock:
            if self._pid != os.getpid():
                with self._engine.begin() as connection:
                    self._process = take_process_number(connection)
                self._pid = os.getpid()

    def next(self) -> int:
        """Return a new key; `prepare` must have run in this process."""
        with self._lock:
            tick = self._last = max(self._floor, self._last + 1)
        milliseconds, sequence = divmod(tick, SEQUENCES)
        return (milliseconds * PROCESSES + self._process) * SEQUENCES + sequence
