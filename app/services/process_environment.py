"""The surroundings in which an expression is evaluated outside any instance: the same as inside one.

Owns which clock, calendars, zone and functions those are. What variables it sees is its asker's.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from app.clock import PinnedClock
from app.engine.functions import ENGINE_FUNCTIONS
from app.feel import Environment
from app.services.organisation_functions import organisation_functions
from app.services.unit_of_work import Runtime


def process_environment(runtime: Runtime, connection: Connection, now: datetime) -> Environment:
    """Return the environment of the expressions of processes, at the instant `now`."""
    return Environment(
        clock=PinnedClock(now),
        calendars=runtime.calendars,
        zone=runtime.settings.zone,
        functions={**ENGINE_FUNCTIONS, **organisation_functions(connection, now)},
    )
