"""One way to search every kind of record: a table of fields becomes a filtered, sorted page of plain dictionaries.

Owns conditions, order, keyset cursors and capped counts as SQLAlchemy Core. Knows no particular table (each
`search_<subject>.py` declares its own), no HTTP, and nothing of who may see what: that comes in as further conditions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    bindparam,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
)

from app.storage.reads import Read
from app.storage.search_conditions import Kind, Through, condition_on, conditions_through
from app.storage.search_order import Cursor, Order, after, cursor_of, ordering, reversed_order

COUNT_CAP = 10_000
"""Totals are counted up to here and reported as "at least" beyond, so that a count never costs more than a page."""

NARROW = frozenset({"processInstanceKey", "elementInstanceKey"})
"""Fields that, like a record's own key, leave so few records that one plan is right for every value."""


class Sight(NamedTuple):
    """What somebody may see of a kind of record: conditions built once, and the values of their open parameters."""

    conditions: tuple[ColumnElement[bool], ...] = ()
    given: Mapping[str, Any] = {}


EVERYTHING = Sight()

Operators = Mapping[str, Any]
"""What is asked of one field: `{"$gte": 3, "$lt": 9}`, values as Python values of the field's kind."""


@dataclass(frozen=True)
class Field:
    """One member of a record: where it stands and what may be asked of it.

    A field that is not `shown` can only be filtered (`filtered`) or sorted by. `through` marks a filter on a child
    table; `ask` replaces the plain comparison by a condition of its own. `read` turns the stored value into the shown
    one. `choices` are the values of a CHOICE.
    """

    expression: ColumnElement[Any]
    kind: Kind
    null: bool = False
    shown: bool = True
    filtered: bool = True
    sorted: bool = True
    through: Through | None = None
    ask: Callable[[Operators], ColumnElement[bool]] | None = None
    read: Callable[[Any], Any] | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Resource:
    """Everything that searching one kind of record needs to know; `key` names the unique field that breaks ties.

    `named` are filters on name-and-value children (process variables): each pair is an EXISTS of its own.
    `labels` are filters that ask for all of a list of labels. `alternatives` says whether "$or" may be asked.
    """

    name: str
    source: FromClause
    key: str
    fields: Mapping[str, Field]
    named: Mapping[str, Callable[[str, Operators], ColumnElement[bool]]] = field(default_factory=dict)
    labels: Mapping[str, Callable[[str], ColumnElement[bool]]] = field(default_factory=dict)
    alternatives: bool = False

    @cached_property
    def shown(self) -> dict[str, Field]:
        """The members of a record, in order."""
        return {name: item for name, item in self.fields.items() if item.shown}

    @cached_property
    def records(self) -> Select[Any]:
        """The query of every record, built once: building costs as much as running it."""
        return select(*[item.expression.label(name) for name, item in self.shown.items()]).select_from(self.source)


class PageWish(NamedTuple):
    """Which page is wanted: `limit` records from `offset`, or those after or before a cursor (not both)."""

    limit: int = 100
    offset: int = 0
    after: str | None = None
    before: str | None = None


class Page(NamedTuple):
    """One page: records, how many match in all (a lower bound where `more`), and the cursors of its ends."""

    items: list[dict[str, Any]]
    total: int
    more: bool
    start: str | None
    end: str | None


Filter = Mapping[str, Any]
"""Field name → Operators; `named` → [(name, Operators)]; `labels` → [text]; "$or" → [Filter]."""


def search(
    connection: Connection,
    resource: Resource,
    wanted: Filter,
    sort: Sequence[tuple[str, bool]] = (),
    page: PageWish = PageWish(),  # noqa: B008 - an immutable tuple
    also: Sequence[ColumnElement[bool]] = (),
    sight: Sight = EVERYTHING,
) -> Page:
    """Return the page of records that match `wanted` and every condition in `also`, as far as `sight` reaches.

    `sort` is (field, descending) pairs; the resource's key always ends the order, so that pages never overlap.
    Raises InvalidInputError for a cursor that does not belong to this order.
    """
    order = _order(resource, sort)
    narrow = _narrow_values(resource, wanted)
    if narrow is not None and not also and page.after is None and page.before is None:
        query = _narrow_query(resource, tuple(narrow), tuple(sort), page.limit, page.offset, sight.conditions)
        rows = query.all(connection, **_parameters(narrow), **sight.given)
        matching = None
    else:
        matching = [*where(resource, wanted), *also]
        rows = _read_page(connection, resource, order, matching, page, sight)
    from_start = page.after is None and page.before is None and not page.offset
    if from_start and len(rows) < page.limit:
        total = len(rows)
    else:
        total = _count(connection, resource, where(resource, wanted) if matching is None else matching, sight)
    shown = resource.shown
    return Page(
        items=[present(row, shown) for row in rows],
        total=min(total, COUNT_CAP),
        more=total > COUNT_CAP,
        start=cursor_of(rows[0], order, len(shown)) if rows else None,
        end=cursor_of(rows[-1], order, len(shown)) if rows else None,
    )


