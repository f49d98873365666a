"""The shapes of searchable records, derived from what storage declares: the record, its filter, its order, its page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from app.storage.search import Field, Page, PageWish, Resource
from app.storage.search_conditions import OPERATORS, Kind
from app.web import wire
from app.web.json_body import write_json

LARGEST_PAGE = 10_000
MOST_VALUES, MOST_CONDITIONS = 10_000, 100
"""Of a list of values, and of alternatives, variables, labels or levels: databases take only so great a statement."""
MOST_IN_ALTERNATIVES = 300

_MAKERS: Mapping[Kind, Callable[[Field], fields.Field[Any]]] = {
    Kind.KEY: lambda item: wire.key(null=item.null),
    Kind.TEXT: lambda item: wire.text(null=item.null),
    Kind.CHOICE: lambda item: wire.one_of(*item.choices, null=item.null),
    Kind.WHOLE: lambda item: wire.whole(null=item.null),
    Kind.INSTANT: lambda item: wire.instant(null=item.null),
    Kind.FLAG: lambda item: wire.flag(null=item.null),
    Kind.LABELS: lambda item: wire.many(wire.text(), null=item.null),
    Kind.MAP: lambda item: wire.a_map(null=item.null),
    Kind.RECORDS: lambda item: wire.many(wire.a_map(), null=item.null),
    Kind.JSON: lambda item: wire.text(null=item.null),
}
_SHOWN: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.KEY: str,
    Kind.INSTANT: wire.show_instant,
    Kind.JSON: lambda value: write_json(value).decode(),
}


class ConditionField(fields.Field[dict[str, Any]]):
    """What is asked of one field: a plain value (meaning `$eq`) or an object of operators."""

    def __init__(self, item: Field) -> None:
        super().__init__()
        self.value = _MAKERS[item.kind](item)
        self.value.allow_none = False
        self.operators = OPERATORS[item.kind]
        self.pattern = wire.text()

    def _deserialize(self, value: object, attr: str | None, data: Any, **kwargs: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            return {"$eq": self.value.deserialize(value)}
        unknown = sorted(set(value) - self.operators)
        if unknown or not value:
            wanted = ", ".join(sorted(self.operators))
            raise ValidationError(f"Expected one of the operators {wanted}, but got {', '.join(unknown) or 'none'}.")
        return {operator: self._operand(operator, operand) for operator, operand in value.items()}

    def _operand(self, operator: str, operand: object) -> Any:
        if operator == "$exists":
            return wire.flag().deserialize(operand)
        if operator == "$like":
            return self.pattern.deserialize(operand)
        if operator in {"$in", "$notIn"}:
            return wire.many(self.value, most=MOST_VALUES).deserialize(operand)
        return self.value.deserialize(operand)


class NamedField(fields.Field[tuple[str, dict[str, Any]]]):
    """A filter on a variable: `{"name": …, "value": …}`, the value being JSON text or an object of operators."""

    text = ConditionField(Field(None, Kind.TEXT))  # type: ignore[arg-type]  # of no column

    def _deserialize(self, value: object, attr: str | None, data: Any, **kwargs: Any) -> tuple[str, dict[str, Any]]:
        if not isinstance(value, dict) or set(value) != {"name", "value"}:
            raise ValidationError("Expected an object with name and value.")
        name, asked = wire.text().deserialize(value["name"]), self.text.deserialize(value["value"])
        assert name is not None
        assert asked is not None
        return name, asked


class SparseField(fields.Nested):
    """An object of many optional members, of which few are given: only those are looked at."""

    def _load(self, value: Any, partial: Any = None) -> Any:
        if not isinstance(value, dict):
            return super()._load(value, partial)
        members, unknown = self.schema.load_fields, [self.schema.error_messages["unknown"]]
        wrong: dict[str, Any] = {name: unknown for name in value if name not in members}
        found = {}
        for name in [name for name in value if name in members]:  # in its order: queries are kept by that
            try:
                found[name] = members[name].deserialize(value[name], name, value)
            except ValidationError as error:
                wrong[name] = error.messages
        if wrong:
            raise ValidationError(wrong)
        return found


def record_schema(resource: Resource, name: str, more: wire.Names | None = None) -> type[Schema]:
    """Return the shape of one record, called `name`, with further members `more`."""
    shown = {called: _MAKERS[item.kind](item) for called, item in resource.shown.items() if called[0] != "_"}
    return wire.result(name, {**shown, **(more or {})})


def filter_members(resource: Resource) -> dict[str, fields.Field[Any]]:
    """Return what a filter on `resource` may hold, without its alternatives."""
    found: dict[str, fields.Field[Any]] = {
        name: ConditionField(item) for name, item in resource.fields.items() if item.filtered
    }
    found.update({name: wire.many(NamedField(), most=MOST_CONDITIONS) for name in resource.named})
    found.update({name: wire.many(wire.text(), most=MOST_CONDITIONS) for name in resource.labels})
    return found


_filters: dict[str, type[Schema]] = {}


def filter_schema(resource: Resource) -> type[Schema]:
    """Return the shape of a filter on `resource`: one class for it, wherever it is asked for."""
    if resource.name not in _filters:
        _filters[resource.name] = _make_filter(resource)
    return _filters[resource.name]


def _check_alternatives(options: Sequence[Mapping[str, Any]]) -> None:
    """Refuse what each alternative may ask but all together may not: their conditions multiply what is read."""
    asked = sum(len(one) if isinstance(one, list) else 1 for option in options for one in option.values())
    if asked > MOST_IN_ALTERNATIVES:
        raise ValidationError(f"Expected at most {MOST_IN_ALTERNATIVES} conditions in all together, but got {asked}.")


def _make_filter(resource: Resource) -> type[Schema]:
    members = filter_members(resource)
    if resource.alternatives:
        option = wire.shape(f"{resource.name}FilterFields", filter_members(resource))
        members["$or"] = wire.many(option, most=MOST_CONDITIONS)
        members["$or"].validators.append(_check_alternatives)
    return wire.shape(f"{resource.name}Filter", members)


PAGE_SCHEMA = wire.shape(
    "SearchPageRequest",
    {
        "from": wire.whole(least=0, most=2**31 - 1),
        "limit": wire.whole(least=0, most=LARGEST_PAGE),
        "after": wire.text(),
        "before": wire.text(),
    },
)
PAGE_RESULT = wire.result(
    "SearchQueryPageResponse",
    {
        "totalItems": wire.whole(),
        "hasMoreTotalItems": wire.flag(),
        "startCursor": wire.text(null=True),
        "endCursor": wire.text(null=True),
    },
)


def query_schema(resource: Resource) -> type[Schema]:
    """Return the shape of a search of `resource`: filter, sort and page, each optional."""
    names = [name for name, item in resource.fields.items() if item.sorted]
    level = wire.shape(
        f"{resource.name}Sort",
        {
            "field": wire.one_of(*names, required=True),
            "order": fields.String(validate=validate.OneOf(["ASC", "DESC", "asc", "desc"])),
        },
    )
    return wire.shape(
        f"{resource.name}SearchQuery",
        {
            "filter": SparseField(filter_schema(resource)),
            "sort": wire.many(level, most=MOST_CONDITIONS),
            "page": wire.nested(PAGE_SCHEMA),
        },
    )


def page_schema(name: str, record: type[Schema]) -> type[Schema]:
    """Return the shape of a page of `record`s."""
    return wire.result(name, {"items": wire.many(record), "page": wire.nested(PAGE_RESULT)})


def read_sort(body: Mapping[str, Any]) -> list[tuple[str, bool]]:
    """Return the order a validated search asks for, as (field, descending)."""
    return [(level["field"], level.get("order", "ASC").upper() == "DESC") for level in body.get("sort", ())]


def read_page(body: Mapping[str, Any]) -> PageWish:
    """Return the page a validated search asks for; ValidationError for more than one beginning."""
    asked = body.get("page", {})
    if len(asked.keys() & {"from", "after", "before"}) > 1:
        raise ValidationError({"page": ["Expected one of from, after and before, but got several."]})
    return PageWish(asked.get("limit", 100), asked.get("from", 0), asked.get("after"), asked.get("before"))


def show_record(resource: Resource, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record as JSON values; members whose name begins with an underscore are storage's own."""
    shown = {}
    for name, item in resource.shown.items():
        value = record[name]
        convert = _SHOWN.get(item.kind)
        if name[0] != "_":
            shown[name] = value if convert is None or (value is None and item.kind is not Kind.JSON) else convert(value)
    return shown


def show_page(page: Page, items: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the answer to a search: `items` as they are shown, and where they stand."""
    ends = {"startCursor": page.start, "endCursor": page.end}
    return {"items": items, "page": {"totalItems": page.total, "hasMoreTotalItems": page.more, **ends}}
