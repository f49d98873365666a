"""The queue of a node on one machine: a Valkey that is started with the node, and again when it ends by itself.

Knows nothing of what is queued: whoever finds the queue away goes on without it until it answers at its address again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.errors import UnavailableError
from app.valkey import RunningValkey, start_valkey

PAUSE_SECONDS = 30.0
"""How long a queue that could not be started again is left alone."""


@dataclass
class LocalQueue:
    """The queue that keeps its data in `folder`."""

    folder: Path
    running: RunningValkey
    start_at: float = 0.0

    @classmethod
    def start(cls, folder: Path) -> LocalQueue:
        """Start it; UnavailableError when it does not answer."""
        return cls(folder, start_valkey(folder))

    def keep_running(self, say: Callable[[str], None]) -> None:
        """Start it again, at the same address, when it is not running and its pause is over."""
        code = self.running.process.poll()
        if code is None or time.monotonic() < self.start_at:
            return
        say(f"the queue ended with code {code}; it starts again")
        place = self.running.socket_directory
        place.mkdir(mode=0o700, exist_ok=True)  # a failed start took it away
        try:
            self.running = start_valkey(self.folder, socket_directory=place)
        except UnavailableError as error:
            say(str(error))
            self.start_at = time.monotonic() + PAUSE_SECONDS

    def stop(self) -> None:
        """Let it write everything and end."""
        self.running.stop()
