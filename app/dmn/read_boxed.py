"""DMN XML to boxed-expression records, from the literal expression to the iterators.

Tables are `read_table`'s. Every expression's language is checked here: anything but FEEL is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, cast

from lxml import etree

from app.dmn.dialects import is_feel, is_feel_namespace
from app.dmn.errors import DmnError, Place
from app.dmn.model import (
    Binding,
    Boxed,
    ConditionalExpression,
    ContextEntry,
    ContextExpression,
    FilterExpression,
    FunctionExpression,
    Import,
    InvocationExpression,
    IterationExpression,
    ListExpression,
    LiteralExpression,
    Parameter,
    RelationExpression,
)
from app.dmn.read_table import read_table
from app.dmn.safe_xml import child, children, local_name, text_of

MAX_TEXT: Final = 100_000
MAX_NESTING: Final = 60


class BoxedReader:
    """Reads the expressions of one file; `imports` give the prefixes of DMN 1.1 type names a meaning."""

    def __init__(self, imports: tuple[Import, ...]) -> None:
        self.import_names = {each.namespace: each.name for each in imports}
        self.depth = 0
        self.readers: dict[str, Callable[[etree._Element, Place], Boxed]] = {
            "literalExpression": self.literal,
            "context": self._context,
            "invocation": self._invocation,
            "list": self._list,
            "relation": self._relation,
            "functionDefinition": self.function,
            "conditional": self._conditional,
            "filter": self._filter,
            "for": self._iteration,
            "some": self._iteration,
            "every": self._iteration,
            "decisionTable": lambda element, place: read_table(self, element, place),
        }

    def inside(self, element: etree._Element | None, place: Place) -> Boxed | None:
        """Return the first boxed expression directly inside `element`, None where there is none."""
        if element is None:
            return None
        found = next(children(element, *self.readers), None)
        return None if found is None else self.read(found, place)

    def read(self, element: etree._Element, place: Place) -> Boxed:
        """Return the boxed expression that `element` is."""
        if self.depth >= MAX_NESTING:
            raise DmnError(f"Expected at most {MAX_NESTING} nested expressions, but there are more", place, "nesting")
        self.depth += 1
        try:
            self.check_language(element, place)
            return self.readers[local_name(element)](element, place)
        finally:
            self.depth -= 1

    def check_language(self, element: etree._Element, place: Place, attribute: str = "expressionLanguage") -> None:
        """Refuse an element whose expression language (or type language) is not FEEL."""
        language = element.get(attribute)
        if not is_feel(language):
            raise DmnError(f"Expected FEEL, but the {attribute} is {language!r}", place, "language")

    def text(self, element: etree._Element | None, place: Place) -> str:
        """Return an element's FEEL text, checked for language and length; empty where there is no element."""
        if element is None:
            return ""
        self.check_language(element, place)
        text = text_of(element) or ""
        if len(text) > MAX_TEXT:
            raise DmnError(f"Expected at most {MAX_TEXT:,} characters, but there are {len(text):,}", place, "length")
        return text

    def type_name(self, written: str | None, element: etree._Element) -> str | None:
        """Return a type reference without its XML prefix: `feel:string` is `string`, an import's prefix its name."""
        if written is None or not written.strip():
            return None
        name = " ".join(written.split())
        prefix, colon, local = name.partition(":")
        if not colon:
            return name
        uri = element.nsmap.get(prefix, "")
        if not is_feel_namespace(uri) and uri in self.import_names:
            return f"{self.import_names[uri]}.{local}"
        return local

    def type_of(self, element: etree._Element) -> str | None:
        """Return the type an expression says it has."""
        return self.type_name(element.get("typeRef"), element)

    def literal(self, element: etree._Element, place: Place) -> LiteralExpression:
        """Return a literal expression."""
        imported = child(element, "importedValues")
        if imported is not None:
            raise DmnError("Expected an expression, but it imports its values from another file", place, "language")
        return LiteralExpression(self.text(element, place), self.type_of(element), element.get("id"))

    def function(self, element: etree._Element, place: Place) -> FunctionExpression:
        """Return a function definition; the body of a Java or PMML one is kept and never evaluated."""
        self.check_language(element, place)
        return FunctionExpression(
            parameters=tuple(
                Parameter(_name(each), self.type_of(each)) for each in children(element, "formalParameter")
            ),
            body=self.inside(element, place),
            kind=(element.get("kind") or "FEEL").strip(),
            type_ref=self.type_of(element),
            id=element.get("id"),
        )

    def _context(self, element: etree._Element, place: Place) -> Boxed:
        entries = []
        for each in children(element, "contextEntry"):
            variable = child(each, "variable")
            name = None if variable is None else _name(variable)
            entries.append(
                ContextEntry(
                    name or None,
                    None if variable is None else self.type_of(variable),
                    self.inside(each, place.at(column=name)),
                )
            )
        return ContextExpression(tuple(entries), self.type_of(element), element.get("id"))

    def _invocation(self, element: etree._Element, place: Place) -> Boxed:
        bindings = tuple(
            Binding(_name(parameter), self.inside(each, place.at(column=_name(parameter))))
            for each in children(element, "binding")
            if (parameter := child(each, "parameter")) is not None
        )
        return InvocationExpression(self.inside(element, place), bindings, self.type_of(element), element.get("id"))

    def _list(self, element: etree._Element, place: Place) -> Boxed:
        items = tuple(self.read(each, place) for each in children(element, *self.readers))
        return ListExpression(items, self.type_of(element), element.get("id"))

    def _relation(self, element: etree._Element, place: Place) -> Boxed:
        columns = tuple((_name(each), self.type_of(each)) for each in children(element, "column"))
        rows = tuple(
            self._relation_row(row, columns, place.at(row=number))
            for number, row in enumerate(children(element, "row"), start=1)
        )
        return RelationExpression(columns, rows, self.type_of(element), element.get("id"))

    def _relation_row(
        self, row: etree._Element, columns: tuple[tuple[str, str | None], ...], place: Place
    ) -> tuple[Boxed | None, ...]:
        cells = list(children(row, *self.readers))
        if len(cells) != len(columns):
            raise DmnError(f"Expected {len(columns)} cells, but the row has {len(cells)}", place)
        return tuple(self.read(cell, place.at(column=name)) for cell, (name, _) in zip(cells, columns, strict=True))

    def _conditional(self, element: etree._Element, place: Place) -> Boxed:
        condition, then, otherwise = (
            self.inside(child(element, name), place.at(column=name)) for name in ("if", "then", "else")
        )
        return ConditionalExpression(condition, then, otherwise, self.type_of(element), element.get("id"))

    def _filter(self, element: etree._Element, place: Place) -> Boxed:
        return FilterExpression(
            self.inside(child(element, "in"), place.at(column="in")),
            self.inside(child(element, "match"), place.at(column="match")),
            self.type_of(element),
            element.get("id"),
        )

    def _iteration(self, element: etree._Element, place: Place) -> Boxed:
        kind = cast("Literal['for', 'some', 'every']", local_name(element))
        result = "return" if kind == "for" else "satisfies"
        return IterationExpression(
            kind,
            " ".join((element.get("iteratorVariable") or "").split()),
            self.inside(child(element, "in"), place.at(column="in")),
            self.inside(child(element, result), place.at(column=result)),
            self.type_of(element),
            element.get("id"),
        )


def _name(element: etree._Element) -> str:
    return " ".join((element.get("name") or "").split())
