"""Clock events as plain JSON and back, for whoever keeps or sends them. Knows no table and no request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from typing import Any

from app.domain.clocks.events import Classed, ClockEvent, Extended, Paused, Resumed, Started, Stopped, Superseded
from app.domain.clocks.history import ClockEventError

KINDS: Mapping[str, type[ClockEvent]] = {
    "started": Started,
    "classed": Classed,
    "paused": Paused,
    "resumed": Resumed,
    "extended": Extended,
    "stopped": Stopped,
    "superseded": Superseded,
}
NAMES = {event: name for name, event in KINDS.items()}
COMMON = frozenset({"id", "at", "by", "document"})


def kind_of(event: ClockEvent) -> str:
    """Return an event's kind: started, classed, paused, resumed, extended, stopped or superseded."""
    return NAMES[type(event)]


def own_details(event: ClockEvent) -> dict[str, Any]:
    """Return what an event says beyond id, instant, actor and document."""
    return {each.name: getattr(event, each.name) for each in fields(event) if each.name not in COMMON}


def make_event(
    kind: str,
    *,
    id: str,  # noqa: A002 - the event's own name for it
    at: datetime,
    by: str,
    document: str,
    details: Mapping[str, Any],
) -> ClockEvent:
    """Return the event; ClockEventError (with fields) for an unknown kind, or details that are missing or too many."""
    event = KINDS.get(kind)
    if event is None:
        raise ClockEventError(
            f"Expected an event of the kinds {', '.join(KINDS)}, but got {kind!r}", {"kind": [f"One of {list(KINDS)}"]}
        )
    known = {each.name: each.type for each in fields(event) if each.name not in COMMON}
    wrong = {name: ["Unknown"] for name in details if name not in known}
    for name, type_ in known.items():
        given = details.get(name)
        if name in details and type(given).__name__ != type_:
            wrong[name] = [f"Expected {type_}"]
    if wrong:
        raise ClockEventError(
            f"Expected of {kind} only {', '.join(known) or 'nothing more'}, but got {dict(details)}", wrong
        )
    needed = {each.name for each in fields(event) if each.name in known and each.default is MISSING}
    missing = sorted(needed - set(details))
    if missing:
        required = {name: ["Required"] for name in missing}
        raise ClockEventError(f"Expected {', '.join(missing)} to record {kind}, but there is none", required)
    return event(id=id, at=at, by=by, document=document, **details)
