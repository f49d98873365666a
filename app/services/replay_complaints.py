"""Replays complaints through the whole procedure: filed when they came, worked by simulated people, time moving.

Real use cases on a real database: filing, claiming, answering forms, timers, built-in jobs, messages from customers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import func, select

from app.domain.actor import SYSTEM
from app.domain.complaint import ENDED
from app.domain.public_complaints import PublicComplaint
from app.services.answer_task import answer_task
from app.services.assign_user_task import assign_user_task
from app.services.file_complaint import file_complaint
from app.services.moved_time import MovedTime
from app.services.publish_message import Message, publish_message
from app.services.read_task import read_task
from app.services.simulated_people import CUSTOMER_CLERK, answers_for, time_needed, who_works
from app.services.unit_of_work import UnitOfWork
from app.storage.complaints import ComplaintRow
from app.storage.deployments import FormRow
from app.storage.incidents import IncidentRow
from app.storage.instances import ElementInstanceRow
from app.storage.user_tasks import UserTaskRow

AFTERWARDS = timedelta(days=45)
"""How long after the last filing time goes on: enough for a solution, seven days of waiting, and the survey."""

SUPERVISED = "notify_overdue"


@dataclass(frozen=True)
class ReplayCounts:
    """What came out: complaints by how they stand, those with a step past its limit, and incidents."""

    closed: int
    open: int
    overdue: int
    escalated: int
    incidents: int


@dataclass
class Replay(MovedTime):
    """One run over `complaints`, in the order of their dates."""

    complaints: Sequence[PublicComplaint] = ()
    _by_number: dict[str, PublicComplaint] = field(default_factory=dict)
    _chances: dict[str, Random] = field(default_factory=dict)
    _objected: set[str] = field(default_factory=set)

    def run(self, say: Callable[[int, int], None]) -> ReplayCounts:
        """File and work everything; `say(filed, all)` is told now and then."""
        ordered = sorted(self.complaints, key=lambda one: (one.received_on, one.number))
        for done, complaint in enumerate(ordered):
            at = self._arrival(complaint)
            self.advance(at)
            self.move_to(at)
            self._file(complaint)
            say(done + 1, len(ordered))
        if ordered:
            self.advance(self.clock.now() + AFTERWARDS)
        return self.runtime.perform(count_outcome)

    def _arrival(self, complaint: PublicComplaint) -> datetime:
        morning = datetime.combine(complaint.received_on, time(9), self.runtime.zone).astimezone(UTC)
        return morning + timedelta(seconds=int(complaint.number) % 30_000)

    def settle(self) -> None:
        """Do the built-in jobs that wait, and plan who does the tasks that have opened."""
        super().settle()
        self.runtime.perform(self._plan_tasks)

    def _file(self, complaint: PublicComplaint) -> None:
        filed = self.runtime.perform(
            file_complaint, CUSTOMER_CLERK, complaint.answers, external_number=complaint.number
        )
        self._by_number[filed.number] = complaint
        self._chances[filed.number] = Random(int(complaint.number))  # noqa: S311 - a simulation
        self.settle()

    def _plan_tasks(self, work: UnitOfWork) -> None:
        for key, element_id, number in self.new_tasks(work.connection):
            complaint = self._by_number[number]
            if complaint.is_in_progress and element_id not in {"register", "accept"}:
                continue  # the company had not answered when the file was published: it stays open here too
            self.later(time_needed(complaint, self._chances[number]), partial(self._do, key, number))

    def _do(self, key: int, number: str) -> None:
        """Claim and answer a task, unless it closed meanwhile."""
        complaint, chance = self._by_number[number], self._chances[number]
        with self.runtime.reading() as connection:
            row = connection.execute(select(UserTaskRow.__table__).where(UserTaskRow.key == key)).one()
            if row.ended_at is not None:
                return
            person = who_works(row.candidate_groups)
            form = connection.execute(select(FormRow.form_id).where(FormRow.key == row.form_key)).scalar_one()
            variables = read_task(connection, person, key).variables
        answers = answers_for(form, complaint, variables, self.clock.now().astimezone(self.runtime.zone), chance)
        self.runtime.perform(assign_user_task, person, key, person.username, allow_override=False)
        self.runtime.perform(answer_task, person, key, answers)
        if form == "execute_solution":
            self._let_customer_react(number)

    def _let_customer_react(self, number: str) -> None:
        """Plan the customer's answer: an objection once where there really was one, else a word or silence."""
        complaint, chance = self._by_number[number], self._chances[number]
        if complaint.is_disputed and number not in self._objected:
            self._objected.add(number)
            self.later(timedelta(days=chance.uniform(0.5, 6)), partial(self._say, number, "customer_objected", {}))
        elif chance.random() < 0.6:
            self.later(timedelta(days=chance.uniform(0.2, 5)), partial(self._say, number, "customer_confirmed", {}))
        if chance.random() < 0.5:
            score = chance.choice((1, 2) if complaint.is_disputed else (3, 4, 5))
            self.later(timedelta(days=11), partial(self._say, number, "survey_answered", {"satisfactionScore": score}))

    def _say(self, number: str, name: str, variables: dict[str, Any]) -> None:
        publish_message(self.runtime, SYSTEM, Message(name, number, variables))


def count_outcome(work: UnitOfWork) -> ReplayCounts:
    """Count how the complaints of this database stand."""

    def one(query: Any) -> int:
        return int(work.connection.execute(query).scalar_one())

    ended = one(select(func.count()).where(ComplaintRow.status.in_([str(status) for status in ENDED])))
    late = UserTaskRow.due_at < func.coalesce(UserTaskRow.ended_at, work.now)
    return ReplayCounts(
        closed=ended,
        open=one(select(func.count()).select_from(ComplaintRow)) - ended,
        overdue=one(select(func.count(func.distinct(UserTaskRow.root_key))).where(late)),
        escalated=one(
            select(func.count(func.distinct(ElementInstanceRow.instance_key))).where(
                ElementInstanceRow.element_id == SUPERVISED
            )
        ),
        incidents=one(select(func.count()).where(IncidentRow.state == "ACTIVE")),
    )
