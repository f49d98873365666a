"""Transferring, showing and urging a task, and drafts of its answers: who may, who is told, what is kept."""

from datetime import timedelta

import pytest

from app.domain.actor import Actor
from app.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from app.services.assign_user_task import assign_user_task
from app.services.cc_task import cc_task, mark_task_read
from app.services.comment_on_task import comment_on_task
from app.services.complete_user_task import complete_user_task
from app.services.create_account import create_account
from app.services.delegate_task import delegate_task
from app.services.read_task import read_task
from app.services.read_task_actions import read_task_actions
from app.services.save_draft import DraftConflictError, read_draft, save_draft
from app.services.set_follow_up import set_follow_up
from app.services.set_priority import set_priority
from app.services.suspend_process_instance import suspend_process_instance
from app.services.tidy_up import delete_expired
from app.services.transfer_task import transfer_task
from app.services.update_user_task import update_user_task
from app.services.urge_task import urge_task
from app.services.work_in_bulk import BulkWish, work_in_bulk
from app.storage.audit import AuditRow
from app.storage.complaints import ComplaintEventRow
from app.storage.notices import NoticeRow
from app.storage.people import write_person
from app.storage.task_drafts import TaskDraftRow
from app.storage.task_watchers import TaskWatcherRow
from app.storage.user_tasks import UserTaskRow
from tests.bank import Bank
from tests.conformance.drawing import process
from tests.desk import ANNA, BERT, BOSS, NOON, Desk, work_for

CHIEF = Actor("chief", scopes=frozenset({"work"}), supervises=frozenset({"anna"}))
LINE = process(work_for("verify", groups="intake", due='=now() + duration("PT8H")'), flows="s -> verify -> reply -> e")


@pytest.fixture
def task(desk: Desk) -> int:
    """A task that Anna has taken, in a house where Bert and the chief work, too."""
    for name in ("anna", "bert", "chief"):
        desk.perform(create_account, name, display_name=name.title(), roles=["clerk"])
    desk.deploy(LINE)
    desk.start()
    key = desk.open_task("verify")
    desk.perform(assign_user_task, ANNA, key, "anna")
    return key


def told(desk: Desk) -> list[tuple[str, str]]:
    return [(row.recipient, row.parameters["verb"]) for row in desk.rows(NoticeRow)]


def test_a_transferred_task_is_the_other_s_with_its_limit_going_on(desk: Desk, task: int) -> None:
    due = desk.row(UserTaskRow, key=task).due_at
    desk.clock.move(timedelta(hours=2))
    desk.perform(transfer_task, ANNA, task, "bert", reason="on leave")
    row = desk.row(UserTaskRow, key=task)
    assert (row.assignee, row.due_at) == ("bert", due)
    assert told(desk) == [("bert", "transfer")]
    assert desk.row(NoticeRow).parameters["hoursLeft"] == 6
    with pytest.raises(ForbiddenError, match="bert has it"):
        desk.perform(complete_user_task, ANNA, task, {})
    assert desk.rows(AuditRow, entity_key=task)[-1].details == {"verb": "transfer", "to": "bert", "from": "anna"}


def test_a_task_is_transferred_by_who_has_it_his_superior_or_an_operator_only(desk: Desk, task: int) -> None:
    with pytest.raises(NotFoundError, match="there is none"):
        desk.perform(transfer_task, BERT, task, "bert", reason="mine")
    desk.perform(transfer_task, CHIEF, task, "bert", reason="anna is ill")
    desk.perform(transfer_task, BOSS, task, "anna", reason="back")
    with pytest.raises(ConflictError, match="anna has it"):
        desk.perform(transfer_task, ANNA, task, "anna", reason="again")


