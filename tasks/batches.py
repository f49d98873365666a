"""Works off batch operations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.services import run_batch as batches
from tasks.process import process_runtime


def run_batch(keys: Iterable[Sequence[int]]) -> None:
    """Work off what is left of these batches."""
    for (key,) in keys:
        batches.run_batch(process_runtime(), key)
