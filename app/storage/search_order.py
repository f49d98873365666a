"""The order of a search and the cursors into it: a keyset, so that page 1,000 costs what page 1 costs.

Nulls count as greatest on both databases (PostgreSQL's own order, so its indexes serve it). Knows no table.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnClause, ColumnElement, UnaryExpression, and_, false, literal, or_, tuple_

from app.errors import InvalidInputError
from app.storage.search_conditions import Kind


class Order(NamedTuple):
    """One level of an order."""

    name: str
    expression: ColumnElement[Any]
    kind: Kind
    null: bool
    descending: bool


class Cursor(NamedTuple):
    """The values at which a page ended, one for each level of its order."""

    values: tuple[Any, ...]

    @classmethod
    def read(cls, text: str, order: Sequence[Order]) -> Cursor:
        """Return the cursor in `text`; raises InvalidInputError where it is none of this order."""
        try:
            values = json.loads(base64.b64decode(text, validate=True))
        except (ValueError, binascii.Error, RecursionError) as error:
            raise InvalidInputError("Expected a cursor that a search returned, but got another text") from error
        if not isinstance(values, list) or len(values) != len(order):
            raise InvalidInputError("Expected a cursor of a search in this order, but got one of another")
        return cls(tuple(_value(value, level) for value, level in zip(values, order, strict=True)))


def cursor_of(row: Sequence[Any], order: Sequence[Order], first: int) -> str:
    """Return the cursor that stands at `row`, whose ordering values begin at position `first`."""
    values = [_written(row[first + position], level) for position, level in enumerate(order)]
    return base64.b64encode(json.dumps(values, separators=(",", ":")).encode()).decode()


def reversed_order(order: Sequence[Order]) -> list[Order]:
    """Return the order that walks the other way."""
    return [level._replace(descending=not level.descending) for level in order]


def ordering(order: Sequence[Order]) -> list[UnaryExpression[Any]]:
    """Return what ORDER BY says; what is the same for every record is left out.

    Databases take such a constant for a column's number, or refuse it.
    """
    found = []
    for level in order:
        if isinstance(level.expression, ColumnClause) and level.expression.is_literal:
            continue
        one = level.expression.desc() if level.descending else level.expression.asc()
        if level.null:
            one = one.nulls_first() if level.descending else one.nulls_last()
        found.append(one)
    return found


def after(order: Sequence[Order], cursor: Cursor) -> ColumnElement[bool]:
    """Return the condition that a record comes after `cursor` in `order`."""
    if all(not level.null and level.descending == order[0].descending for level in order):
        here: Any = tuple_(*[level.expression for level in order])
        there = tuple_(
            *[literal(value, level.expression.type) for level, value in zip(order, cursor.values, strict=True)]
        )
        beyond: ColumnElement[bool] = here < there if order[0].descending else here > there
        return beyond
    found: ColumnElement[bool] = false()
    for level, value in reversed(list(zip(order, cursor.values, strict=True))):
        tied = level.expression.is_(None) if value is None else level.expression == value
        found = or_(_beyond(level, value), and_(tied, found))
    return found


def _beyond(level: Order, value: Any) -> ColumnElement[bool]:
    if value is None:
        return level.expression.is_not(None) if level.descending else false()
    if level.descending:
        before: ColumnElement[bool] = level.expression < value
        return before
    beyond: ColumnElement[bool] = level.expression > value
    return or_(beyond, level.expression.is_(None)) if level.null else beyond


def _written(value: Any, level: Order) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return bool(value) if level.kind is Kind.FLAG and value is not None else value


def _value(value: Any, level: Order) -> Any:
    if value is None and level.null:
        return None
    found = _instant(value) if level.kind is Kind.INSTANT else value
    types = {Kind.KEY: (int, str), Kind.WHOLE: (int,), Kind.FLAG: (bool,), Kind.INSTANT: (datetime,)}
    if not isinstance(found, types.get(level.kind, (str,))) or (isinstance(found, int) and abs(found) >= 2**63):
        raise InvalidInputError(
            f"Expected a cursor of a search in this order, but its value for {level.name} cannot be"
        )
    return found


def _instant(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo is not None else None
