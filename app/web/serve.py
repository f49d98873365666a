"""The web server of a node on one machine: gunicorn without a command line."""

from __future__ import annotations

import os
from typing import Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

from app.config import read_settings
from app.web import create_app
from app.web.worker import SETTINGS


class _WebServer(BaseApplication):  # type: ignore[misc]
    def __init__(self, address: str, workers: int) -> None:
        self.address, self.workers = address, workers
        super().__init__()

    def load_config(self) -> None:
        self.cfg.set("bind", self.address)
        self.cfg.set("workers", self.workers)
        for name, value in SETTINGS.items():
            self.cfg.set(name, value)
        self.cfg.set("loglevel", "warning")

    def load(self) -> Any:
        return create_app(read_settings(os.environ))


def serve(address: str, workers: int) -> None:
    """Serve HTTP at `address` (host:port) with so many processes until SIGTERM; settings come from the environment."""
    _WebServer(address, workers).run()