def test_a_transfer_needs_a_reason_and_somebody_who_is_there(desk: Desk, task: int) -> None:
    with pytest.raises(InvalidInputError, match="a reason"):
        desk.perform(transfer_task, ANNA, task, "bert", reason="  ")
    with pytest.raises(InvalidInputError, match="nobody is called 'nemo'"):
        desk.perform(transfer_task, ANNA, task, "nemo", reason="why not")
    with pytest.raises(NotFoundError):
        desk.perform(transfer_task, ANNA, 42, "bert", reason="why not")


def test_an_ended_or_suspended_task_is_not_transferred(desk: Desk, task: int) -> None:
    instance = desk.row(UserTaskRow, key=task).instance_key
    desk.perform(suspend_process_instance, BOSS, instance)
    with pytest.raises(ConflictError, match="SUSPENDED"):
        desk.perform(transfer_task, ANNA, task, "bert", reason="why not")
    other = desk.start()
    ended = desk.row(UserTaskRow, instance_key=other).key
    desk.perform(complete_user_task, ANNA, ended, {})
    with pytest.raises(ConflictError, match="COMPLETED by anna"):
        desk.perform(transfer_task, ANNA, ended, "bert", reason="why not")


def test_who_is_shown_a_task_watches_it_with_a_read_mark_and_need_not_act(desk: Desk, task: int) -> None:
    assert desk.perform(cc_task, ANNA, task, ["bert", "chief"], note="please note") == ["bert", "chief"]
    assert desk.perform(cc_task, ANNA, task, ["bert"]) == []
    assert told(desk) == [("bert", "cc"), ("chief", "cc")]
    seen = desk.row(TaskWatcherRow, username="bert")
    assert (seen.task_key, seen.added_by, seen.read_at) == (task, "anna", None)
    with pytest.raises(ForbiddenError):
        desk.perform(complete_user_task, BERT, task, {})
    assert len(desk.rows(TaskWatcherRow)) == 2


def test_who_has_no_part_in_a_task_can_neither_show_nor_urge_it(desk: Desk, task: int) -> None:
    with pytest.raises(NotFoundError, match="there is none"):
        desk.perform(cc_task, BERT, task, ["bert"])
    with pytest.raises(NotFoundError, match="there is none"):
        desk.perform(urge_task, BERT, task)
    desk.perform(cc_task, ANNA, task, ["bert"])
    assert desk.perform(urge_task, BERT, task).people == ["anna"]


def test_a_task_is_urged_once_an_hour_and_the_second_time_the_superior_is_told(desk: Desk, task: int) -> None:
    place = {"username": "anna", "unit_id": None, "superior": "chief", "calendar": None}
    desk.perform(lambda work: write_person(work.connection, place))
    assert desk.perform(urge_task, CHIEF, task, note="the customer waits").superior is None
    with pytest.raises(ConflictError, match="chief urged last; again from 13:00"):
        desk.perform(urge_task, BOSS, task)
    desk.clock.move(timedelta(hours=1))
    done = desk.perform(urge_task, BOSS, task)
    assert (done.count, done.superior) == (2, "chief")
    assert told(desk) == [("anna", "urge"), ("anna", "urge"), ("chief", "urge-superior")]


def test_a_draft_is_kept_sealed_and_a_second_one_over_it_is_a_conflict(desk: Desk, task: int) -> None:
    assert desk.perform(save_draft, ANNA, task, {"finding": "Wang, 13800138000"}, seen=0) == 1
    assert "Wang" not in desk.row(TaskDraftRow, task_key=task).sealed
    assert desk.perform(save_draft, ANNA, task, {"finding": "paid twice"}, seen=1) == 2
    with pytest.raises(DraftConflictError, match="anna saved version 2") as refused:
        desk.perform(save_draft, BOSS, task, {"finding": "nothing"}, seen=1)
    assert refused.value.draft.answers == {"finding": "paid twice"}
    with pytest.raises(NotFoundError, match="there is none"):
        desk.perform(save_draft, BERT, task, {}, seen=2)


