"""The gate that a new event must pass.

An event is accepted only when the whole history with it is one that the definition allows, so nothing recorded before
can be undone by it. An extension is a gate of its own: approver, reason, document and the customer's notice, in time.
"""

from __future__ import annotations

from app.domain.calendars import Calendar
from app.domain.clocks.definition import APPROVER_LEVELS, ClockDefinition
from app.domain.clocks.events import Classed, ClockEvent, Extended, Paused, Resumed, Started
from app.domain.clocks.history import ENDS, ClockEventError, ClockHistory
from app.domain.clocks.ledger import deadline_of


def record_event(
    history: ClockHistory, event: ClockEvent, definition: ClockDefinition, calendar: Calendar
) -> ClockHistory:
    """Return the history with `event` in it; ClockEventError (with fields) when the definition does not allow it.

    Recording the same event (by id) again changes nothing.
    """
    if event in history.events:
        return history
    if any(known.id == event.id for known in history.events):
        raise ClockEventError(f"Expected a new event, but {event.id!r} is recorded and reads differently")
    whole = ClockHistory.of((*history.events, event))
    _check_frame(whole, event)
    match event:
        case Classed():
            _check_class(history, event, definition, calendar)
        case Paused():
            _check_pause(history, event, definition)
        case Resumed():
            _check_resumption(history, event)
        case Extended():
            _check_extension(history, event, definition, calendar)
    return whole


def _check_frame(whole: ClockHistory, event: ClockEvent) -> None:
    if event.at.tzinfo is None:
        raise ClockEventError(f"Expected an instant with a time zone, but {event.at.isoformat()} has none")
    started = whole.started_at
    if isinstance(event, Started) and event is not whole.events[0]:
        raise ClockEventError(f"Expected one start, but the clock has run since {started.isoformat()}")
    if sum(isinstance(each, Started) for each in whole.events) > 1:
        raise ClockEventError("Expected one start, but there are two; a received stamp cannot be moved")
    ends = [each for each in whole.events if isinstance(each, ENDS)]
    if ends and (len(ends) > 1 or ends[0] is not whole.events[-1]):
        raise ClockEventError(
            f"Expected nothing after the clock's end, but it ended on {ends[0].at.isoformat()}", {"at": ["Ended"]}
        )


def _check_class(history: ClockHistory, event: Classed, definition: ClockDefinition, calendar: Calendar) -> None:
    if event.complexity not in definition.lengths:
        known = ", ".join(definition.lengths)
        raise ClockEventError(
            f"Expected a class of {definition.name} ({known}), but got {event.complexity!r}",
            {"complexity": [f"One of {known}"]},
        )
    due = deadline_of(history, definition, calendar, now=event.at)
    if event.at > due and definition.lengths[event.complexity] > history.length(definition, event.at):
        raise ClockEventError(
            f"Expected a longer class to be decided before the deadline, but it passed on {due.isoformat()}",
            {"at": [due.isoformat()]},
        )


def _check_pause(history: ClockHistory, event: Paused, definition: ClockDefinition) -> None:
    ended = history.ended
    # People tell a pause to the minute: in the minute of the end there is nothing left to pause.
    if ended is not None and event.at >= ended.at.replace(second=0, microsecond=0):
        raise ClockEventError(
            f"Expected a pause to begin before the clock's end, but it ended on {ended.at.isoformat()}",
            {"at": ["Ended"]},
        )
    rule = definition.find_pause(event.reason)
    if rule is None:
        known = ", ".join(pause.reason for pause in definition.pauses) or "none"
        raise ClockEventError(
            f"Expected a reason for which {definition.name} may be paused ({known}), but got {event.reason!r}",
            {"reason": [f"One of {known}"]},
        )
    missing = {"document": not event.document, "notice": rule.notice and not event.notice}
    _require(missing, f"to pause {definition.name} ({rule.article})")


def _check_resumption(history: ClockHistory, event: Resumed) -> None:
    for pause, over in history.pauses():
        if pause.id == event.pause:
            if over is not None:
                raise ClockEventError(f"Expected a pause that lasts, but it was over on {over.isoformat()}")
            if event.at < pause.at:
                raise ClockEventError(
                    f"Expected an end after the pause began ({pause.at.isoformat()}), but it is before"
                )
            return
    raise ClockEventError(f"Expected a pause of this clock, but there is none with the id {event.pause!r}")


def _check_extension(history: ClockHistory, event: Extended, definition: ClockDefinition, calendar: Calendar) -> None:
    now = history.length(definition)
    rule = next((each for each in definition.extensions if now < event.length <= each.length), None)
    if rule is None:
        reach = max((each.length for each in definition.extensions), default=now)
        raise ClockEventError(
            f"Expected an extension to more than {now} and at most {reach} {definition.unit}, but got {event.length}",
            {"length": [f"{now + 1} to {reach}"]},
        )
    _require(
        {
            "approver": not event.approver,
            "reason": not event.reason,
            "document": not event.document,
            "notice": rule.notice and not event.notice,
        },
        f"to extend {definition.name} to {event.length} {definition.unit} ({rule.article})",
    )
    if APPROVER_LEVELS.get(event.level, -1) < APPROVER_LEVELS[rule.level]:
        raise ClockEventError(
            f"Expected approval by {rule.level} ({rule.article}), but {event.approver} acts as {event.level!r}",
            {"level": [rule.level]},
        )
    due = deadline_of(history, definition, calendar, now=event.at)
    if event.at > due:
        raise ClockEventError(
            f"Expected an extension before the deadline, but it passed on {due.isoformat()}", {"at": [due.isoformat()]}
        )


def _require(missing: dict[str, bool], to: str) -> None:
    names = [name for name, is_missing in missing.items() if is_missing]
    if names:
        raise ClockEventError(
            f"Expected {', '.join(names)} {to}, but there is none", {name: ["Required"] for name in names}
        )
