"""What the processes of a node on one machine do: web server, dispatcher, worker. Knows not how they are kept.

Each imports what only it needs, beside the others: the node is ready sooner, and worker and dispatcher stay small.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from app.clock import SystemClock
from app.config import read_settings
from app.importing import importing
from app.local_node import NodeOptions, Part
from app.services.seed_demo_complaints import seed_demo_complaints
from tasks import dispatcher, worker


def serve_web(options: NodeOptions, wait_until_prepared: Callable[[], None]) -> None:
    """Serve HTTP at the options' address."""
    with importing():
        from app.web.serve import serve

    wait_until_prepared()
    serve(f"{options.host}:{options.port}", options.web_workers)


def dispatch(_: NodeOptions, wait_until_prepared: Callable[[], None]) -> None:
    """Dispatch what falls due; in a demo, once its complaints are made, while people look around already."""
    wait_until_prepared()
    settings = read_settings(os.environ)
    if settings.mode == "demo":
        seed_demo_complaints(settings, SystemClock().now())
    dispatcher.main()


def work(_: NodeOptions, wait_until_prepared: Callable[[], None]) -> None:
    """Do what nudges ask for."""
    wait_until_prepared()
    worker.main()


PARTS: dict[str, Part] = {"web server": serve_web, "dispatcher": dispatch, "worker": work}
