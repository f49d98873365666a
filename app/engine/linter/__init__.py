"""The check at deployment: what would read well, but could fail or surprise a running instance and can be seen before.

`app.engine.reading` refuses what cannot be read (FEEL that does not parse, flows to nowhere, triggers in wrong places);
this package refuses and notes the rest, into the same lists, so that one deployment tells everything at once. Problems
refuse the model; notes come back with it.
"""

from __future__ import annotations

from app.engine.linter.activities import check_activities
from app.engine.linter.constants import check_constants
from app.engine.linter.events import check_events
from app.engine.linter.extensions import note_extensions
from app.engine.linter.gateways import check_gateways
from app.engine.linter.identity import check_identity
from app.engine.linter.pairs import check_compensation, check_links
from app.engine.linter.reach import note_unreachable
from app.engine.model import Element
from app.engine.reading.scopes import Scopes
from app.engine.reading.source import Source

__all__ = ["check_file", "check_process"]


def check_file(source: Source) -> None:
    """Add the problems of the file as a whole: its ids, and what XML it is."""
    check_identity(source)


def check_process(source: Source, scopes: Scopes, process: Element) -> None:
    """Add every further problem and note of one process that has been read."""
    check_gateways(source, scopes)
    check_events(source, scopes, process)
    check_activities(source, scopes)
    check_constants(source, scopes)
    check_links(source, scopes)
    check_compensation(source, scopes)
    note_unreachable(source, scopes, process)
    note_extensions(source, process)
