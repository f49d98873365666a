from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, select

from app.errors import ConflictError
from app.storage.accounts import AccountRow
from app.storage.audit import AuditRow
from app.storage.database import open_engine
from app.storage.variables import VariableRow
from app.storage.writes import Writes, delete_rows, insert_rows, update_rows
from tests.conftest import TestDatabase

AT = datetime(2026, 3, 4, 5, 6, 7, 89, tzinfo=UTC)
INSERT = insert_rows(AuditRow)
AWKWARD = 'quote " backslash \\ brace { } comma , NULL 投诉 \n tab\t'


@pytest.fixture
def connection(database: TestDatabase) -> Iterator[Connection]:
    engine = open_engine(database.url)
    with engine.connect() as found:
        yield found
    engine.dispose()


def audit_row(key: int, **details: object) -> tuple[object, ...]:
    return (key, AT, AWKWARD, "CREATE", "RESOURCE", 1, None, details)


def test_rows_of_several_tables_come_back_as_they_went_in(connection: Connection) -> None:
    writes = Writes(connection)
    writes.add(INSERT, audit_row(1, name=AWKWARD), audit_row(2))
    writes.add(insert_rows(VariableRow), (3, 4, 5, "NULL", AWKWARD))
    writes.flush()
    rows = connection.execute(select(AuditRow.__table__).order_by(AuditRow.key)).all()
    assert [(row.key, row.at, row.actor, row.instance_key, row.details) for row in rows] == [
        (1, AT, AWKWARD, None, {"name": AWKWARD}),
        (2, AT, AWKWARD, None, {}),
    ]
    variable = connection.execute(select(VariableRow.__table__)).one()
    assert (variable.name, variable.value) == ("NULL", AWKWARD)


def test_rows_are_updated_and_deleted_by_key(connection: Connection) -> None:
    writes = Writes(connection)
    writes.add(INSERT, audit_row(1), audit_row(2), audit_row(3))
    writes.flush()
    writes.add(update_rows(AuditRow, "operation", "instance_key"), (1, "DELETE", 7), (2, "MODIFY", None))
    writes.add(delete_rows(AuditRow), (3,))
    writes.flush()
    query = select(AuditRow.key, AuditRow.operation, AuditRow.instance_key).order_by(AuditRow.key)
    assert [tuple(row) for row in connection.execute(query)] == [(1, "DELETE", 7), (2, "MODIFY", None)]
    writes.add(update_rows(AuditRow, "operation", "instance_key"), (1, "CREATE", None))
    writes.flush()
    assert [tuple(row) for row in connection.execute(query)] == [(1, "CREATE", None), (2, "MODIFY", None)]


def test_a_row_that_is_there_is_overwritten_where_asked(connection: Connection) -> None:
    put = insert_rows(VariableRow, unique=("scope_key", "name"), overwrite=("value",))
    for key, value in ((1, "1"), (2, "2")):
        writes = Writes(connection)
        writes.add(put, (key, 10, 10, "amount", value))
        writes.flush()
    row = connection.execute(select(VariableRow.__table__)).one()
    assert (row.key, row.value) == (1, "2")


def test_a_first_write_that_finds_nothing_is_a_conflict(connection: Connection) -> None:
    writes = Writes(connection)
    writes.add(INSERT, audit_row(1))
    writes.add_first(update_rows(AccountRow, "active", key=("username",)), ("nobody", True))
    with pytest.raises(ConflictError, match="Expected to change 1 row"):
        writes.flush()


def test_a_naive_instant_is_refused(connection: Connection) -> None:
    writes = Writes(connection)
    writes.add(INSERT, (1, datetime(2026, 1, 1), "a", "CREATE", "RESOURCE", 1, None, None))
    with pytest.raises(ValueError, match="time zone"):
        writes.flush()
