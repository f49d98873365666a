"""The demo bank one is shown: forty complaints in every state, made by the product's own use cases."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import func, select

from app.config import Settings
from app.domain.complaint import ComplaintStatus
from app.services.deliver_notice import deliver_notice
from app.services.leave_notices import leave_webhook
from app.services.open_runtime import open_runtime
from app.services.seed_demo import seed_demo
from app.services.seed_demo_complaints import seed_demo_complaints
from app.services.stored_calendars import seed_calendars
from app.services.unit_of_work import Runtime
from app.storage.clocks import ClockRow
from app.storage.complaints import ComplaintRow
from app.storage.incidents import IncidentRow
from app.storage.schema import upgrade_schema
from tests.faults.node import wait_until

NOW = datetime(2026, 8, 20, 8, tzinfo=UTC)


KILLED_AT = 13
"""Complaints made, when the first process that makes them is killed: at the instant of this one another is classed."""


def test_the_demo_bank_has_complaints_in_every_state_and_clocks_in_every_standing_though_its_maker_was_killed(
    tmp_path: Path,
) -> None:
    settings = Settings(f"sqlite:///{tmp_path}/demo.sqlite3", None, "demo" * 10, mode="demo", data_dir=tmp_path)
    runtime = open_runtime(settings)
    upgrade_schema(runtime.engine)
    runtime.perform(seed_calendars)
    seed_demo(runtime)
    begin_and_kill(settings, runtime)
    later = NOW + timedelta(minutes=2)
    assert 0 < seed_demo_complaints(settings, later) <= 40 - KILLED_AT
    assert seed_demo_complaints(settings, later) == 0
    with runtime.reading() as connection:
        made = connection.execute(select(ComplaintRow.external_number).order_by(ComplaintRow.number)).scalars().all()
        statuses = Counter(connection.execute(select(ComplaintRow.status)).scalars())
        standings = set(connection.execute(select(ClockRow.standing)).scalars())
        incidents = connection.execute(select(IncidentRow.message)).scalars().all()
    key = runtime.perform(leave_webhook, "many complaints of one kind", "qms", {}, complaint_key=None)
    assert key is not None
    assert deliver_notice(runtime, key)
    runtime.engine.dispose()
    assert made == [f"DEMO-{number:02d}" for number in range(1, 41)]
    assert set(statuses) == set(ComplaintStatus)
    assert {"running", "paused", "met"} <= standings
    assert incidents == []


def begin_and_kill(settings: Settings, runtime: Runtime) -> None:
    """Let a process begin, and kill it in the middle."""
    maker = get_context("spawn").Process(target=seed_demo_complaints, args=(settings, NOW))
    maker.start()
    wait_until(lambda: count_complaints(runtime) >= KILLED_AT, "the first complaints")
    maker.kill()
    maker.join()
    assert count_complaints(runtime) < 40


def count_complaints(runtime: Runtime) -> int:
    with runtime.reading() as connection:
        return connection.execute(select(func.count()).select_from(ComplaintRow)).scalar_one()
