"""What the processes of a node on one machine do: web server, dispatcher, worker. Knows not how they are kept."""

from __future__ import annotations

import os
from typing import Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

from app.clock import SystemClock
from app.config import read_settings
from app.local_node import NodeOptions, Part
from app.services.seed_demo_complaints import seed_demo_complaints
from app.web import create_app
from tasks import dispatcher, worker

WEB_THREADS = 4


class _WebServer(BaseApplication):  # type: ignore[misc]
    def __init__(self, options: NodeOptions) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        self.cfg.set("bind", f"{self.options.host}:{self.options.port}")
        self.cfg.set("workers", self.options.web_workers)
        self.cfg.set("threads", WEB_THREADS)
        self.cfg.set("worker_class", "gthread")
        self.cfg.set("preload_app", True)
        self.cfg.set("loglevel", "warning")

    def load(self) -> Any:
        return create_app(read_settings(os.environ))


def serve_web(options: NodeOptions) -> None:
    """Serve HTTP at the options' address."""
    _WebServer(options).run()


def dispatch(_: NodeOptions) -> None:
    """Dispatch what falls due; in a demo, once its complaints are made, while people look around already."""
    settings = read_settings(os.environ)
    if settings.mode == "demo":
        seed_demo_complaints(settings, SystemClock().now())
    dispatcher.main()


PARTS: dict[str, Part] = {
    "web server": serve_web,
    "dispatcher": dispatch,
    "worker": lambda _: worker.main(),
}
