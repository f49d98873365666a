"""Gives the demo bank its forty complaints: filed, worked and answered over the last two months, by moved time.

Real use cases make them, so that every page has something true to show: tasks in every step, clocks that run, stand
still, were extended, missed and met, notices, rules that fired, an objection, a withdrawal, a refusal, a repeat.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import yaml
from sqlalchemy import Connection, Row, func, select

from app.clock import PinnedClock
from app.config import Settings
from app.domain.access import ROLES
from app.domain.actor import SYSTEM, Actor
from app.services.answer_task import answer_task
from app.services.assign_user_task import assign_user_task
from app.services.claim_due_clocks import claim_due_clocks
from app.services.deliver_notice import deliver_notice
from app.services.file_complaint import file_complaint
from app.services.moved_time import KeptKeys, MovedTime
from app.services.open_runtime import open_runtime
from app.services.publish_message import Message, publish_message
from app.services.read_clocks import read_clocks
from app.services.record_clock_event import ClockFact, record_clock_event
from app.services.record_overdue_tasks import record_overdue_tasks
from app.services.run_rules import run_rules
from app.services.simulated_people import CUSTOMER_CLERK, step_answers, who_works
from app.services.tell_clock import tell_clock
from app.services.tidy_up import find_overdue
from app.services.unit_of_work import UnitOfWork
from app.storage.complaints import ComplaintEventRow, ComplaintRow
from app.storage.deployments import FormRow
from app.storage.user_tasks import UserTaskRow

FILE = Path(__file__).parents[1] / "data" / "demo_bank" / "complaints.yaml"
SEED = 20260801
PATROL = timedelta(hours=6)
"""How often the rules about overdue tasks and the clocks' alerts are looked at in moved time."""

STOPPED = timedelta(minutes=1)
"""In moved time, after which what a stopped seeding had begun is taken up."""

MOST_LEFT = 1000

COMPLIANCE = Actor("sunhong", frozenset({"consumer_protection"}), ROLES["clerk"] | ROLES["operator"])
NAMES = {
    "name": "customerName", "phone": "customerPhone", "type": "complaintType", "line": "productLine",
    "text": "description", "wish": "expectation", "card": "cardLastDigits", "order": "orderNumber",
    "flags": "regulatorFlags", "representative": "representativeName",
}  # fmt: skip
GIVEN = ("region", "channel", "amount", "urgency", "vulnerability", "filedBy")


def seed_demo_complaints(settings: Settings, now: datetime) -> int:
    """Make the complaints of an empty demo database, the last of them a few hours before `now`; returns how many.

    Stopped half-way, it goes on from there at the next call. Does nothing where others filed the first complaint.
    """
    entries = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    clock, nudges = PinnedClock(now - timedelta(days=entries[0]["days"] + 1)), KeptKeys()
    runtime = open_runtime(settings, clock=clock, nudges=nudges)
    try:
        with runtime.reading() as connection:
            made = _find_made(connection, len(entries))
            is_ours = made or connection.execute(select(ComplaintRow.key).limit(1)).first() is None
        if not is_ours or len(made) == len(entries):
            return 0
        bank = DemoBank(runtime, clock, nudges)
        if made:
            bank.go_on(entries, made, now)
        bank.live(entries[len(made) :], now)
    finally:
        runtime.engine.dispose()
    return len(entries) - len(made)


def _find_made(connection: Connection, most: int) -> Sequence[Row[Any]]:
    """Return the complaints that are made, in the order of the file, which is that of their time."""
    table = ComplaintRow.__table__
    query = select(table).where(table.c.external_number.in_([_external(index) for index in range(most)]))
    return connection.execute(query.order_by(table.c.external_number)).all()


def _external(index: int) -> str:
    return f"DEMO-{index + 1:02d}"


