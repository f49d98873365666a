"""The seed rules on a bank with the shipped procedures: each fires when it should, not before, and once."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from app.domain.actor import Actor
from app.domain.automation import Event
from app.jobs import RedisQueue
from app.services.assign_user_task import assign_user_task
from app.services.claim_due_clocks import claim_due_clocks
from app.services.create_account import create_account
from app.services.deliver_outbox import deliver_outbox
from app.services.deploy_resources import DeploymentRefusedError
from app.services.file_complaint import FiledComplaint, file_complaint
from app.services.read_notices import list_own_notices
from app.services.record_event import record_event
from app.services.record_overdue_tasks import record_overdue_tasks
from app.services.resolve_incident import resolve_incident
from app.services.shipped_models import ROOT
from app.services.tidy_up import find_overdue
from app.storage.automation import AutomationEventRow, AutomationFiringRow, ComplaintFlagRow
from app.storage.complaints import ComplaintEventRow, ComplaintRow
from app.storage.customer_tags import CustomerTagRow
from app.storage.incidents import IncidentRow
from app.storage.notices import NoticeRow
from app.storage.people import write_person
from app.storage.user_tasks import UserTaskRow
from tasks.automation import run_events
from tasks.clocks import tell_leased
from tests.conformance.drawing import activity, process, zeebe
from tests.desk import BOSS, Desk, work_for

PEOPLE = {
    "lina": ("intake",),
    "wangwei": ("branch_supervisors", "customer_service_supervisors"),
    "zhouqiang": ("senior_management",),
    "sunhong": ("consumer_protection",),
    "zhaolei": ("risk_compliance",),
    "liuyang": ("quality", "product_heads"),
}
COMPLAINT: dict[str, Any] = {
    "customerName": "张三丰",
    "customerPhone": "13812345678",
    "customerTier": "standard",
    "channel": "phone",
    "complaintType": "fee_dispute",
    "productLine": "credit_card",
    "region": "east",
    "urgency": "normal",
    "amount": 1200,
}
UNWATCHED = process(
    work_for("register", groups='=["intake"]'),
    work_for("verify", groups='=["intake"]'),
    flows="s -> register -> verify -> e",
)


@pytest.fixture
def bank(stocked: Desk) -> Desk:
    for username, groups in PEOPLE.items():
        stocked.perform(create_account, username, display_name=username, groups=groups)
    return stocked


def file(bank: Desk, **changes: Any) -> FiledComplaint:
    return bank.perform(file_complaint, BOSS, COMPLAINT | changes)


def work(bank: Desk) -> int:
    """What sweeps find and workers do until nothing is left: rules, outbox, clocks. Nothing came from the queue."""
    fired = 0
    while True:
        tell_leased(bank.runtime, bank.perform(claim_due_clocks, 50))
        bank.clock.move(timedelta(seconds=3))
        found = bank.perform(find_overdue, 500)
        deliver_outbox(bank.runtime, found.outbox)
        fired += run_events(bank.runtime, found.events)
        if not found.events and not found.outbox:
            return fired


def wait(bank: Desk, **length: float) -> int:
    bank.clock.move(timedelta(**length))
    bank.perform(record_overdue_tasks)
    return work(bank)


def rules(bank: Desk, table: str) -> list[str]:
    """The rules of a table that have fired, in order, without the table's name."""
    return [row.rule.removeprefix(f"{table}_") for row in bank.rows(AutomationFiringRow, table_id=table)]


def told(bank: Desk, template: str) -> list[str]:
    return sorted(row.recipient for row in bank.rows(NoticeRow, template=template))


def test_card_fraud_is_in_card_risks_inbox_at_once(bank: Desk) -> None:
    file(bank, complaintType="card_fraud")
    work(bank)
    assert bank.row(UserTaskRow, element_id="register").candidate_groups == ["intake", "dept_card_risk"]


def test_a_regulators_complaint_is_a_task_for_the_head_of_compliance(bank: Desk) -> None:
    filed = file(bank, channel="regulator", regulatorNumber="银转〔2026〕1号")
    work(bank)
    task = bank.row(UserTaskRow, element_id="follow_up_task")
    assert (task.candidate_groups, task.priority, task.name) == (["risk_compliance"], 90, "跟进")
    assert task.due_at - task.created_at == timedelta(hours=24)
    assert bank.row(ComplaintFlagRow, complaint_key=filed.key).flag == "regulator_attention"


