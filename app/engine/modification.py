"""Modification: activating, moving and terminating elements of a running instance, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence

from app.engine.commands import Activate, Move, Terminate
from app.engine.runtime import Runtime


def modify(run: Runtime, activate: Sequence[Activate], move: Sequence[Move], terminate: Sequence[Terminate]) -> None:
    """Carry out the instructions, or raise ModificationRefusedError with every reason and change nothing."""
    raise NotImplementedError
