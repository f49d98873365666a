"""The queue of a node on one machine: a Valkey that is started with the node, and again when it ends by itself.

Knows nothing of what is queued: whoever finds the queue away goes on without it until it answers at its address again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from app.pauses import Pauses
from app.valkey import RunningValkey, launch_valkey, start_valkey


@dataclass
class LocalQueue:
    """The queue that keeps its data in `folder`."""

    folder: Path
    running: RunningValkey
    has_ended: bool = False
    pauses: Pauses = field(default_factory=Pauses)

    @classmethod
    def start(cls, folder: Path) -> LocalQueue:
        """Start it; UnavailableError when it does not answer."""
        return cls(folder, start_valkey(folder))

    def keep_running(self, say: Callable[[str], None]) -> None:
        """Start it again, at the same address, when it has ended and the pause is over; waits for no answer of it."""
        code = self.running.process.poll()
        if code is None:
            return
        if not self.has_ended:
            self.has_ended = True
            say(f"the queue ended with code {code}; it starts again in {self.pauses.begin():.0f} s")
        if self.pauses.is_over:
            self.has_ended = False
            self.running = launch_valkey(self.folder, self.running.socket_directory)

    def stop(self) -> None:
        """Let it write everything and end."""
        self.running.stop()