def test_a_severe_complaint_is_told_to_executives_and_the_customer_is_answered(bank: Desk) -> None:
    filed = file(bank, urgency="urgent")
    work(bank)
    assert told(bank, "severe_complaint") == ["liuyang", "zhouqiang"]
    assert told(bank, "acknowledgement") == [filed.number]
    shown = bank.perform(list_own_notices, Actor("zhouqiang"), "zh").notices
    assert [one.subject for one in shown] == [f"高等级投诉：{filed.number}"]


def test_an_ordinary_complaint_alarms_nobody(bank: Desk) -> None:
    file(bank)
    work(bank)
    assert (told(bank, "severe_complaint"), told(bank, "new_complaint")) == ([], ["wangwei"])


def test_every_firing_is_on_the_timeline_with_its_row(bank: Desk) -> None:
    filed = file(bank, complaintType="card_fraud")
    work(bank)
    (line,) = [
        row.details
        for row in bank.rows(ComplaintEventRow, complaint_key=filed.key)
        if row.kind == "rule" and row.details["action"] == "assign"
    ]
    assert (line["table"], line["version"], line["row"]) == ("on_complaint_filed", 1, 1)
    assert line["remarks"] == ["R55 信用卡盗刷 → 信用卡风险部立即可见并可处理"]


def test_rules_run_once_however_often_the_job_runs(bank: Desk) -> None:
    file(bank)
    keys = [row.key for row in bank.rows(AutomationEventRow)]
    assert run_events(bank.runtime, keys) > 0
    before = (len(bank.rows(AutomationFiringRow)), len(bank.rows(NoticeRow)))
    assert run_events(bank.runtime, keys * 2) == 0
    assert (len(bank.rows(AutomationFiringRow)), len(bank.rows(NoticeRow))) == before


