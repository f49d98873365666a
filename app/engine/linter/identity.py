"""Checks of a file as a whole: ids occur once, and the XML brings no definitions of its own."""

from __future__ import annotations

from app.engine.reading.source import BPMN, Source


def check_identity(source: Source) -> None:
    """Refuse document types (entities are never read) and ids that occur twice anywhere in the file."""
    if source.root.getroottree().docinfo.internalDTD is not None:
        source.refuse(None, "Expected XML without a document type, but the file declares one")
    seen: set[str] = set()
    for node in source.root.iter(f"{BPMN}*"):
        name = node.get("id")
        if name and name in seen:
            source.refuse(node, f"Expected ids to be unique, but {name!r} is there twice")
        seen.add(name or "")
    for process in source.processes():
        if not process.get("id"):
            source.refuse(process, "Expected a process with an id, but it has none")