def find_one(
    connection: Connection, resource: Resource, key: object, sight: Sight = EVERYTHING
) -> dict[str, Any] | None:
    """Return the record whose key field is `key`, or None where there is none or `sight` does not reach it."""
    query = _narrow_query(resource, (resource.key,), (), 1, 0, sight.conditions)
    row = query.one_or_none(connection, **_parameters({resource.key: key}), **sight.given)
    return None if row is None else present(row, resource.shown)


def find_keys(
    connection: Connection,
    resource: Resource,
    wanted: Filter,
    most: int,
    also: Sequence[ColumnElement[bool]] = (),
    sight: Sight = EVERYTHING,
) -> list[Any]:
    """Return the keys of up to `most` records that match, in key order: what a batch operation will work through."""
    key = resource.fields[resource.key].expression
    statement = select(key).select_from(resource.source).where(*where(resource, wanted), *also, *sight.conditions)
    return list(connection.execute(statement.order_by(key).limit(most), sight.given).scalars())


def present(row: Sequence[Any], shown: Mapping[str, Field]) -> dict[str, Any]:
    """Return a row as a record: field name → plain value."""
    return {
        name: value if item.read is None else item.read(value)
        for (name, item), value in zip(shown.items(), row, strict=False)
    }


def where(resource: Resource, wanted: Filter) -> list[ColumnElement[bool]]:
    """Return the conditions that `wanted` puts on `resource`; fields of one child table ask for the same child."""
    found: list[ColumnElement[bool]] = []
    children: dict[Through, list[ColumnElement[bool]]] = {}
    for name, asked in wanted.items():
        if name == "$or":
            found.append(or_(false(), *[and_(true(), *where(resource, option)) for option in asked]))
        elif name in resource.named:
            found += [resource.named[name](pair_name, operators) for pair_name, operators in asked]
        elif name in resource.labels:
            found += [resource.labels[name](label) for label in asked]
        else:
            item = resource.fields[name]
            if item.ask is not None:
                found.append(item.ask(asked))
                continue
            conditions = condition_on(item.expression, asked)
            if item.through is None:
                found += conditions
            else:
                children.setdefault(item.through, []).extend(conditions)
    return found + [conditions_through(through, conditions) for through, conditions in children.items()]


def _order(resource: Resource, sort: Sequence[tuple[str, bool]]) -> list[Order]:
    order = [
        Order(
            name, resource.fields[name].expression, resource.fields[name].kind, resource.fields[name].null, descending
        )
        for name, descending in sort
    ]
    if not any(name == resource.key for name, _ in sort):
        key = resource.fields[resource.key]
        order.append(Order(resource.key, key.expression, key.kind, False, bool(sort) and sort[-1][1]))
    return order


def _statement(resource: Resource, order: Sequence[Order]) -> Select[Any]:
    ends = [part.expression.label(f"_order_{position}") for position, part in enumerate(order)]
    return resource.records.add_columns(*ends)


def _read_page(
    connection: Connection,
    resource: Resource,
    order: Sequence[Order],
    matching: Sequence[ColumnElement[bool]],
    page: PageWish,
    sight: Sight,
) -> list[Any]:
    backward = page.before is not None
    cursor = page.before if backward else page.after
    statement = _statement(resource, order).where(*matching, *sight.conditions)
    walked = reversed_order(order) if backward else order
    if cursor is not None:
        statement = statement.where(after(walked, Cursor.read(cursor, order)))
    statement = statement.order_by(*ordering(walked)).limit(page.limit).offset(page.offset or None)
    rows = list(connection.execute(statement, sight.given).all())
    if backward:
        rows.reverse()
    return rows


def _narrow_values(resource: Resource, wanted: Filter) -> dict[str, Any] | None:
    """The value each field is to equal, where nothing else is asked and one of the fields is narrow; else None."""
    if resource.key not in wanted and NARROW.isdisjoint(wanted):
        return None
    found = {}
    for name, asked in wanted.items():
        item = None if name in resource.labels or name in resource.named else resource.fields.get(name)
        if item is None or item.ask is not None or item.through is not None or asked.keys() != {"$eq"}:
            return None
        found[name] = asked["$eq"]
    return found


@lru_cache(maxsize=256)
def _narrow_query(
    resource: Resource,
    names: tuple[str, ...],
    sort: tuple[tuple[str, bool], ...],
    limit: int,
    offset: int,
    sight: tuple[ColumnElement[bool], ...],
) -> Read:
    """The query of a page of the records whose fields `names` equal the parameters `is_<name>`, built once."""
    fields = [(name, resource.fields[name].expression) for name in names]
    equal = [expression == bindparam(f"is_{name}", type_=expression.type) for name, expression in fields]
    order = _order(resource, sort)
    query = _statement(resource, order).where(*equal, *sight).order_by(*ordering(order))
    query = query.limit(literal_column(str(limit)))
    return Read(query.offset(literal_column(str(offset))) if offset else query)


def _parameters(values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"is_{name}": value for name, value in values.items()}


def _count(connection: Connection, resource: Resource, matching: Sequence[ColumnElement[bool]], sight: Sight) -> int:
    some = select(literal(1)).select_from(resource.source).where(*matching, *sight.conditions).limit(COUNT_CAP + 1)
    return int(connection.execute(select(func.count()).select_from(some.subquery()), sight.given).scalar_one())
