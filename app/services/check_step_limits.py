"""Checks at deployment what user tasks say about clocks: limits that pause, events they stand for (docs/clocks.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from app.dmn.loading import Model, load
from app.dmn.model import Decision, DecisionTable
from app.domain.calendars import SHIPPED
from app.engine import Definition
from app.engine.model import Element
from app.engine.triggers import TimerTrigger
from app.services.decide import load_model
from app.services.move_step_limits import CALENDAR, PAUSES_WITH
from app.services.read_resource import ReadResource
from app.services.report_event import REPORTABLE, REPORTS
from app.services.start_clocks import CLOCKS
from app.services.unit_of_work import UnitOfWork
from app.storage.calendars import list_calendar_versions

WORKING_TIME = ("working hours after", "working days after")


def check_step_limits(work: UnitOfWork, read: Sequence[ReadResource]) -> list[str]:
    """Return every problem: a wrong place, an unknown clock or calendar, a clock that nothing pauses, mixed times."""
    named = [
        (one.definition, element)
        for resource in read
        for one in resource.declared
        if one.definition is not None
        for element in one.definition.elements.values()
        if PAUSES_WITH in element.properties or CALENDAR in element.properties
    ]
    if not named:
        return []
    clocks = _pauses_by_clock(work, read)
    calendars = {*SHIPPED, *(name for name, _ in list_calendar_versions(work.connection))}
    return [
        f"{definition.file}: {element.id}: {problem}"
        for definition, element in named
        for problem in _problems(definition, element, clocks, calendars)
    ]


def check_reported_events(read: Sequence[ReadResource]) -> list[str]:
    """Return every user task that stands for an event which is none (docs/clocks.md)."""
    return [
        f"{one.definition.file}: {element.id}: Expected {REPORTS} to be one of {', '.join(REPORTABLE)}, "
        f"but it is {event!r}"
        for resource in read
        for one in resource.declared
        if one.definition is not None
        for element in one.definition.elements.values()
        if (event := element.properties.get(REPORTS)) is not None and event not in REPORTABLE
    ]


def _problems(
    definition: Definition, element: Element, clocks: Mapping[str, bool] | None, calendars: set[str]
) -> Iterator[str]:
    clock, calendar = element.properties.get(PAUSES_WITH), element.properties.get(CALENDAR)
    if element.user_task is None or element.job is not None:
        yield f"Expected {PAUSES_WITH} and {CALENDAR} on a user task with zeebe:userTask, but this is none"
    if clock is None:
        yield f"Expected {PAUSES_WITH} beside {CALENDAR}, but there is none"
    elif clocks is None:
        pass  # without the table no clock runs, and no limit pauses
    elif clock not in clocks:
        yield f"Expected {PAUSES_WITH} to be one of {', '.join(sorted(clocks))}, but it is {clock!r}"
    elif not clocks[clock]:
        yield f"Expected {PAUSES_WITH} to name a clock that may be paused, but nothing pauses {clock!r}"
    if calendar is not None and calendar not in calendars:
        yield f"Expected {CALENDAR} to be one of {', '.join(sorted(calendars))}, but it is {calendar!r}"
    if calendar is None and _counts_working_time(definition, element):
        yield f"Expected {CALENDAR}, since this limit counts working time and pauses, but there is none"


def _counts_working_time(definition: Definition, element: Element) -> bool:
    due = element.user_task.due_date if element.user_task is not None else None
    timers = [
        trigger.value
        for event in element.boundary_events
        for trigger in definition.elements[event].triggers
        if isinstance(trigger, TimerTrigger)
    ]
    texts = [formula.text for formula in (due, *timers) if formula is not None]
    return any(name in text for name in WORKING_TIME for text in texts)


def _pauses_by_clock(work: UnitOfWork, read: Sequence[ReadResource]) -> dict[str, bool] | None:
    """Whether each clock of the table, as deployed with these files or in force, may be paused; None: no table."""
    for resource in read:
        if any(one.id == CLOCKS for one in resource.declared) and resource.kind == "dmn":
            return _read_table(load(resource.file.content, file=resource.file.name))
    row = work.runtime.models.find_decision(work.connection, CLOCKS, work.now)
    return None if row is None else _read_table(load_model(work, row.requirements_key))


def _read_table(model: Model) -> dict[str, bool]:
    """The ids in the table's column `id`, and whether their column `pauses` says more than an empty list."""
    found: dict[str, bool] = {}
    for one in model.definitions.elements.values():
        if isinstance(one, Decision) and one.id == CLOCKS and isinstance(one.expression, DecisionTable):
            columns = [clause.name for clause in one.expression.outputs]
            for rule in one.expression.rules:
                cells = dict(zip(columns, (entry.text.strip() for entry in rule.outputs), strict=True))
                name = cells.get("id", "").strip('"')
                found[name] = found.get(name, False) or cells.get("pauses", "[]") != "[]"
    return found
