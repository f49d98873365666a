"""The vocabulary in which bodies are declared: short names for marshmallow fields, and shapes made of them.

Owns how Camunda's kinds of values look as JSON (int64 keys as decimal strings, instants with an offset, lists, maps).
Knows no operation and no table.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, pre_load, validate
from werkzeug.routing import IntegerConverter, Map

MAX_KEY = 2**63 - 1

Names = Mapping[str, fields.Field[Any]]


class WireSchema(Schema):
    """A JSON object whose unknown members are refused: a misspelt filter must not widen what it finds."""

    class Meta:
        """What marshmallow reads."""

        unknown = RAISE


class ChangesSchema(WireSchema):
    """A JSON object of what is to change: a member that is null is left as it is, like one that is not given."""

    @pre_load
    def leave_out_nulls(self, data: Any, **kwargs: Any) -> Any:
        """Return the members that say something."""
        return {name: value for name, value in data.items() if value is not None} if isinstance(data, dict) else data


class KeyField(fields.Field[int]):
    """An int64 key: a string of digits in JSON (a JavaScript number would round it), an int in Python."""

    default_error_messages = {"invalid": "Expected a key, a string of digits below 2^63, but got {input!r}."}

    def _serialize(self, value: int | None, attr: str | None, obj: object, **kwargs: Any) -> str | None:
        return None if value is None else str(value)

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: Any) -> int:
        found = read_key(value)
        if found is None:
            raise self.make_error("invalid", input=value)
        return found


class KeyConverter(IntegerConverter):
    """The int64 key in a path, `<int:key>`; a greater number is the address of nothing."""

    regex = "[0-9]{1,19}"

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=MAX_KEY)


class InstantField(fields.Field[datetime]):
    """An instant: ISO 8601 with an offset in JSON, an aware datetime in UTC in Python."""

    default_error_messages = {"invalid": "Expected an ISO 8601 instant with an offset, but got {input!r}."}

    def _serialize(self, value: datetime | None, attr: str | None, obj: object, **kwargs: Any) -> str | None:
        return None if value is None else show_instant(value)

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: Any) -> datetime:
        found = read_instant(value)
        if found is None:
            raise self.make_error("invalid", input=value)
        return found


class InstantOrEmptyField(InstantField):
    """An instant, or the empty text, which clears: None in Python."""

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: Any) -> Any:
        return None if value == "" else super()._deserialize(value, attr, data, **kwargs)


class TextField(fields.String):
    """A string in which the one character that PostgreSQL cannot store, U+0000, is refused at the door."""

    def _deserialize(self, value: object, attr: str | None, data: Any, **kwargs: Any) -> str:
        found: str = super()._deserialize(value, attr, data, **kwargs)
        if "\x00" in found:
            raise ValidationError("Expected text, but it holds the character U+0000.")
        return found


class WholeField(fields.Integer):
    """A JSON integer; `true`, `1.5` and `"1"` are none."""

    def _deserialize(self, value: object, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.make_error("invalid", input=value)
        return value


class FlagField(fields.Boolean):
    """A JSON `true` or `false`; marshmallow's "yes" and 1 are refused."""

    def _deserialize(self, value: object, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class MapField(fields.Field[dict[str, Any]]):
    """A JSON object of anything, kept as it came: variables, headers, properties. Names are text as `TextField` is."""

    default_error_messages = {"invalid": "Expected an object, but got {input!r}."}

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.make_error("invalid", input=value)
        if any("\x00" in name for name in value):
            raise ValidationError("Expected names of text, but one holds the character U+0000.")
        return value


def read_key(value: object) -> int | None:
    """Return the int64 that `value` (a string of digits) writes, or None where it writes none."""
    if not isinstance(value, str) or not value.isascii() or not value.isdecimal() or len(value) > 19:
        return None
    number = int(value)
    return number if number <= MAX_KEY else None


def read_instant(value: object) -> datetime | None:
    """Return the aware UTC instant that `value` (ISO 8601 text with an offset) writes, or None where it writes none."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
        return None if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def show_instant(value: datetime) -> str:
    """Return `value` as Camunda shows it: UTC, milliseconds, `Z`."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def key(*, required: bool = False, null: bool = False) -> KeyField:
    """An int64 key."""
    return KeyField(required=required, allow_none=null)


def text(*, required: bool = False, null: bool = False, longest: int = 0, shortest: int = 0) -> TextField:
    """Text; `longest` and `shortest` in characters, 0 for no bound."""
    bounds = validate.Length(min=shortest or None, max=longest or None) if longest or shortest else None
    return TextField(required=required, allow_none=null, validate=bounds)


def label(*, longest: int = 100) -> TextField:
    """A tag: a letter, then letters, digits and `_ - : .`, as Camunda's are."""
    return TextField(validate=[validate.Length(max=longest), validate.Regexp(r"^[A-Za-z][A-Za-z0-9_\-:.]*$")])


def whole(*, required: bool = False, null: bool = False, least: int = -MAX_KEY - 1, most: int = MAX_KEY) -> WholeField:
    """A whole number from `least` to `most`, both included."""
    return WholeField(required=required, allow_none=null, validate=validate.Range(least, most))


def flag(*, required: bool = False, null: bool = False) -> FlagField:
    """A truth value."""
    return FlagField(required=required, allow_none=null)


def instant(*, required: bool = False, null: bool = False) -> InstantField:
    """An instant."""
    return InstantField(required=required, allow_none=null, metadata={"format": "date-time", "type": "string"})


def instant_or_empty() -> InstantOrEmptyField:
    """An instant, or the empty text, which clears."""
    return InstantOrEmptyField(allow_none=True, metadata={"type": "string"})


def one_of(*names: str, required: bool = False, null: bool = False) -> TextField:
    """One of the named values."""
    allowed: tuple[str | None, ...] = (*names, None) if null else names
    return TextField(required=required, allow_none=null, validate=validate.OneOf(allowed))


def a_map(*, required: bool = False, null: bool = False) -> MapField:
    """An object of anything."""
    return MapField(required=required, allow_none=null, metadata={"type": "object", "additionalProperties": True})


def anything(*, required: bool = False) -> fields.Raw:
    """Any JSON value."""
    return fields.Raw(required=required, allow_none=True, metadata={"description": "Any JSON value."})


def many(
    inner: fields.Field[Any] | type[Schema], *, required: bool = False, null: bool = False, most: int = 0
) -> fields.List[Any]:
    """A list of `inner`; `most` of them, 0 for no bound."""
    item = inner if isinstance(inner, fields.Field) else fields.Nested(inner)
    bound = validate.Length(max=most) if most else None
    return fields.List(item, required=required, allow_none=null, validate=bound)


def nested(inner: type[Schema], *, required: bool = False, null: bool = False) -> fields.Nested:
    """One `inner` object."""
    return fields.Nested(inner, required=required, allow_none=null)


def shape(name: str, members: Names, of: type[WireSchema] = WireSchema) -> type[WireSchema]:
    """Return a schema class called `name` with these members."""
    made = of.from_dict(dict(members), name=name)
    assert issubclass(made, WireSchema)
    return made


def changes(name: str, members: Names) -> type[WireSchema]:
    """Return the shape of what may be changed: each member may be null, which leaves it as it is."""
    for member in members.values():
        member.allow_none = True
    return shape(name, members, ChangesSchema)


def result(name: str, members: Names) -> type[WireSchema]:
    """Return a response shape: like `shape`, but every member is always there (null where it may be)."""
    for member in members.values():
        member.required = True
    return shape(name, members)


class QueryFlagField(fields.Boolean):
    """A truth value in a query string: `true` or `false`."""

    truthy = {"true"}
    falsy = {"false"}


def query_flag() -> QueryFlagField:
    """A truth value in a query string."""
    return QueryFlagField()


def upload() -> fields.Raw:
    """A file of a multipart form; declared for the documentation, read from the request by its operation."""
    return fields.Raw(metadata={"type": "string", "format": "binary"})
