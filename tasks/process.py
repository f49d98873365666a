"""The runtime of a worker or dispatcher process: opened once, from the environment; and how such a process ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import lru_cache

from app.config import read_settings
from app.errors import RedressError
from app.log import configure_logging
from app.services.open_runtime import open_runtime
from app.services.unit_of_work import Runtime


@lru_cache(maxsize=1)
def process_runtime() -> Runtime:
    """Return this process's runtime, and log as its mode says; a forked child inherits it with new connections."""
    settings = read_settings(os.environ)
    configure_logging(human=settings.mode != "production")
    return open_runtime(settings)


def run_process(main: Callable[[], None]) -> None:
    """Run `main`; a failure the product raises on purpose ends the process with one sentence on stderr."""
    try:
        main()
    except RedressError as error:
        sys.exit(f"[redress] {error}")
