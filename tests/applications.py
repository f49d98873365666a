"""The web application on a test's own runtime, made once a process: routes and templates are the same on any database.

Each test gets a copy with an own runtime and own counters; what it shares with the others never changes.
"""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from pathlib import Path

from flask import Flask

from app.config import Settings
from app.services.unit_of_work import Runtime
from app.web import create_app
from app.web.authentication import KnownActors
from app.web.limits import Limits

_MADE: list[tuple[Settings, Flask]] = []


def open_app(runtime: Runtime) -> Flask:
    """The application on `runtime`, as `create_app` would make it from its settings."""
    settings = runtime.settings
    alike = replace(settings, database_url="", data_dir=Path(), data_keys={})
    made = next((app for kept, app in _MADE if kept == alike), None)
    if made is None:
        made = create_app(settings, runtime=runtime)
        _MADE.append((alike, made))
    app = copy(made)
    app.config = copy(made.config)
    app.extensions = made.extensions | {
        "redress": runtime,
        "known_actors": KnownActors(),
        "redress_limits": Limits(settings.redis_url),
    }
    return app
