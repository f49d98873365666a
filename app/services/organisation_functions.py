"""What models may ask of the organisation, as functions of FEEL (docs/identity.md).

Each asks the database in the transaction under way. Whom nobody knows gives null, or nobody, with a warning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from app.feel import BuiltIn, Overload, Parameter, Run
from app.services.find_leader import find_leader, units_above
from app.storage.absences import list_absent_now
from app.storage.people import find_person
from app.storage.work_load import count_open_tasks, list_group_members, list_unit_members

DEFAULT_CALENDAR = "default"


def organisation_functions(connection: Connection, now: datetime) -> Mapping[str, BuiltIn]:
    """Return the functions by name, asking `connection` about how things stand at `now`."""
    return _Organisation(connection, now)


class _Organisation(Mapping[str, BuiltIn]):
    """The six answers, and the functions that give them: made when asked for, since most commands use none."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def __getitem__(self, name: str) -> BuiltIn:
        answer, parameter, result = _FUNCTIONS[name]
        function = partial(answer, self)
        return BuiltIn(name, (Overload((parameter,), function),), result, deterministic=False)

    def __iter__(self) -> Iterator[str]:
        return iter(_FUNCTIONS)

    def __len__(self) -> int:
        return len(_FUNCTIONS)

    def manager_of(self, run: Run, person: str) -> str | None:
        """The direct superior; without one, who leads the unit or the nearest unit above it."""
        if find_person(self._connection, person) is None:
            _warn_of(run, person)
            return None
        return find_leader(self._connection, person)

    def unit_of(self, run: Run, person: str) -> str | None:
        """The id of the unit a person works in."""
        place = find_person(self._connection, person)
        if place is None:
            _warn_of(run, person)
            return None
        return str(place.unit_id) if place.unit_id else None

    def members_of(self, run: Run, group: str) -> list[str]:
        """The active holders of a post, or the people of a unit."""
        members = list_group_members(self._connection, group) or list_unit_members(self._connection, group)
        if not members:
            run.warn("NO_MEMBERS", f'Expected somebody in "{group}", but there is nobody')
        return members

    def present(self, run: Run, people: list[Any]) -> list[str]:
        """Who of these is not absent now, in their order; everybody where everybody is absent."""
        names = [name for name in people if isinstance(name, str)]
        absent = list_absent_now(self._connection, names, self._now)
        here = [name for name in names if name not in absent]
        if not here and names:
            run.warn("NO_MEMBERS", "Expected somebody who is there, but everybody is absent")
        return here or names

    def least_loaded(self, run: Run, people: list[Any]) -> str | None:
        """Who of these has the fewest open tasks, the absent only when everybody is; the first by name of several."""
        names = sorted({name for name in people if isinstance(name, str)})
        loads = count_open_tasks(self._connection, names)
        if not loads:
            run.warn("NO_MEMBERS", "Expected somebody to choose from, but there is nobody")
            return None
        present = set(loads) - set(list_absent_now(self._connection, loads, self._now))
        return min(sorted(present or loads), key=loads.__getitem__)

    def calendar_of(self, run: Run, person: str) -> str | None:
        """The name of the calendar a person works by: the person's own, the unit's, that of the nearest above."""
        place = find_person(self._connection, person)
        if place is None:
            _warn_of(run, person)
            return None
        named = (unit.calendar for unit in units_above(self._connection, place.unit_id) if unit.calendar is not None)
        return place.calendar or next(named, DEFAULT_CALENDAR)


def _warn_of(run: Run, person: str) -> None:
    run.warn("NO_PERSON", f'Expected a person of the organisation, but "{person}" is none')


_FUNCTIONS: Mapping[str, tuple[Callable[..., Any], Parameter, str]] = {
    "manager of": (_Organisation.manager_of, Parameter("person", "string"), "string"),
    "unit of": (_Organisation.unit_of, Parameter("person", "string"), "string"),
    "members of": (_Organisation.members_of, Parameter("group", "string"), "list<string>"),
    "present": (_Organisation.present, Parameter("people", "list"), "list<string>"),
    "least loaded": (_Organisation.least_loaded, Parameter("people", "list"), "string"),
    "calendar of": (_Organisation.calendar_of, Parameter("person", "string"), "string"),
}
