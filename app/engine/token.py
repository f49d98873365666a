"""A token: one live element instance, as a SpiffWorkflow task.

Owns what a token carries: its phase, local variables, open subscriptions and notes. A token's parent is its scope's
token, not its predecessor's; its id is its key. Finished tokens leave the tree at once, so the tree holds what is live.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.task import Task

from app.engine.kinds import Kind

if TYPE_CHECKING:
    from app.engine.runtime import Runtime
    from app.engine.specs.base import ElementSpec


class Phase(IntEnum):
    """How far a token has come in its element's life; stored, so the numbers never change."""

    ENTER = 0
    INPUTS = 1
    START_LISTENERS = 2
    BEGIN = 3
    ACTIVE = 4
    OUTPUTS = 5
    END_LISTENERS = 6
    LEAVE = 7
    TERMINATING = 8


@dataclass(slots=True)
class Subscription:
    """Something a token waits for. `trigger` is the index of the trigger in the catching element's record.

    `name` is the message's or signal's name. Timers: `due` is the ISO instant, `remaining` the firings with this one
    (None without end), `cycle` what to go on from.
    """

    key: int
    kind: Kind
    element_id: str
    trigger: int = 0
    name: str = ""
    due: str = ""
    remaining: int | None = 1
    cycle: str = ""


class Token(Task):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A live element instance.

    `data` holds its local variables as JSON text by name, `decoded` those already parsed. `notes` (SpiffWorkflow's
    internal data) is JSON: job, task, incident, arrivals, result, … ; each file that writes one documents it.
    """

    id: int
    workflow: Runtime
    task_spec: ElementSpec
    data: dict[str, str]
    internal_data: dict[str, Any]
    _children: list[int]
    _parent: int | None
    _state: int

    def __init__(self, workflow: Runtime, spec: ElementSpec, parent: Token | None, key: int) -> None:
        self.phase: Phase = Phase.ENTER
        self.subscriptions: list[Subscription] = []
        self.decoded: dict[str, Any] = {}
        self.chosen: tuple[Any, ...] = ()
        super().__init__(workflow, spec, parent, TaskState.FUTURE, key)

    @property
    def key(self) -> int:
        """The element instance's key."""
        return self.id

    @property
    def notes(self) -> dict[str, Any]:
        """What the engine keeps with the token, as JSON values."""
        return self.internal_data

    @property
    def scope(self) -> Token | None:
        """The enclosing scope's token."""
        return self.workflow.tasks.get(self._parent) if self._parent is not None else None

    @property
    def live_children(self) -> list[Token]:
        """The tokens in this one's scope."""
        tasks = self.workflow.tasks
        return [tasks[key] for key in self._children]

    @property
    def is_gone(self) -> bool:
        """Whether the token has ended."""
        return bool(self._state & TaskState.FINISHED_MASK) and self._state != TaskState.ERROR

    @property
    def is_terminated(self) -> bool:
        """Whether the token ended without completing."""
        return bool(self._state == TaskState.CANCELLED)

    def note(self, name: str, value: Any) -> None:
        """Keep a note."""
        self.internal_data[name] = value

    def drop(self, name: str) -> Any:
        """Remove a note and return it, None if there was none."""
        return self.internal_data.pop(name, None)

    def _set_state(self, value: int) -> None:
        # A token may end while its own step runs (an escalation that interrupts its scope): it stays ended.
        if not self.is_gone:
            self._state = value