def test_a_draft_stays_with_the_task_when_it_changes_hands(desk: Desk, task: int) -> None:
    desk.perform(save_draft, ANNA, task, {"finding": "half"}, seen=0)
    desk.perform(transfer_task, ANNA, task, "bert", reason="on leave")
    draft = desk.perform(read_draft, BERT, task)
    assert (draft.version, draft.saved_by, draft.answers) == (1, "anna", {"finding": "half"})


def test_what_somebody_may_do_is_told_with_reasons_and_history(desk: Desk, task: int) -> None:
    desk.perform(transfer_task, ANNA, task, "bert", reason="on leave")
    desk.perform(cc_task, BERT, task, ["anna"])
    found = desk.perform(read_task_actions, BERT, task)
    assert found.may("transfer")
    assert found.refusals["return"].code == "no-step"
    act = found.history[0]
    assert (act.verb, act.person, act.said) == ("transfer", "bert", "on leave")
    assert found.watchers == ["anna"]
    assert ("chief", "Chief") in found.colleagues
    other = desk.perform(read_task_actions, ANNA, task)
    assert (other.refusals["transfer"].code, other.refusals["transfer"].who) == ("not-yours", "bert")
    with pytest.raises(NotFoundError):
        desk.perform(read_task_actions, Actor("nemo", scopes=frozenset({"work"})), task)


def test_a_complaint_s_timeline_tells_of_the_verb_but_not_of_the_words(house: Bank) -> None:
    house.file()
    desk = house.desk
    key = desk.open_tasks()[0].key
    desk.perform(assign_user_task, BOSS, key, "zhangmin")
    desk.perform(transfer_task, BOSS, key, "chenjie", reason="王小明 asked for it")
    line = desk.rows(ComplaintEventRow, kind="task-transfer")[0]
    assert (line.actor, line.details["to"]) == ("boss", "chenjie")
    assert "王小明" not in str(line.details)


def test_the_verbs_are_served_by_the_product_s_api(house: Bank) -> None:
    house.file()
    key = house.desk.open_tasks()[0].key
    house.desk.perform(assign_user_task, BOSS, key, "lina")
    with house.person("lina") as browser:
        headers = {"X-CSRF-Token": "a token of this test"}
        saved = browser.put(f"/api/tasks/{key}/draft", json={"seen": 0, "answers": {"a": 1}}, headers=headers)
        assert (saved.status_code, saved.json) == (200, {"version": 1})
        moved = browser.post(f"/api/tasks/{key}/transfer", json={"to": "chenjie", "reason": "x"}, headers=headers)
        assert moved.status_code == 200, moved.text
        refused = browser.post(f"/api/tasks/{key}/urge", json={}, headers=headers)
        assert refused.status_code == 200, refused.text
        told = browser.get(f"/api/tasks/{key}/actions").json
    assert {one["verb"]: one["allowed"] for one in told["verbs"]}["transfer"] is False
    assert [act["verb"] for act in told["history"]] == ["transfer", "urge"]


def test_a_watcher_and_who_lent_a_task_still_see_it(desk: Desk, task: int) -> None:
    desk.perform(update_user_task, BOSS, task, {"candidate_groups": []})
    for actor in (BERT, Actor("chief", scopes=frozenset({"work"}))):
        with desk.runtime.reading() as connection, pytest.raises(NotFoundError):
            read_task(connection, actor, task)
    desk.perform(cc_task, ANNA, task, ["chief"])
    desk.perform(delegate_task, ANNA, task, "bert", reason="you know cards")
    for actor in (ANNA, BERT, Actor("chief", scopes=frozenset({"work"}))):
        with desk.runtime.reading() as connection:
            assert read_task(connection, actor, task).record["assignee"] == "bert"


