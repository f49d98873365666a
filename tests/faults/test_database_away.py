from pathlib import Path

import pytest

from app.errors import UnavailableError
from app.storage.schema import upgrade_schema
from tests.conformance.drawing import process
from tests.desk import Desk
from tests.postgres import start_cluster


def test_a_command_says_that_the_database_is_away_and_works_when_it_is_back(database_kind: str, tmp_path: Path) -> None:
    if database_kind != "postgres":
        pytest.skip("Expected a database server, but SQLite has none that could be away")
    cluster = start_cluster(tmp_path, durable=True)
    desk = Desk(cluster.database_url("postgres"))
    upgrade_schema(desk.runtime.engine)
    desk.deploy(process(flows="s -> a -> e"))
    desk.start()
    cluster.kill()
    with pytest.raises(UnavailableError, match="Expected the database to answer"):
        desk.start()
    cluster.start_again()
    desk.start()
    assert len(desk.open_tasks()) == 2
    desk.close()
    cluster.stop()
