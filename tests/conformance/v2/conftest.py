"""One live installation for the whole suite, and stock clients signed in to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any, TypeVar

import pytest
from camunda_orchestration_sdk import CamundaClient
from camunda_orchestration_sdk.models import CreateDeploymentData, ProcessCreationById, UserTaskSearchQuery
from camunda_orchestration_sdk.types import File

from app.valkey import RunningValkey
from tests.conformance.v2.live import PASSWORD, Live, start_live
from tests.conftest import databases, new_database

Found = TypeVar("Found")


@pytest.fixture(scope="session")
def live(
    request: pytest.FixtureRequest, valkey_server: RunningValkey, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Live]:
    """The installation: on PostgreSQL where there is one, else on SQLite."""
    folder = tmp_path_factory.mktemp("live")
    with new_database(request, databases(request.config)[-1], folder) as database:
        running = start_live(database.url, f"{valkey_server.url}?db=2", folder)
        yield running
        running.stop()


def sign_in(live: Live, name: str) -> CamundaClient:
    """A stock client that signs in with Basic authentication."""
    return CamundaClient(
        configuration={
            "CAMUNDA_REST_ADDRESS": live.url,
            "CAMUNDA_AUTH_STRATEGY": "BASIC",
            "CAMUNDA_BASIC_AUTH_USERNAME": name,
            "CAMUNDA_BASIC_AUTH_PASSWORD": PASSWORD,
        }
    )


@pytest.fixture(scope="session")
def client(live: Live) -> Iterator[CamundaClient]:
    """The stock client of an account that may do everything."""
    with sign_in(live, "operator") as opened:
        yield opened


@pytest.fixture(scope="session")
def clerk(live: Live) -> Iterator[CamundaClient]:
    """The stock client of a clerk of the group `desk`."""
    with sign_in(live, "clerk") as opened:
        yield opened


def deploy(client: CamundaClient, name: str, content: bytes | str) -> Any:
    """Deploy one file and return the client's result."""
    data = content.encode() if isinstance(content, str) else content
    return client.create_deployment(data=CreateDeploymentData(resources=[File(payload=BytesIO(data), file_name=name)]))


def eventually(look: Callable[[], Found | None], what: str, seconds: float = 20.0) -> Found:
    """What `look` finds, once it finds something: background work takes its own time."""
    until = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < until, f"Expected {what} within {seconds:g} s, but it did not come"
        time.sleep(0.05)


def start(client: CamundaClient, process_id: str, variables: dict[str, Any] | None = None, **more: Any) -> Any:
    """Start the latest version of a process; `more` are members of the request, as they are on the wire."""
    request = {"processDefinitionId": process_id, "variables": variables or {}, **more}
    return client.create_process_instance(data=ProcessCreationById.from_dict(request))


def tasks(client: CamundaClient, instance_key: str) -> list[Any]:
    """An instance's open user tasks."""
    wanted = {"filter": {"processInstanceKey": instance_key, "state": "CREATED"}}
    return list(client.search_user_tasks(data=UserTaskSearchQuery.from_dict(wanted)).items)


def state(client: CamundaClient, instance_key: str) -> str:
    """An instance's state, as its name."""
    return str(client.get_process_instance(instance_key).state.value)
