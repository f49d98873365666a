"""Reading XML that strangers wrote: no document types, no entities, no network, and a cap on size.

Knows nothing of DMN; namespaces are left to the reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from app.dmn.errors import DmnError, Place

MAX_BYTES: Final = 20_000_000
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def parse_xml(source: bytes | str, file: str) -> etree._Element:
    """Return the root element; DmnError for broken, oversized or dangerous XML. `file` is a name for messages only."""
    place = Place(file)
    data = _DECLARATION.sub("", source, count=1).encode("utf-8", "surrogatepass") if isinstance(source, str) else source
    if len(data) > MAX_BYTES:
        raise DmnError(f"Expected at most {MAX_BYTES:,} bytes of XML, but there are {len(data):,}", place, "xml")
    # The NULs are UTF-16's: a document type must not slip through in another encoding.
    if b"<!DOCTYPE" in data.replace(b"\0", b""):
        raise DmnError("Expected XML without a document type, but it declares one", place, "xml")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise DmnError(f"Expected well-formed XML, but {error.msg}", place, "xml") from error
    if root is None:
        raise DmnError("Expected an XML document, but it is empty", place, "xml")
    if root.getroottree().docinfo.internalDTD is not None:  # written in an encoding that hid it from the look above
        raise DmnError("Expected XML without a document type, but it declares one", place, "xml")
    return root


def local_name(element: etree._Element) -> str:
    """Return an element's name without its namespace."""
    return etree.QName(element).localname


def namespace(element: etree._Element) -> str:
    """Return an element's namespace, empty for none."""
    return etree.QName(element).namespace or ""


def children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield the child elements, those of the given local names where names are given, in document order."""
    for child in element:
        if isinstance(child.tag, str) and (not names or local_name(child) in names):
            yield child


def child(element: etree._Element, name: str) -> etree._Element | None:
    """Return the first child of that local name."""
    return next(children(element, name), None)


def text_of(element: etree._Element | None) -> str | None:
    """Return the trimmed text of an element's `text` child, or its own text; None where the element is."""
    if element is None:
        return None
    inner = child(element, "text")
    return "".join(str(part) for part in (element if inner is None else inner).itertext()).strip()
