"""The types a file names: item definitions as FEEL types, with their constraints, and values brought to them.

Owns resolution by name (built in, own, imported) and coercion (DMN 1.5, 10.3.2.9.4 and 7.3.2). Reads no XML.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.dmn.dialects import built_in_type
from app.dmn.errors import DmnError, Place
from app.dmn.model import Definitions, ItemDefinition
from app.dmn.run import DmnRun
from app.feel import (
    ANY,
    SIMPLE_TYPES,
    ContextType,
    FeelError,
    FunctionType,
    ListType,
    Scope,
    Type,
    compile_unary_tests,
    parse_type,
    tree,
)

MAX_NAMES: Final = 20_000

Check = Callable[[Any, DmnRun], bool]


@dataclass(frozen=True, slots=True)
class ItemType:
    """A type with what its allowed values add: `check` says whether a value of the type is allowed.

    `tests` are the trees of those checks where they are all asked of the value itself; None where some are not.
    """

    kind: Type
    check: Check | None = None
    tests: tuple[tree.UnaryTestsNode, ...] | None = ()


ANY_ITEM = ItemType(ANY)


class ItemTypes:
    """The named types of one file and of those it imports; a name nobody defines is Any, and a problem."""

    def __init__(self, definitions: Definitions, imported: tuple[tuple[str, ItemTypes], ...]) -> None:
        self.place = Place(definitions.file)
        self.problems: list[DmnError] = []
        self._imported = imported
        self._names: dict[str, Type] | None = None
        self._items = {item.name: item for item in definitions.items}
        self._known: dict[str, ItemType] = {}
        self._open: set[str] = set()

    def names(self) -> dict[str, Type]:
        """Return every type that expressions of the file may name, imported ones as `import.name`."""
        if self._names is None:
            own = {name: self.find(name).kind for name in self._items}
            for prefix, types in self._imported:
                own |= {f"{prefix}.{name}" if prefix else name: kind for name, kind in types.names().items()}
            if len(own) > MAX_NAMES:
                reason = f"Expected at most {MAX_NAMES:,} types, those of imports of imports too, but there are more"
                raise DmnError(reason, self.place, "import")
            self._names = own
        return self._names

    def find(self, reference: str | None) -> ItemType:
        """Return the type of that name; Any for none and for a name that nothing defines."""
        if reference is None:
            return ANY_ITEM
        known = self._known.get(reference)
        if known is None:
            known = self._known[reference] = self._resolve(reference)
        return known

    def _resolve(self, reference: str) -> ItemType:
        if reference in self._items and reference not in self._open:
            self._open.add(reference)
            try:
                return self._item(self._items[reference])
            finally:
                self._open.discard(reference)
        built_in = built_in_type(reference)
        if built_in is not None:
            return ItemType(SIMPLE_TYPES[built_in])
        if reference in SIMPLE_TYPES:
            return ItemType(SIMPLE_TYPES[reference])
        if reference in self._open:
            return ANY_ITEM
        for types, name in self._elsewhere(reference):
            return types.find(name)
        written = self._written_out(reference)
        if written is not None:
            return ItemType(written)
        self.problems.append(DmnError(f"Expected a type, but nothing defines {reference!r}", self.place, "type"))
        return ANY_ITEM

    def _elsewhere(self, reference: str) -> Iterator[tuple[ItemTypes, str]]:
        """The imported files that may define a name, and what they call it."""
        for prefix, types in self._imported:
            if prefix and reference.startswith(f"{prefix}."):
                yield types, reference.removeprefix(f"{prefix}.")
            elif not prefix and reference in types.names():
                yield types, reference

    def _written_out(self, reference: str) -> Type | None:
        """The type that FEEL text such as `list<number>` spells."""
        if "<" not in reference:
            return None
        named = {name: self.find(name).kind for name in self._items if name not in self._open}
        try:
            return parse_type(reference, Scope(types=named))
        except FeelError:
            return None

    def allowed_text(self, reference: str | None) -> str | None:
        """Return the allowed values of a named type as written, None where it has none."""
        item = self._items.get(reference or "")
        if item is None:
            return None
        return item.allowed_values or self.allowed_text(None if item.type_ref == item.name else item.type_ref)

    def _item(self, item: ItemDefinition) -> ItemType:
        single = self._single(item)
        single = self.constrained(single, item.allowed_values, item.name)
        if item.is_collection:
            single = ItemType(ListType(item=single.kind), _for_each(single.check), None if single.check else ())
        return self.constrained(single, item.type_constraint, item.name)

    def _single(self, item: ItemDefinition) -> ItemType:
        if item.function is not None:
            parameters = tuple(self.find(kind).kind for _, kind in item.function.parameters)
            return ItemType(FunctionType(parameters=parameters, result=self.find(item.function.result).kind))
        if item.components:
            parts = {each.name: self._item(each) for each in item.components}
            checks = {name: part.check for name, part in parts.items() if part.check is not None}
            kind = ContextType(entries={name: part.kind for name, part in parts.items()})
            return ItemType(kind, _for_entries(checks), None) if checks else ItemType(kind)
        return self.find(item.type_ref)

    def constrained(self, base: ItemType, text: str | None, name: str) -> ItemType:
        """Return a type with the tests in `text` added to it; `name` is whose they are, for messages."""
        if text is None:
            return base
        try:
            tests = compile_unary_tests(text, Scope(), base.kind)
        except FeelError as error:
            self.problems.append(DmnError(f"{error} in the allowed values of {name!r}", self.place, "syntax"))
            return base
        trees = None if base.tests is None else (*base.tests, tests.tree)
        earlier = base.check

        def check(value: Any, run: DmnRun) -> bool:
            return (earlier is None or earlier(value, run)) and tests.matches(value, {}, run) is True

        return ItemType(base.kind, check, trees)


def _for_each(check: Check | None) -> Check | None:
    if check is None:
        return None
    return lambda values, run: isinstance(values, list) and all(check(value, run) for value in values)


def _for_entries(checks: Mapping[str, Check]) -> Check:
    def allowed(value: Any, run: DmnRun) -> bool:
        return isinstance(value, dict) and all(
            value.get(name) is None or check(value[name], run) for name, check in checks.items()
        )

    return allowed
