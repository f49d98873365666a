"""The runtime of a worker or dispatcher process: opened once, from the environment."""

from __future__ import annotations

import os
from functools import lru_cache

from app.config import read_settings
from app.services.open_runtime import open_runtime
from app.services.unit_of_work import Runtime


@lru_cache(maxsize=1)
def process_runtime() -> Runtime:
    """Return this process's runtime; a forked child inherits it, and its connections start anew."""
    return open_runtime(read_settings(os.environ))
