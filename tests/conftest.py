"""Real databases and a real queue for tests: SQLite files, one PostgreSQL cluster and one Valkey a session."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import redis
from xdist.scheduler import LoadFileScheduling

from app.services.shipped_models import deploy_shipped_models
from app.storage.database import open_engine
from app.storage.schema import upgrade_schema
from app.valkey import RunningValkey, find_valkey_binary, start_valkey
from tests.desk import Desk, open_desk
from tests.postgres import Cluster, start_cluster, why_no_cluster

# The same examples every time, however busy the machine: what fails here fails for everybody.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("steady")


ONE_INSTALLATION = ("tests/conformance/v2/",)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=("sqlite", "postgres", "both"), default="both", help="databases to run on")
    parser.addoption("--rounds", type=int, default=5, help="rounds of the kill -9 tests")


class _SharedInstallations(LoadFileScheduling):
    """Spreads files over workers, but keeps together those that share one running installation."""

    def _split_scope(self, nodeid: str) -> str:
        file = str(super()._split_scope(nodeid))
        return next((folder for folder in ONE_INSTALLATION if file.startswith(folder)), file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    return _SharedInstallations(config, log) if config.getoption("dist") == "loadfile" else None


def databases(config: pytest.Config) -> list[str]:
    """The databases this run uses; where PostgreSQL cannot start, SQLite alone, and the header says why."""
    asked = config.getoption("--db")
    if asked == "sqlite":
        return ["sqlite"]
    why_not = None if os.environ.get("TEST_DATABASE_URL") else why_no_cluster()
    if why_not is None:
        return ["postgres"] if asked == "postgres" else ["sqlite", "postgres"]
    if asked == "postgres":
        raise pytest.UsageError(f"Expected a PostgreSQL to test on, but {why_not}")
    return ["sqlite"]


def pytest_report_header(config: pytest.Config) -> str:
    found = databases(config)
    missing = "" if "postgres" in found or config.getoption("--db") == "sqlite" else f" ONLY: {why_no_cluster()}"
    return f"databases: {', '.join(found)}{missing}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        metafunc.parametrize("database_kind", databases(metafunc.config), scope="module")


@pytest.fixture(scope="session")
def postgres_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One PostgreSQL for the session."""
    outside = os.environ.get("TEST_DATABASE_URL")
    cluster = Cluster.at(outside) if outside else start_cluster(tmp_path_factory.mktemp("pg"))
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres_cluster: Cluster) -> Iterator[str]:
    """The name of a migrated database, to be copied."""
    with _new_postgres(postgres_cluster, "template0") as (name, url):
        _migrate(url)
        yield name


@pytest.fixture(scope="session")
def postgres_stocked(postgres_cluster: Cluster, postgres_template: str) -> Iterator[str]:
    """The name of a database with the shipped procedures, to be copied."""
    with _new_postgres(postgres_cluster, postgres_template) as (name, url):
        _stock(url)
        yield name


@pytest.fixture(scope="session")
def postgres_house(postgres_cluster: Cluster, postgres_stocked: str) -> Iterator[str]:
    """The name of a database in which the demo bank has settled, to be copied."""
    with _new_postgres(postgres_cluster, postgres_stocked) as (name, url):
        _settle(url)
        yield name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def sqlite_stocked(sqlite_template: Path) -> Path:
    """An SQLite file with the shipped procedures, to be copied."""
    path = sqlite_template.with_name("stocked.sqlite3")
    shutil.copy(sqlite_template, path)
    _stock(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def sqlite_house(sqlite_stocked: Path) -> Path:
    """An SQLite file in which the demo bank has settled, to be copied."""
    path = sqlite_stocked.with_name("house.sqlite3")
    shutil.copy(sqlite_stocked, path)
    _settle(f"sqlite:///{path}")
    return path


def _migrate(url: str) -> None:
    engine = open_engine(url)
    upgrade_schema(engine)
    engine.dispose()


def _stock(url: str) -> None:
    with open_desk(url) as desk:
        desk.perform(deploy_shipped_models)


def _settle(url: str) -> None:
    from tests.bank import settle  # brings the web along, which tests of the languages do without

    with open_desk(url) as desk:
        settle(desk, with_models=False)


@dataclass(frozen=True)
class TestDatabase:
    """A migrated database of a test's own."""

    __test__ = False
    kind: str
    url: str


@contextmanager
def new_database(
    request: pytest.FixtureRequest, kind: str, folder: Path, *, content: str = "template"
) -> Iterator[TestDatabase]:
    """Make a database of `kind`, a copy of what the fixture of this kind and `content` is; drop it afterwards."""
    if kind == "sqlite":
        path = folder / f"{uuid.uuid4().hex[:8]}.sqlite3"
        shutil.copy(request.getfixturevalue(f"sqlite_{content}"), path)
        yield TestDatabase("sqlite", f"sqlite:///{path}")
        return
    cluster: Cluster = request.getfixturevalue("postgres_cluster")
    with _new_postgres(cluster, request.getfixturevalue(f"postgres_{content}")) as (_, url):
        yield TestDatabase("postgres", url)


@contextmanager
def _new_postgres(cluster: Cluster, template: str) -> Iterator[tuple[str, str]]:
    name = f"t_{uuid.uuid4().hex[:12]}"
    yield name, cluster.create(name, template)
    cluster.drop(name)


@pytest.fixture(scope="module")
def module_database(
    request: pytest.FixtureRequest, database_kind: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestDatabase]:
    """One database for all tests of a module: each test must stay with what it made itself."""
    with new_database(request, database_kind, tmp_path_factory.mktemp("db")) as database:
        yield database


@pytest.fixture
def database(request: pytest.FixtureRequest, database_kind: str, tmp_path: Path) -> Iterator[TestDatabase]:
    """One database for one test, with what its other fixtures say is in it; else it is empty."""
    content = next((name for name in ("house", "stocked") if name in request.fixturenames), "template")
    with new_database(request, database_kind, tmp_path, content=content) as found:
        yield found


@pytest.fixture(scope="session")
def valkey_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningValkey]:
    """One Valkey for the session."""
    if find_valkey_binary() is None:
        pytest.skip("Expected a Valkey or Redis server, but there is none for this platform")
    server = start_valkey(tmp_path_factory.mktemp("valkey"), append_only=False)
    yield server
    server.stop()


@pytest.fixture
def redis_url(valkey_server: RunningValkey) -> Iterator[str]:
    """The address of an empty Valkey database of this test's own."""
    url = f"{valkey_server.url}?db=1"
    yield url
    client = redis.Redis.from_url(url)
    client.flushdb()
    client.close()


@pytest.fixture
def desk(database: TestDatabase) -> Iterator[Desk]:
    """An installation of this test's own, its clock pinned."""
    with open_desk(database.url) as found:
        yield found
