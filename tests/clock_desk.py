"""Complaints with clocks at a desk: filing, reading, recording, and instants on China's wall clocks."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.jobs import RUN_JOBS
from app.services.file_complaint import FiledComplaint, file_complaint
from app.services.publish_message import Message, publish_message
from app.services.read_clocks import ClockView, read_clocks
from app.services.read_resource import ResourceFile
from app.services.record_clock_event import ClockFact, record_clock_event
from app.services.run_built_in_job import run_built_in_job
from tests.desk import BOSS, Desk

ROOT = Path(__file__).parents[1]
COMPLAINT: dict[str, Any] = {
    "customerName": "张三丰",
    "customerPhone": "13812345678",
    "channel": "phone",
    "complaintType": "fee_dispute",
    "productLine": "debit_card",
    "customerTier": "vip",
    "region": "east",
    "urgency": "normal",
    "amount": 1200,
}
APPROVED = {"length": 60, "approver": "上级行", "level": "superior institution", "reason": "需外部鉴定"}


def shipped(*, but: str = "") -> list[ResourceFile]:
    paths = [path for folder in ("bpmn", "dmn", "forms") for path in sorted((ROOT / folder).iterdir())]
    kinds = {".bpmn", ".dmn", ".form"}
    return [ResourceFile(path.name, path.read_bytes()) for path in paths if path.suffix in kinds and path.name != but]


def file(bank: Desk, **changes: Any) -> FiledComplaint:
    return bank.perform(file_complaint, BOSS, COMPLAINT | changes)


def clocks(bank: Desk, number: str) -> dict[str, ClockView]:
    return {view.row.clock_id: view for view in bank.perform(read_clocks, BOSS, number)}


def china(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


def record(bank: Desk, clock: ClockView, kind: str, event_id: str, document: str = "", **details: Any) -> datetime:
    fact = ClockFact(kind, event_id, bank.clock.now(), document, details)
    return bank.perform(record_clock_event, BOSS, clock.row.key, fact).deadline


def withdraw(bank: Desk, number: str) -> None:
    """Let the customer withdraw: the message, and the jobs that its path to the end needs."""
    publish_message(bank.runtime, BOSS, Message("complaint_withdrawn", number))
    for nudge in [nudge for nudge in bank.nudges.sent if nudge.task == RUN_JOBS]:
        for (key,) in nudge.ids:
            run_built_in_job(bank.runtime, key)
