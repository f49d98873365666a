from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from app.errors import InvalidInputError
from app.storage import prepared
from app.storage.database import open_engine
from app.storage.prepared import read_prepared
from tests.postgres import Cluster

ASKED = "SELECT pg_backend_pid() WHERE $1::int = 1"


class Interrupted(BaseException):
    """What a worker's time limit raises, wherever the code is."""


@pytest.fixture
def connection(postgres_cluster: Cluster) -> Iterator[Connection]:
    engine = open_engine(postgres_cluster.database_url("postgres"), pool_size=1)
    with engine.connect() as found:
        yield found
    engine.dispose()


def test_values_of_each_kind_come_back_as_they_went_in(connection: Connection) -> None:
    values = [
        '投诉 " \\',
        ['a,"b', "c\\", "NULL"],
        datetime(2026, 3, 4, tzinfo=UTC),
        True,
        Decimal("1.50"),
        b"\0\1",
        None,
    ]
    kinds = ("text", "text[]", "timestamptz", "bool", "numeric", "bytea", "int")
    query = "SELECT " + ", ".join(f"${number}::{kind}" for number, kind in enumerate(kinds, 1))
    assert read_prepared(connection, query, values) == [tuple(values)]


def test_the_first_statement_begins_a_transaction_that_a_rollback_undoes(connection: Connection) -> None:
    with connection.begin() as transaction:
        read_prepared(connection, "CREATE TABLE of_prepared ()", [])
        transaction.rollback()
    assert connection.execute(text("SELECT to_regclass('of_prepared')")).scalar_one() is None


def test_a_text_with_u0000_is_refused_and_never_cut(connection: Connection) -> None:
    with pytest.raises(InvalidInputError, match="U\\+0000"):
        read_prepared(connection, "SELECT $1::text", ["a\0b"])


def test_the_oldest_statement_makes_room_for_a_new_one(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, "MOST_PREPARED", 3)
    for number in range(3):
        read_prepared(connection, f"SELECT -{number} WHERE $1::int = 1", [1])
    with pytest.raises(OperationalError):
        read_prepared(connection, "SELECT nothing WHERE $1::int = 1", [1])
    connection.connection.rollback()
    found = [read_prepared(connection, f"SELECT {number % 5} WHERE $1::int = 1", [1]) for number in range(12)]
    assert found == [[(number % 5,)] for number in range(12)]
    assert connection.execute(text("SELECT count(*) FROM pg_prepared_statements")).scalar_one() == 3


def test_a_connection_whose_answer_was_not_waited_for_is_not_used_again(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connection.begin():
        before = read_prepared(connection, ASKED, [1])
    monkeypatch.setattr(prepared, "_next_result", interrupt)
    with pytest.raises(Interrupted), connection.begin():
        read_prepared(connection, ASKED, [1])
    monkeypatch.undo()
    assert read_prepared(connection, ASKED, [1]) != before


def interrupt(_: object) -> None:
    raise Interrupted
