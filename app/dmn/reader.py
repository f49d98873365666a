"""DMN XML to model records: the requirement graph, imports and item definitions.

Reads by local name, so that DMN 1.1 to 1.5 and their makers' habits read alike. Boxed expressions are `read_boxed`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lxml import etree

from app.dmn.dialects import MODEL_NAMESPACES
from app.dmn.errors import DmnError, Place
from app.dmn.model import (
    BusinessKnowledge,
    Decision,
    DecisionService,
    Definitions,
    Element,
    FunctionType,
    Import,
    InputData,
    ItemDefinition,
)
from app.dmn.read_boxed import BoxedReader
from app.dmn.safe_xml import child, children, local_name, namespace, parse_xml, text_of

MAX_ITEM_DEPTH: Final = 50


def read_definitions(source: bytes | str, file: str) -> Definitions:
    """Return what one DMN file says; DmnError where it cannot be read. References between elements are not followed."""
    root = parse_xml(source, file)
    version = MODEL_NAMESPACES.get(namespace(root))
    if local_name(root) != "definitions" or version is None:
        raise DmnError(
            f"Expected <definitions> in a DMN 1.1 to 1.5 namespace, but found <{local_name(root)}> in "
            f"{namespace(root) or 'no namespace'!r}",
            Place(file),
            "namespace",
        )
    return _DefinitionsReader(root, file).read(version)


class _DefinitionsReader:
    """One file being read; holds what every element of it needs to know."""

    def __init__(self, root: etree._Element, file: str) -> None:
        self.root = root
        self.file = file
        self.place = Place(file)
        self.imports = tuple(self._import(each) for each in children(root, "import"))
        self.boxed = BoxedReader(self.imports)

    def read(self, version: str) -> Definitions:
        for attribute in ("expressionLanguage", "typeLanguage"):
            self.boxed.check_language(self.root, self.place, attribute)
        elements: dict[str, Element] = {}
        readers: dict[str, Callable[[etree._Element], Element]] = {
            "inputData": self._input_data,
            "decision": self._decision,
            "businessKnowledgeModel": self._business_knowledge,
            "decisionService": self._decision_service,
        }
        for each in children(self.root, *readers):
            element = readers[local_name(each)](each)
            if element.id in elements:
                raise DmnError(f"Expected ids that occur once, but {element.id!r} occurs twice", self.place, "id")
            elements[element.id] = element
        return Definitions(
            file=self.file,
            name=self.root.get("name") or self.file,
            namespace=self.root.get("namespace") or "",
            id=self.root.get("id"),
            version=version,
            imports=self.imports,
            items=tuple(self._item(each, 0) for each in children(self.root, "itemDefinition")),
            elements=elements,
            exporter=self.root.get("exporter"),
        )

    def _import(self, element: etree._Element) -> Import:
        return Import(
            _name(element), element.get("namespace") or "", element.get("locationURI"), element.get("importType") or ""
        )

    def _item(self, element: etree._Element, depth: int) -> ItemDefinition:
        if depth > MAX_ITEM_DEPTH:
            raise DmnError(f"Expected at most {MAX_ITEM_DEPTH} nested components, but there are more", self.place)
        self.boxed.check_language(element, self.place.at(column=_name(element)), "typeLanguage")
        function = child(element, "functionItem")
        type_ref = child(element, "typeRef")
        written = element.get("typeRef") if type_ref is None else (type_ref.text or "").strip()
        return ItemDefinition(
            name=_name(element),
            type_ref=self.boxed.type_name(written, element),
            is_collection=element.get("isCollection") == "true",
            components=tuple(self._item(each, depth + 1) for each in children(element, "itemComponent")),
            function=None if function is None else self._function_type(function),
            allowed_values=text_of(child(element, "allowedValues")) or None,
            type_constraint=text_of(child(element, "typeConstraint")) or None,
            label=element.get("label"),
        )

    def _function_type(self, element: etree._Element) -> FunctionType:
        return FunctionType(
            tuple(
                (_name(each), self.boxed.type_name(each.get("typeRef"), each))
                for each in children(element, "parameters")
            ),
            self.boxed.type_name(element.get("outputTypeRef"), element),
        )

    def _variable(self, element: etree._Element) -> tuple[str, str | None]:
        """The name an element goes by in expressions, and its type."""
        variable = child(element, "variable")
        if variable is None:
            return _name(element), None
        return _name(variable) or _name(element), self.boxed.type_name(variable.get("typeRef"), variable)

    def _identity(self, element: etree._Element) -> tuple[str, str]:
        name = _name(element)
        identity = element.get("id") or name
        if not identity:
            raise DmnError(f"Expected an id or a name, but a <{local_name(element)}> has neither", self.place)
        return identity, name or identity

    def _input_data(self, element: etree._Element) -> InputData:
        identity, name = self._identity(element)
        variable, type_ref = self._variable(element)
        return InputData(identity, name, type_ref, element.get("label"), variable or name)

    def _decision(self, element: etree._Element) -> Decision:
        identity, name = self._identity(element)
        variable, type_ref = self._variable(element)
        return Decision(
            id=identity,
            name=name,
            type_ref=type_ref,
            expression=self.boxed.inside(element, Place(self.file, name)),
            required=_hrefs(element, "requiredDecision", "requiredInput", "requiredKnowledge"),
            label=element.get("label"),
            question=_text(element, "question"),
            description=_text(element, "description"),
            variable=variable or name,
        )

    def _business_knowledge(self, element: etree._Element) -> BusinessKnowledge:
        identity, name = self._identity(element)
        variable, type_ref = self._variable(element)
        logic = child(element, "encapsulatedLogic")
        return BusinessKnowledge(
            id=identity,
            name=name,
            type_ref=type_ref,
            logic=None if logic is None else self.boxed.function(logic, Place(self.file, name)),
            required=_hrefs(element, "requiredKnowledge"),
            variable=variable or name,
        )

    def _decision_service(self, element: etree._Element) -> DecisionService:
        identity, name = self._identity(element)
        variable, type_ref = self._variable(element)
        return DecisionService(
            id=identity,
            name=name,
            type_ref=type_ref,
            output_decisions=_direct_hrefs(element, "outputDecision"),
            encapsulated_decisions=_direct_hrefs(element, "encapsulatedDecision"),
            input_decisions=_direct_hrefs(element, "inputDecision"),
            input_data=_direct_hrefs(element, "inputData"),
            variable=variable or name,
        )


def _name(element: etree._Element) -> str:
    return " ".join((element.get("name") or "").split())


def _text(element: etree._Element, name: str) -> str | None:
    found = child(element, name)
    return None if found is None else (found.text or "").strip() or None


def _direct_hrefs(element: etree._Element, name: str) -> tuple[str, ...]:
    return tuple(href for each in children(element, name) if (href := (each.get("href") or "").strip()))


def _hrefs(element: etree._Element, *names: str) -> tuple[str, ...]:
    requirements = children(element, "informationRequirement", "knowledgeRequirement")
    return tuple(
        href for each in requirements for inner in children(each, *names) if (href := (inner.get("href") or "").strip())
    )
