"""Whatever happens to a complaint in whatever order, the time its clock stood still is left out of its deadline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.services.classify_complaint import classify_complaint
from app.services.complete_user_task import complete_user_task
from app.services.create_account import create_account
from app.services.deploy_resources import deploy_resources
from app.services.load_classification import load_shipped_classifications
from app.services.migrate_process_instance import migrate_process_instance
from app.services.read_clocks import ClockView, read_clocks
from app.services.reopen_complaint import reopen_complaint
from app.services.return_task import return_task
from app.services.transfer_task import transfer_task
from app.storage.deployments import ProcessDefinitionRow
from app.storage.instances import ProcessInstanceRow
from app.storage.user_tasks import UserTaskRow
from tests.clock_desk import file, record, shipped
from tests.conformance.drawing import process
from tests.desk import BOSS, Desk, work_for

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
LENGTHS = {"simple": 15, "complex": 30}
PEOPLE = ("anna", "bert")
STEPS = ["pause", "resume", "reopen", "step", "transfer", "migrate", "reclassify"]
LIVES = st.lists(st.one_of(st.sampled_from(STEPS), st.integers(1, 60)), min_size=4, max_size=12)
HANDLING = process(
    work_for("register", users="anna"),
    work_for("verify", users="bert"),
    ident="complaint_handling",
    flows="s -> register -> verify -> e",
)


@dataclass
class Life:
    """One complaint, and beside it what a clerk with a wall calendar would note: which hours stood still."""

    bank: Desk
    number: str
    instance: int
    started: datetime
    complexity: str = "simple"
    still: set[datetime] = field(default_factory=set)
    pause: str | None = None
    events: int = 0

    def go(self, step: str | int) -> None:
        if isinstance(step, int):
            for _ in range(step):
                if self.pause is not None:
                    self.still.add(self.bank.clock.now())
                self.bank.clock.move(HOUR)
            return
        doing: Callable[[], None] = getattr(self, f"_{step}")
        doing()

    def by_hand(self) -> date:
        """Count day by day, leaving out the days on which each hour stood still; returns the last day."""
        day, counted = self.started.astimezone(SHANGHAI).date(), 0
        while counted < LENGTHS[self.complexity]:
            day += timedelta(days=1)
            midnight = datetime.combine(day, datetime.min.time(), SHANGHAI).astimezone(UTC)
            counted += not all(midnight + hour * HOUR in self.still for hour in range(24))
        return day

    def deadline(self) -> datetime:
        return self._clock().ledger.deadline

    def _clock(self) -> ClockView:
        """The decision's clock that runs now: the last one started."""
        views = self.bank.perform(read_clocks, BOSS, self.number)
        return max((one for one in views if one.row.clock_id == "cn_decision"), key=lambda one: one.row.key)

    def _record(self, kind: str, document: str = "", **details: object) -> None:
        self.events += 1
        record(self.bank, self._clock(), kind, f"{kind}-{self.events}", document, **details)

    def _pause(self) -> None:
        if self.pause is None:
            self._record("paused", "mediation.pdf", reason="mediation")
            self.pause = f"paused-{self.events}"

    def _resume(self) -> None:
        if self.pause is not None:
            self._record("resumed", pause=self.pause)
            self.pause = None

    def _reopen(self) -> None:
        now = self.bank.clock.now()
        self.bank.perform(reopen_complaint, BOSS, self.number, now, document="letter.pdf")
        self.started, self.complexity = now, "simple"

    def _step(self) -> None:
        """Do the first step, or send the second one back to it."""
        task = self.bank.row(UserTaskRow, instance_key=self.instance, ended_at=None)
        if task.element_id == "register":
            self.bank.perform(complete_user_task, BOSS, task.key, {})
        else:
            self.bank.perform(return_task, BOSS, task.key, reason="incomplete", confirmed=True)

    def _transfer(self) -> None:
        task = self.bank.row(UserTaskRow, instance_key=self.instance, ended_at=None)
        to = PEOPLE[task.assignee == PEOPLE[0]]
        self.bank.perform(transfer_task, BOSS, task.key, to, reason="on leave")

    def _migrate(self) -> None:
        now_in = self.bank.row(ProcessInstanceRow, key=self.instance).definition_key
        versions = [row.key for row in self.bank.rows(ProcessDefinitionRow, process_id="complaint_handling")]
        (target,) = [key for key in versions if key != now_in]
        same = {"register": "register", "verify": "verify"}
        self.bank.perform(migrate_process_instance, BOSS, self.instance, target, same)

    def _reclassify(self) -> None:
        self.bank.perform(
            classify_complaint, BOSS, self.number, "cfpb_2015", {"product": "bank_account_or_service"}, final=True
        )
        longer = self.complexity == "simple"
        if longer and self.bank.clock.now() > self.deadline():
            return  # too late: the gate takes no longer class after the deadline
        self.complexity = "complex" if longer else "simple"
        self._record("classed", "note.pdf", complexity=self.complexity)


def test_no_pause_is_lost_by_reopening_return_transfer_migration_or_reclassification(desk: Desk) -> None:
    desk.perform(deploy_resources, BOSS, shipped(but="complaint_handling.bpmn"))
    for edition in ("1", "2"):
        desk.deploy(HANDLING, edition__txt=edition)
    for name in PEOPLE:
        desk.perform(create_account, name, display_name=name)
    desk.perform(load_shipped_classifications)

    @settings(max_examples=10)
    @given(LIVES)
    @example(["pause", 50, "reopen", 30, "step", "migrate", "transfer", "step", "reclassify", 20, "resume", 5])
    def live(steps: list[str | int]) -> None:
        filed = file(desk)
        life = Life(desk, filed.number, filed.instance_key, desk.clock.now())
        for step in [*steps, "resume"]:
            life.go(step)
            if life.pause is None:
                midnight = datetime.combine(life.by_hand() + timedelta(days=1), datetime.min.time(), SHANGHAI)
                assert life.deadline() == midnight, steps

    live()
