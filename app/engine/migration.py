"""Migration: an instance goes on under another version of its process."""

from __future__ import annotations

from collections.abc import Mapping

from app.engine.model import Definition
from app.engine.runtime import Runtime


def migrate(run: Runtime, definition: Definition, mapping: Mapping[str, str]) -> Runtime:
    """Return the instance under `definition`; MigrationRefusedError lists every reason why not."""
    raise NotImplementedError
