"""Makes exports of lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.services.export_list import run_export
from tasks.process import process_runtime


def run_exports(keys: Iterable[Sequence[int]]) -> None:
    """Make these exports."""
    for (key,) in keys:
        run_export(process_runtime(), key)
