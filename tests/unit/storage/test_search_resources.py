"""Every searchable resource, every filter and every order runs on the real schema."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection

from app.storage.database import open_engine, reading
from app.storage.search import PageWish, Resource, find_one, search
from app.storage.search_conditions import OPERATORS, Kind
from app.storage.search_decisions import DECISION_DEFINITIONS, DECISION_INSTANCES, DECISION_REQUIREMENTS
from app.storage.search_processes import ELEMENT_INSTANCES, INCIDENTS, PROCESS_DEFINITIONS, PROCESS_INSTANCES, RESOURCES
from app.storage.search_records import AUDIT_LOGS, BATCH_ITEMS, BATCH_OPERATIONS, CORRELATIONS, MESSAGE_SUBSCRIPTIONS
from app.storage.search_variables import CLUSTER_VARIABLES, VARIABLES
from app.storage.search_wait_states import WAIT_STATES
from app.storage.search_work import JOBS, USER_TASKS
from tests.conftest import TestDatabase

ALL = [
    AUDIT_LOGS, BATCH_ITEMS, BATCH_OPERATIONS, CLUSTER_VARIABLES, CORRELATIONS, DECISION_DEFINITIONS,
    DECISION_INSTANCES, DECISION_REQUIREMENTS, ELEMENT_INSTANCES, INCIDENTS, JOBS, MESSAGE_SUBSCRIPTIONS,
    PROCESS_DEFINITIONS, PROCESS_INSTANCES, RESOURCES, USER_TASKS, VARIABLES, WAIT_STATES,
]  # fmt: skip
SAMPLE = {Kind.KEY: 1, Kind.TEXT: "a", Kind.WHOLE: 1, Kind.INSTANT: datetime(2026, 1, 1, tzinfo=UTC), Kind.FLAG: True}


def sample(kind: Kind, operator: str) -> object:
    if operator == "$exists":
        return True
    value = SAMPLE.get(kind, "ACTIVE")
    return [value] if operator in {"$in", "$notIn"} else value


@pytest.fixture
def connection(module_database: TestDatabase) -> Iterator[Connection]:
    """A connection to an empty database of each kind."""
    engine = open_engine(module_database.url)
    with reading(engine) as opened:
        yield opened
    engine.dispose()


@pytest.mark.parametrize("resource", ALL, ids=lambda resource: resource.name)
def test_every_filter_and_operator_of_a_resource_is_sql_the_database_accepts(
    resource: Resource, connection: Connection
) -> None:
    for name, item in resource.fields.items():
        if item.filtered:
            wanted = {name: {operator: sample(item.kind, operator) for operator in OPERATORS[item.kind]}}
            assert search(connection, resource, wanted).total == 0
    wanted = {name: [("a", {"$eq": '"b"'})] for name in resource.named} | {name: ["a"] for name in resource.labels}
    assert search(connection, resource, wanted).items == []


@pytest.mark.parametrize("resource", ALL, ids=lambda resource: resource.name)
def test_a_search_by_the_key_with_any_further_value_is_sql_the_database_accepts(
    resource: Resource, connection: Connection
) -> None:
    key = sample(resource.fields[resource.key].kind, "$eq")
    assert find_one(connection, resource, key) is None
    for name, item in resource.fields.items():
        if item.filtered and name != resource.key:
            wanted = {resource.key: {"$eq": key}, name: {"$eq": sample(item.kind, "$eq")}}
            assert search(connection, resource, wanted, page=PageWish(5, offset=1)).items == []
    labelled = {resource.key: {"$eq": key}} | {name: ["a"] for name in resource.labels}
    assert search(connection, resource, labelled).items == []


@pytest.mark.parametrize("resource", ALL, ids=lambda resource: resource.name)
def test_every_order_of_a_resource_is_sql_the_database_accepts(resource: Resource, connection: Connection) -> None:
    for name, item in resource.fields.items():
        if item.sorted:
            for descending in (False, True):
                assert search(connection, resource, {}, [(name, descending)], PageWish(5, 5)).items == []
