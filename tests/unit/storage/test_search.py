"""Pages of a search: complete, without overlap, in both directions, whatever is null; and what the operators mean."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, Table, Text, create_engine, insert

from app.errors import InvalidInputError
from app.storage.search import Field, PageWish, Resource, Sight, find_keys, find_one, search
from app.storage.search_conditions import Kind, Through
from app.storage.types import UTCDateTime

metadata = MetaData()
thing = Table(
    "thing",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("name", Text),
    Column("rank", Integer, nullable=False),
    Column("at", UTCDateTime),
)
group = Table("thing_group", metadata, Column("thing_id", BigInteger), Column("name", Text), Column("level", Integer))
_of_group = Through("group", group, group.c.thing_id == thing.c.id)
THINGS = Resource(
    name="Thing",
    source=thing,
    key="id",
    alternatives=True,
    fields={
        "id": Field(thing.c.id, Kind.KEY),
        "name": Field(thing.c.name, Kind.TEXT, null=True),
        "rank": Field(thing.c.rank, Kind.WHOLE),
        "at": Field(thing.c.at, Kind.INSTANT, null=True),
        "group": Field(group.c.name, Kind.TEXT, shown=False, sorted=False, through=_of_group),
        "level": Field(group.c.level, Kind.WHOLE, shown=False, sorted=False, through=_of_group),
    },
)


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.begin() as opened:
        metadata.create_all(opened)
        for number in range(50):
            name = None if number % 3 == 0 else f"Name {number % 7}*["
            at = datetime(2026, 1, 1 + number % 9, tzinfo=UTC) if number % 4 else None
            opened.execute(insert(thing).values(id=number, name=name, rank=number % 5, at=at))
            opened.execute(
                insert(group).values(thing_id=number, name="odd" if number % 2 else "even", level=number % 3)
            )
            opened.execute(insert(group).values(thing_id=number, name="all", level=9))
        yield opened
    engine.dispose()


def ids(connection: Connection, wanted: dict[str, Any]) -> list[int]:
    return [item["id"] for item in search(connection, THINGS, wanted).items]


ORDERS = [
    [], [("rank", True)], [("name", False)], [("at", True)], [("name", True), ("at", False)],
    [("rank", True), ("id", True)],
]  # fmt: skip


@pytest.mark.parametrize("sort", ORDERS, ids=str)
def test_pages_forward_and_backward_meet_every_record_once(
    connection: Connection, sort: list[tuple[str, bool]]
) -> None:
    whole = search(connection, THINGS, {}, sort, PageWish(100))
    forward, page = [], search(connection, THINGS, {}, sort, PageWish(7))
    while page.items:
        forward += page.items
        page = search(connection, THINGS, {}, sort, PageWish(7, after=page.end))
    assert forward == whole.items
    backward, page = [whole.items[-1]], search(connection, THINGS, {}, sort, PageWish(7, before=whole.end))
    while page.items:
        backward = page.items + backward
        page = search(connection, THINGS, {}, sort, PageWish(7, before=page.start))
    assert backward == whole.items


def test_a_total_counts_what_matches_not_what_the_page_shows(connection: Connection) -> None:
    page = search(connection, THINGS, {"rank": {"$gte": 1, "$lt": 3}}, page=PageWish(3, offset=2))
    assert (len(page.items), page.total, page.more) == (3, 20, False)


def test_like_is_case_sensitive_and_its_escape_makes_a_star_plain(connection: Connection) -> None:
    assert len(ids(connection, {"name": {"$like": r"Name ?\*["}})) == 33
    assert ids(connection, {"name": {"$like": "name*"}}) == []


def test_not_equal_is_also_said_of_what_has_no_value(connection: Connection) -> None:
    assert 0 in ids(connection, {"name": {"$neq": "Name 1*["}})
    assert 0 in ids(connection, {"name": {"$notIn": ["Name 1*["]}})
    assert ids(connection, {"name": {"$in": []}}) == []


def test_two_conditions_on_a_child_table_are_asked_of_the_same_child(connection: Connection) -> None:
    assert ids(connection, {"group": {"$eq": "odd"}, "level": {"$eq": 9}}) == []
    assert len(ids(connection, {"group": {"$eq": "all"}, "level": {"$eq": 9}})) == 50


def test_alternatives_are_met_by_one_of_them_and_the_rest_of_the_filter(connection: Connection) -> None:
    wanted = {"rank": {"$eq": 1}, "$or": [{"id": {"$eq": 1}}, {"id": {"$in": [6, 7]}}]}
    assert ids(connection, wanted) == [1, 6]


def test_one_record_is_found_by_its_key_and_keys_are_listed_for_a_batch(connection: Connection) -> None:
    found = find_one(connection, THINGS, 7)
    assert found is not None
    assert found["rank"] == 2
    assert find_one(connection, THINGS, 7, Sight((thing.c.rank == 3,))) is None
    assert find_keys(connection, THINGS, {"rank": {"$eq": 2}}, 3) == [2, 7, 12]


@pytest.mark.parametrize(
    "text", ["", "x", "bm8=", base64.b64encode(b'["x"]').decode(), base64.b64encode(b"[1,2]").decode()]
)
def test_a_cursor_of_another_order_is_refused(connection: Connection, text: str) -> None:
    with pytest.raises(InvalidInputError, match="cursor"):
        search(connection, THINGS, {}, [("at", False)], PageWish(5, after=text))
