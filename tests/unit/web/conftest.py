"""The application on a migrated database of its own, with three accounts, called without a network."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.config import read_settings
from app.services.create_account import create_account
from app.services.open_runtime import open_runtime
from app.services.unit_of_work import Runtime
from tests.applications import open_app
from tests.conftest import TestDatabase
from tests.desk import give_password, spare_the_disk

PASSWORD = "correct horse"


@dataclass(frozen=True)
class Door:
    """The application, and the means to knock: `ask` signs in by name, as `operator` unless said otherwise."""

    app: Flask
    runtime: Runtime
    client: FlaskClient

    def ask(
        self, method: str, path: str, body: Any = None, *, name: str | None = "operator", **more: Any
    ) -> TestResponse:
        headers = dict(more.pop("headers", {}))
        if name is not None:
            headers["Authorization"] = basic(name)
        if body is not None:
            more["json"] = body
        return self.client.open(path, method=method, headers=headers, **more)

    def deploy(self, name: str, content: bytes, **more: Any) -> TestResponse:
        data = {"resources": (BytesIO(content), name)}
        return self.ask("POST", "/v2/deployments", data=data, content_type="multipart/form-data", **more)


def basic(name: str, password: str = PASSWORD) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


@pytest.fixture
def door(database: TestDatabase, tmp_path: Path) -> Iterator[Door]:
    environment = {
        "DATABASE_URL": database.url,
        "REDRESS_MODE": "test",
        "REDRESS_DATA_DIR": str(tmp_path),
        "SECRET_KEY": "x" * 32,
    }
    runtime = open_runtime(read_settings(environment))
    spare_the_disk(runtime.engine)
    for name, role in (("operator", "admin"), ("clerk", "clerk"), ("auditor", "auditor")):
        runtime.perform(create_account, name, display_name=name.title(), roles=[role], groups=["desk"])
        give_password(runtime, name, PASSWORD)
    app = open_app(runtime)
    yield Door(app, runtime, app.test_client())
    runtime.engine.dispose()