def test_two_workers_at_once_fire_each_rule_once(bank: Desk) -> None:
    for _ in range(6):
        file(bank, channel="regulator", customerPhone=None)
    keys = [row.key for row in bank.rows(AutomationEventRow)]
    threads = [threading.Thread(target=run_events, args=(bank.runtime, keys)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    work(bank)
    assert len(bank.rows(UserTaskRow, element_id="follow_up_task")) == 6
    assert {row.state for row in bank.rows(AutomationEventRow)} == {"DONE"}


def test_a_wiped_queue_and_two_workers_lose_and_double_nothing(bank: Desk, redis_url: str) -> None:
    queue = bank.runtime.nudges = RedisQueue(redis_url)
    filed = [file(bank, complaintType="card_fraud") for _ in range(5)]
    assert queue.backlog() > 0
    queue.connection.flushdb()
    bank.clock.move(timedelta(seconds=3))
    found = bank.perform(find_overdue, 100)
    threads = [threading.Thread(target=run_events, args=(bank.runtime, found.events)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    fired = [row.complaint_key for row in bank.rows(AutomationFiringRow, action="assign")]
    assert sorted(fired) == [one.key for one in filed]
    assert sorted(told(bank, "acknowledgement")) == [one.number for one in filed]


def test_an_unwatched_first_review_is_told_at_24_hours_and_again_at_48(bank: Desk) -> None:
    bank.deploy(UNWATCHED)
    bank.start("p")
    wait(bank)
    assert wait(bank, hours=23, minutes=59) == 0
    assert (wait(bank, minutes=1), told(bank, "step_overdue")) == (1, ["lina", "wangwei"])
    assert (wait(bank, hours=23), wait(bank, hours=1), rules(bank, "on_task_overdue")) == (
        0,
        1,
        ["first_review", "any_step"],
    )
    assert wait(bank, hours=48) == 0


def test_the_direct_superior_of_who_has_an_overdue_step_is_told_instead_of_a_group(bank: Desk) -> None:
    place = {"username": "lina", "unit_id": None, "superior": "sunhong", "calendar": None}
    bank.perform(lambda work: write_person(work.connection, place))
    bank.deploy(UNWATCHED)
    bank.start("p")
    bank.perform(assign_user_task, BOSS, bank.open_task("register"), "lina")
    wait(bank)
    wait(bank, hours=24)
    assert told(bank, "step_overdue") == ["lina", "sunhong"]


def test_another_step_is_told_at_48_hours(bank: Desk) -> None:
    bank.deploy(UNWATCHED)
    bank.start("p")
    bank.complete("register")
    wait(bank)
    assert (wait(bank, hours=47), wait(bank, hours=1)) == (0, 1)


def test_a_day_missed_by_every_sweep_is_made_up_for_once(bank: Desk) -> None:
    bank.deploy(UNWATCHED)
    bank.start("p")
    wait(bank)
    assert wait(bank, hours=60) == 2
    assert wait(bank, minutes=5) == 0


def test_a_step_that_its_procedure_watches_is_not_told_twice(bank: Desk) -> None:
    file(bank)
    wait(bank)
    wait(bank, hours=49)
    assert rules(bank, "on_task_overdue") == []


def test_an_urgent_complaint_near_its_limit_is_raised_to_management(bank: Desk) -> None:
    file(bank, urgency="urgent")
    work(bank)
    wait(bank, days=12, hours=3)  # the fifteenth day ends at midnight in China; the warning comes 72 hours before
    assert "alert" not in rules(bank, "on_task_overdue")
    wait(bank, hours=2)
    assert {"raise", "alert"} <= set(rules(bank, "on_task_overdue"))
    assert bank.row(UserTaskRow, element_id="register").priority == 100
    assert told(bank, "deadline_near").count("zhouqiang") == 1
    for language, named, other in (("en", "Decision on the complaint", "决定"), ("zh", "投诉处理决定", "Decision")):
        said = str(bank.perform(list_own_notices, Actor("zhouqiang"), language).notices)
        assert (named in said, other in said) == (True, False)
    before = len(bank.rows(AutomationFiringRow))
    work(bank)
    assert len(bank.rows(AutomationFiringRow)) == before


def test_the_fourth_complaint_in_30_days_tags_the_customer_and_asks_for_a_call(bank: Desk) -> None:
    for _ in range(3):
        file(bank)
    work(bank)
    assert bank.rows(CustomerTagRow) == []
    file(bank, customerPhone="+86 138 1234 5678")
    file(bank)
    work(bank)
    assert [row.tag for row in bank.rows(CustomerTagRow)] == ["高关注客户"]
    assert [row.candidate_groups for row in bank.rows(UserTaskRow, element_id="follow_up_task")] == [
        ["customer_service"]
    ]


def test_four_complaints_in_a_longer_time_are_not_too_many(bank: Desk) -> None:
    for _ in range(4):
        file(bank)
        bank.clock.move(timedelta(days=11))
    work(bank)
    assert bank.rows(CustomerTagRow) == []


def test_ten_quality_complaints_on_one_product_make_one_improvement_item(bank: Desk) -> None:
    for number in range(11):
        file(bank, complaintType="product_quality", customerPhone=f"139000000{number:02}")
        work(bank)
        assert len(bank.rows(NoticeRow, channel="webhook")) == int(number >= 9)
    assert told(bank, "volume_alert") == ["liuyang"]
    for language, subject in (("zh", "产品 信用卡 投诉集中"), ("en", "Many complaints on Credit card")):
        shown = bank.perform(list_own_notices, Actor("liuyang"), language).notices
        assert subject in [one.subject for one in shown]


def closed_without_follow_up(bank: Desk) -> FiledComplaint:
    """A complaint whose procedure ends when it is closed."""
    marked = zeebe("properties", zeebe("property", name="complaintStatus", value="closed"))
    done = activity("endEvent", "e", ext=(marked,))
    bank.deploy(process(work_for("register"), done, ident="complaint_handling", flows="s -> register -> e"))
    filed = file(bank)
    bank.complete("register")
    work(bank)
    return filed


def test_a_closed_complaint_is_surveyed_after_24_hours_and_archived_after_7_days(bank: Desk) -> None:
    filed = closed_without_follow_up(bank)
    wait(bank, hours=23)
    assert told(bank, "satisfaction_survey") == []
    wait(bank, hours=1)
    assert told(bank, "satisfaction_survey") == [filed.number]
    wait(bank, days=5, hours=23)
    assert bank.row(ComplaintRow, key=filed.key).status == "closed"
    wait(bank, hours=2)
    assert bank.row(ComplaintRow, key=filed.key).status == "archived"
    wait(bank, days=10)
    assert rules(bank, "on_complaint_closed") == ["survey", "archive"]


@pytest.mark.parametrize(
    ("facts", "fired"),
    [
        ({"customerEvent": "birthday"}, ["birthday"]),
        ({"customerEvent": "large_movement", "movement": 600000}, ["movement"]),
        ({"customerEvent": "inactive", "inactiveDays": 90}, ["inactive", "churn_tag"]),
    ],
)
def test_what_a_customer_does_calls_for_care(bank: Desk, facts: dict[str, Any], fired: list[str]) -> None:
    for _ in range(2):
        bank.perform(record_event, Event.CUSTOMER_CHANGED, "customer:1:2026-01-05", facts=facts | {"identities": ["a"]})
    work(bank)
    assert rules(bank, "on_customer_changed") == fired
    assert len(bank.rows(UserTaskRow, element_id="follow_up_task")) == 1


@pytest.mark.parametrize(
    "facts",
    [
        {"customerEvent": "anniversary"},
        {"customerEvent": "large_movement", "movement": 499999},
        {"customerEvent": "inactive", "inactiveDays": 89},
    ],
)
def test_what_is_below_the_thresholds_calls_for_nothing(bank: Desk, facts: dict[str, Any]) -> None:
    bank.perform(record_event, Event.CUSTOMER_CHANGED, "customer:1:2026-01-05", facts=facts | {"identities": ["a"]})
    work(bank)
    assert bank.rows(AutomationFiringRow) == []


def table_with(action: str) -> bytes:
    """The closing table with another action in its last row."""
    text = (ROOT / "dmn" / "on_complaint_closed.dmn").read_text("utf-8")
    return text.replace('"archive"', action).encode()


@pytest.mark.parametrize(
    ("action", "wrong"),
    [
        ('"shred"', r"action.*row 2, column '动作'"),
        ("status", r"action.*row 2, column '动作'"),
        ('"set_flag"', r"'flag' of the action 'set_flag'.*row 2"),
        ('"notify"', r"'recipients' of the action 'notify'.*row 2"),
    ],
)
def test_a_table_that_asks_for_something_else_is_not_deployed(bank: Desk, action: str, wrong: str) -> None:
    with pytest.raises(DeploymentRefusedError, match=wrong):
        bank.deploy(on_complaint_closed__dmn=table_with(action))


def test_a_parameter_of_another_action_is_refused(bank: Desk) -> None:
    text = (ROOT / "dmn" / "on_volume.dmn").read_text("utf-8").replace('"webhook"', '"archive"')
    with pytest.raises(DeploymentRefusedError, match=r"no 'system' for the action 'archive'.*row 1, column '外部系统'"):
        bank.deploy(on_volume__dmn=text)


LOOPING = {
    'name="recipients"': 'name="processId"',
    '["customer"]': '"flip"',
    '["intake"]': '"flop"',
    '"notify"': '"start_process"',
    '"progress"': "null",
    '"complaint_withdrawn"': "null",
    '"withdrawn"': '"awaiting_customer"',
}
"""Makes the table of status changes start `flip` when work begins, and `flop`, which begins it again."""


def flipping(ident: str, status: str) -> Any:
    marked = zeebe("properties", zeebe("property", name="complaintStatus", value=status))
    return process(activity("task", "mark", ext=(marked,)), ident=ident, flows="s -> mark -> e")


def test_a_loop_of_rules_is_stopped_and_shown(bank: Desk) -> None:
    filed = file(bank)
    work(bank)
    text = (ROOT / "dmn" / "on_status_changed.dmn").read_text("utf-8")
    for old, new in LOOPING.items():
        text = text.replace(old, new)
    bank.deploy(flipping("flip", "awaiting_customer"), flipping("flop", "in_progress"), on_status_changed__dmn=text)
    bank.complete("register", accepted="yes")
    work(bank)
    (stopped,) = bank.rows(AutomationEventRow, state="STOPPED")
    assert stopped.depth == 6
    incident = bank.row(IncidentRow)
    assert (incident.instance_key, "5 rules" in incident.message) == (filed.instance_key, True)
    assert "rule-stopped" in [row.kind for row in bank.rows(ComplaintEventRow, complaint_key=filed.key)]
    bank.deploy(on_status_changed__dmn=(ROOT / "dmn" / "on_status_changed.dmn").read_text("utf-8"))
    bank.perform(resolve_incident, BOSS, incident.key)
    work(bank)
    assert bank.row(AutomationEventRow, key=stopped.key).state == "DONE"