def test_a_watcher_s_read_mark_is_set_once(desk: Desk, task: int) -> None:
    desk.perform(cc_task, ANNA, task, ["bert"])
    desk.perform(mark_task_read, BERT, task)
    read_at = desk.row(TaskWatcherRow, username="bert").read_at
    desk.clock.move(timedelta(hours=1))
    desk.perform(mark_task_read, BERT, task)
    assert desk.row(TaskWatcherRow, username="bert").read_at == read_at == NOON


def test_follow_up_and_priority_are_the_task_s_and_its_limit_stays(desk: Desk, task: int) -> None:
    due = desk.row(UserTaskRow, key=task).due_at
    desk.perform(set_follow_up, ANNA, task, NOON + timedelta(days=2), note="call again")
    desk.perform(set_priority, CHIEF, task, 90)
    row = desk.row(UserTaskRow, key=task)
    assert (row.follow_up_at, row.priority, row.due_at) == (NOON + timedelta(days=2), 90, due)
    with pytest.raises(InvalidInputError, match="still to come"):
        desk.perform(set_follow_up, ANNA, task, NOON)
    with pytest.raises(NotFoundError, match="there is none"):
        desk.perform(set_priority, BERT, task, 1)
    with pytest.raises(InvalidInputError, match="0 to 100"):
        desk.perform(set_priority, ANNA, task, 101)


def test_comments_are_left_by_who_has_a_part_also_on_an_ended_task(desk: Desk, task: int) -> None:
    desk.perform(complete_user_task, ANNA, task, {})
    desk.perform(comment_on_task, ANNA, task, " 王小明 called ")
    assert desk.perform(read_task_actions, ANNA, task).history[-1].said == "王小明 called"
    with pytest.raises(NotFoundError, match="there is none"):
        desk.perform(comment_on_task, BERT, task, "me, too")
    with pytest.raises(InvalidInputError, match="no text"):
        desk.perform(comment_on_task, ANNA, task, " ")


def test_of_several_tasks_transferred_at_once_each_has_its_own_result(desk: Desk, task: int) -> None:
    other = desk.start()
    untaken = desk.row(UserTaskRow, instance_key=other).key
    wish = BulkWish(to="bert", reason="on leave")
    first, second, third = work_in_bulk(desk.runtime, ANNA, "transfer", [task, untaken, 42], wish)
    assert first.failure is None
    assert isinstance(second.failure, ForbiddenError)
    assert isinstance(third.failure, NotFoundError)
    assert desk.row(UserTaskRow, key=task).assignee == "bert"


def test_an_urge_reaches_the_group_while_nobody_has_the_task(house: Bank) -> None:
    house.file()
    desk = house.desk
    key = desk.open_task("register")
    done = desk.perform(urge_task, Actor("lina", frozenset({"intake"}), frozenset({"work"})), key)
    assert done.people == []
    assert done.groups == house.groups_of("register")


def test_a_draft_goes_a_month_after_its_task_has_ended(desk: Desk, task: int) -> None:
    other = desk.row(UserTaskRow, instance_key=desk.start()).key
    for key in (task, other):
        desk.perform(save_draft, BOSS, key, {"finding": "half"}, seen=0)
    desk.perform(complete_user_task, ANNA, task, {})
    desk.clock.move(timedelta(days=29))
    desk.perform(delete_expired)
    assert len(desk.rows(TaskDraftRow)) == 2
    desk.clock.move(timedelta(days=2))
    desk.perform(delete_expired)
    assert [row.task_key for row in desk.rows(TaskDraftRow)] == [other]


def test_a_verb_that_has_nothing_to_be_done_to_says_so(desk: Desk, task: int) -> None:
    desk.perform(urge_task, BOSS, task)
    found = desk.perform(read_task_actions, ANNA, task)
    codes = {verb: refusal and refusal.code for verb, refusal in found.refusals.items()}
    assert (codes["urge"], codes["reduce"], codes["add-to-round"]) == ("too-soon", "no-signer", "no-round")
    assert (codes["withdraw"], codes["return"], codes["claim"]) == ("not-completed", "no-step", "not-yours")