@dataclass
class DemoBank(MovedTime):
    """The demo bank while its two months pass."""

    _entries: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _chance: Random = field(default_factory=lambda: Random(SEED))  # noqa: S311 - a simulation

    def go_on(self, entries: list[Mapping[str, Any]], made: Sequence[Row[Any]], now: datetime) -> None:
        """Take up the time of a seeding that was stopped: its clock, what is to be done, and what is to happen yet."""
        next_at = now - timedelta(days=entries[len(made)]["days"])
        at = ComplaintEventRow.at
        of_theirs = ComplaintEventRow.complaint_key.in_([row.key for row in made])
        with self.runtime.reading() as connection:  # what people did meanwhile, in real time, is later than the next
            reached = connection.execute(select(func.max(at)).where(of_theirs, at <= next_at)).scalar_one()
        self.move_to(reached)  # what was to happen at this very instant is told again: twice it changes nothing
        for entry, row in zip(entries, made, strict=False):
            self._entries[row.number] = entry
            self._plan_acts(row.number, entry, row.received_at)
        self.move_to(reached + STOPPED)
        left = self.runtime.perform(find_overdue, MOST_LEFT)
        self.nudges.jobs += left.jobs
        self.nudges.notices += left.notices
        self.nudges.events += left.events

    def live(self, entries: list[Mapping[str, Any]], now: datetime) -> None:
        """Let everything happen up to `now`."""
        for entry in entries:
            self.plan(now - timedelta(days=entry["days"]), partial(self._file, entry))
        self.later(PATROL, self._patrol)
        self.advance(now)

    def settle(self) -> None:
        """Do jobs, rules and notices as they come, and plan who does the tasks that have opened."""
        while self.nudges.jobs or self.nudges.events or self.nudges.notices:
            super().settle()
            while self.nudges.events:
                run_rules(self.runtime, self.nudges.events.pop(0))
            while self.nudges.notices:
                deliver_notice(self.runtime, self.nudges.notices.pop(0))
        self.runtime.perform(self._plan_tasks)

    def _patrol(self) -> None:
        self.runtime.perform(record_overdue_tasks)
        for key, token in self.runtime.perform(claim_due_clocks, 200):
            self.runtime.perform(tell_clock, key, token)
        self.later(PATROL, self._patrol)

    def _file(self, entry: Mapping[str, Any]) -> None:
        answers = {field_: entry[name] for name, field_ in NAMES.items() if name in entry}
        answers |= {"urgency": "normal", "customerTier": "standard", **{n: entry[n] for n in GIVEN if n in entry}}
        if entry["channel"] == "regulator":
            answers["regulatorNumber"] = f"监转〔2026〕{self._chance.randrange(1000):03d}号"
        external = _external(len(self._entries))
        filed = self.runtime.perform(file_complaint, CUSTOMER_CLERK, answers, external_number=external)
        self._entries[filed.number] = entry
        self._plan_acts(filed.number, entry, self.clock.now())

    def _plan_acts(self, number: str, entry: Mapping[str, Any], filed_at: datetime) -> None:
        for act in entry.get("acts", ()):
            at = filed_at + timedelta(days=act["after"])
            if at >= self.clock.now():
                self.plan(at, partial(self._act, number, act, at))

    def _plan_tasks(self, work: UnitOfWork) -> None:
        for key, element_id, number in self.new_tasks(work.connection):
            entry = self._entries.get(number)
            if entry is not None and element_id not in entry.get("until", ()):
                hours = entry["pace"] * self._chance.uniform(0.6, 1.4)
                self.later(timedelta(hours=hours), partial(self._do, key, entry))
            elif entry is not None and self._chance.random() < 0.5:
                self.later(timedelta(hours=3), partial(self._claim, key))

    def _claim(self, key: int) -> None:
        """Take a task that stays undone: an inbox has both, mine and my group's."""
        with self.runtime.reading() as connection:
            row = connection.execute(select(UserTaskRow.__table__).where(UserTaskRow.key == key)).one()
        if row.ended_at is None and row.assignee is None:
            person = who_works(row.candidate_groups)
            self.runtime.perform(assign_user_task, person, key, person.username, allow_override=False)

    def _do(self, key: int, entry: Mapping[str, Any]) -> None:
        with self.runtime.reading() as connection:
            row = connection.execute(select(UserTaskRow.__table__).where(UserTaskRow.key == key)).one()
            if row.ended_at is not None:
                return
            form = connection.execute(select(FormRow.form_id).where(FormRow.key == row.form_key)).scalar_one()
        person = who_works(row.candidate_groups)
        answers = step_answers(form, self.clock.now().astimezone(self.runtime.zone)) | self._special(form, entry)
        self._claim(key)
        self.runtime.perform(answer_task, person, key, answers)

    def _special(self, form: str, entry: Mapping[str, Any]) -> dict[str, Any]:
        """What this complaint's people answer besides what everybody would."""
        if form == "register_complaint" and entry.get("refuse"):
            return {"accepted": "no", "refusalReason": "收费主体并非本行"}
        if form == "propose_solution":
            offer = {"resolution": [entry.get("resolution", "explanation")]}
            return offer | ({"compensationAmount": entry["compensation"]} if "compensation" in entry else {})
        if form == "accept_dispute":
            return {"amount": entry.get("amount", 0)}
        if form == "call_back":
            return {"customerSatisfied": "yes", "satisfactionScore": 4}
        if form == "survey_call":
            return {"satisfactionScore": self._chance.choice((3, 4, 5))}
        return {}

    def _act(self, number: str, act: Mapping[str, Any], at: datetime) -> None:
        said = {"satisfactionScore": act["score"]} if "score" in act else {}
        if act["do"] in {"classed", "paused", "extended"}:
            self._record(number, act, at)
        else:
            publish_message(self.runtime, SYSTEM, Message(act["do"], number, said))

    def _record(self, number: str, act: Mapping[str, Any], at: datetime) -> None:
        """Record on the decision's clock what the law lets a bank do, with its papers."""
        details: Mapping[str, Mapping[str, Any]] = {
            "classed": {"complexity": "complex", "reason": "涉及多个部门"},
            "paused": {"reason": act.get("reason"), "notice": f"短信 {number}"},
            "extended": {
                "length": 60,
                "approver": "zhouqiang",
                "level": "head-office senior management",
                "reason": "需上级行核实合同",
                "notice": f"EMS {number}",
            },
        }
        (clock,) = [
            one for one in self.runtime.perform(read_clocks, COMPLIANCE, number) if one.row.clock_id == "cn_decision"
        ]
        fact = ClockFact(act["do"], act["do"], at, act.get("document", f"{number}.pdf"), details[act["do"]])
        self.runtime.perform(record_clock_event, COMPLIANCE, clock.row.key, fact)
