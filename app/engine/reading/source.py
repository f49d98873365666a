"""One file being read: its XML, the things elements refer to by id, and the problems found on the way.

Owns namespaces, parsing and problem keeping. Knows no element in particular.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from app.engine.errors import ModelRefusedError, Problem
from app.engine.formula import Formula, read_formula
from app.feel import FeelError

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
_MOST_BYTES = 8 * 1024 * 1024  # a drawn model has some hundred kilobytes


def parse_xml(xml: bytes, file: str) -> etree._Element:
    """Return the bpmn:definitions element; no entities, network or giants. ModelRefusedError if there is none."""
    if len(xml) > _MOST_BYTES:
        raise ModelRefusedError(
            [Problem(file, None, None, f"Expected a model of at most {_MOST_BYTES} bytes, but it has {len(xml)}")]
        )
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise ModelRefusedError([Problem(file, None, None, f"Expected XML, but {error.msg}")]) from error
    if root.tag != f"{BPMN}definitions":
        raise ModelRefusedError([Problem(file, None, None, f"Expected bpmn:definitions, but the root is {root.tag}")])
    return root


def local_name(node: etree._Element) -> str:
    """The tag without its namespace."""
    return str(etree.QName(node).localname)


def text_of(node: etree._Element | None) -> str | None:
    """All text inside a node, stripped; None for no node or no text."""
    if node is None:
        return None
    return "".join(str(part) for part in node.itertext()).strip() or None


class Source:
    """A parsed file with its problems and notes, and what its elements point to."""

    def __init__(self, xml: bytes, file: str) -> None:
        self.file = file
        self.root = parse_xml(xml, file)
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []
        self.shared: dict[str, etree._Element] = {}
        for node in self.root:
            if isinstance(node.tag, str) and node.get("id"):
                self.shared[node.get("id", "")] = node

    def processes(self) -> Iterator[etree._Element]:
        """The executable processes of the file, in document order."""
        for node in self.root.iterchildren(f"{BPMN}process"):
            if node.get("isExecutable", "true") != "false":
                yield node

    def refuse(self, node: etree._Element | None, message: str) -> None:
        """Keep a problem at `node`."""
        self.problems.append(self._problem(node, message))

    def note(self, node: etree._Element | None, message: str) -> None:
        """Keep a note at `node`: nothing wrong, but worth telling."""
        self.notes.append(self._problem(node, message))

    def formula(
        self, text: str | None, node: etree._Element, what: str, *, always_feel: bool = False
    ) -> Formula | None:
        """Compile `text`; a syntax error becomes a problem at `node`, told with `what` it was."""
        if text is None or not text.strip():
            return None
        try:
            return read_formula(text, always_feel=always_feel)
        except FeelError as error:
            self.refuse(node, f"Expected {what} to be FEEL, but {text.strip()!r} is not: {error}")
            return None

    def condition(self, parent: etree._Element, tag: str, node: etree._Element) -> Formula | None:
        """The FEEL in the child `tag` of `parent`, with or without a leading "="."""
        return self.formula(text_of(parent.find(f"{BPMN}{tag}")), node, f"its {tag}", always_feel=True)

    def _problem(self, node: etree._Element | None, message: str) -> Problem:
        while node is not None and not node.get("id"):
            node = node.getparent()
        if node is None:
            return Problem(self.file, None, None, message)
        return Problem(self.file, node.get("id"), node.get("name"), message)
