"""The demo bank one is shown: forty complaints in every state, made by the product's own use cases."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from app.config import Settings
from app.domain.complaint import ComplaintStatus
from app.services.deliver_notice import deliver_notice
from app.services.leave_notices import leave_webhook
from app.services.open_runtime import open_runtime
from app.services.seed_demo import seed_demo
from app.services.seed_demo_complaints import seed_demo_complaints
from app.services.stored_calendars import seed_calendars
from app.storage.clocks import ClockRow
from app.storage.complaints import ComplaintRow
from app.storage.incidents import IncidentRow
from app.storage.schema import upgrade_schema

NOW = datetime(2026, 8, 20, 8, tzinfo=UTC)


def test_the_demo_bank_has_complaints_in_every_state_and_clocks_in_every_standing(tmp_path: Path) -> None:
    settings = Settings(f"sqlite:///{tmp_path}/demo.sqlite3", None, "demo" * 10, mode="demo", data_dir=tmp_path)
    runtime = open_runtime(settings)
    upgrade_schema(runtime.engine)
    runtime.perform(seed_calendars)
    seed_demo(runtime)
    assert seed_demo_complaints(settings, NOW) == 40
    assert seed_demo_complaints(settings, NOW) == 0
    with runtime.reading() as connection:
        statuses = Counter(connection.execute(select(ComplaintRow.status)).scalars())
        standings = set(connection.execute(select(ClockRow.standing)).scalars())
        incidents = connection.execute(select(IncidentRow.message)).scalars().all()
    key = runtime.perform(leave_webhook, "many complaints of one kind", "qms", {}, complaint_key=None)
    assert key is not None
    assert deliver_notice(runtime, key)
    runtime.engine.dispose()
    assert set(statuses) == set(ComplaintStatus)
    assert {"running", "paused", "met"} <= standings
    assert incidents == []
