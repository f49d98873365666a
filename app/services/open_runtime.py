"""Puts a runtime together: database, queue, clock, and who delivers what a transaction leaves behind."""

from __future__ import annotations

from app.clock import Clock, SystemClock
from app.config import Settings
from app.feel import Calendars
from app.jobs import NoQueue, Nudges, RedisQueue
from app.services.ask_outside_system import outside_systems
from app.services.deliver_outbox import deliver_outbox
from app.services.need_second_factor import check_second_factor_roles
from app.services.stored_calendars import StoredCalendars
from app.services.unit_of_work import Runtime
from app.storage.database import open_engine


def open_runtime(
    settings: Settings,
    *,
    clock: Clock | None = None,
    nudges: Nudges | None = None,
    calendars: Calendars | None = None,
) -> Runtime:
    """Return a runtime on the database and queue that `settings` name; working time is read on its stored calendars."""
    check_second_factor_roles(settings.second_factor)
    engine = open_engine(settings.database_url, pool_size=settings.pool_size)
    if nudges is None:
        nudges = RedisQueue(settings.redis_url) if settings.redis_url else NoQueue()
    calendars = calendars or StoredCalendars(engine)
    runtime = Runtime(settings, engine, clock or SystemClock(), nudges, deliver_outbox, calendars)
    outside_systems(runtime)  # a wrong file stops the boot, not the first who asks
    return runtime
