"""What a command may not do to a complaint of others: by a variable, in the customer's name, on a task of others."""

from __future__ import annotations

import pytest

from app.domain.actor import Actor
from app.domain.portal import CUSTOMER, WITHDRAWN
from app.errors import ForbiddenError, NotFoundError
from app.services.activate_jobs import JobRequest, activate_jobs
from app.services.assign_user_task import assign_user_task
from app.services.authenticate_password import find_actor
from app.services.broadcast_signal import broadcast_signal
from app.services.cc_task import mark_task_read
from app.services.complete_job import complete_job
from app.services.create_process_instance import StartPlan, create_process_instance
from app.services.publish_message import Message, correlate_message, publish_message
from app.services.see_complaint import UnseenComplaintError
from app.services.set_variables import set_variables
from app.services.take_notice import take_notice
from app.services.update_user_task import update_user_task
from app.storage.complaints import ComplaintEventRow
from app.storage.notices import NoticeRow
from app.storage.subscriptions import find_awaited, find_open_subscriptions
from app.storage.user_tasks import UserTaskRow
from tests.bank import Bank
from tests.conformance.drawing import job, process
from tests.desk import BOSS, NOON

STARTER = Actor("clerk", scopes=frozenset({"work", "start"}))
SURVEY = StartPlan(process_id="satisfaction_survey")


def someone(house: Bank, username: str) -> Actor:
    with house.desk.runtime.reading() as connection:
        found = find_actor(connection, username, house.desk.clock.now())
    assert found is not None
    return found


def test_a_variable_that_names_a_complaint_of_others_starts_nothing(house: Bank) -> None:
    named = {"complaintNumber": house.file()}
    with pytest.raises(UnseenComplaintError):
        house.desk.perform(create_process_instance, STARTER, SURVEY, named)
    with pytest.raises(UnseenComplaintError):
        publish_message(house.desk.runtime, STARTER, Message("anything", variables=named))
    with pytest.raises(UnseenComplaintError):
        publish_message(house.desk.runtime, STARTER, Message("anything", business_id=named["complaintNumber"]))


def test_a_worker_gives_no_process_the_number_of_a_complaint_of_others(house: Bank) -> None:
    number, desk = house.file(), house.desk
    desk.deploy(process(job("work"), ident="own", flows="s -> work -> e"))
    worker = Actor("worker", scopes=frozenset({"jobs", "start"}))
    desk.perform(create_process_instance, worker, StartPlan(process_id="own"), {})
    (found,) = desk.perform(activate_jobs, worker, JobRequest("work", "worker", 60, 1))
    with pytest.raises(UnseenComplaintError):
        desk.perform(complete_job, worker, found.row.key, {}, business_id=number)
    desk.perform(complete_job, worker, found.row.key, {}, business_id="another's")


def test_a_variable_gives_a_process_neither_the_customers_notices_nor_the_portal(house: Bank) -> None:
    number = house.file()
    said = {"template": "step_overdue", "recipients": ["intake"], "complaintNumber": number}
    payload = {"event": "notify", "headers": {}, "variables": said}
    stray = house.desk.perform(create_process_instance, BOSS, SURVEY, {"complaintNumber": number}).key
    house.desk.perform(set_variables, BOSS, stray, {"complaintNumber": number})
    house.desk.perform(take_notice, 1, payload, stray)
    assert {row.complaint_key for row in house.desk.rows(NoticeRow)} == {None}
    own = house.desk.perform(
        create_process_instance, BOSS, StartPlan(process_id="satisfaction_survey", business_id=number), said
    ).key
    house.desk.perform(take_notice, 2, payload, own)
    assert house.complaint(number).key in {row.complaint_key for row in house.desk.rows(NoticeRow)}


def test_the_portal_counts_what_waits_in_the_complaints_own_processes_only(house: Bank) -> None:
    number, other = house.file(), "TS-2026-000009"
    house.desk.perform(
        create_process_instance, BOSS, StartPlan(process_id="general_enquiry"), {"complaintNumber": other}
    )
    with house.desk.runtime.reading() as connection:
        assert find_awaited(connection, [WITHDRAWN], number) == {WITHDRAWN}
        assert [one.process_id for one in find_open_subscriptions(connection, WITHDRAWN, other)] == ["general_enquiry"]
        assert find_awaited(connection, [WITHDRAWN], other) == set()


def test_nobody_withdraws_in_the_customers_name_but_operators_who_are_named(house: Bank) -> None:
    number = house.file()
    withdrawal = Message(WITHDRAWN, number)
    for act in (publish_message, correlate_message):
        with pytest.raises(ForbiddenError, match="neither"):
            act(house.desk.runtime, someone(house, "lina"), withdrawal)
    publish_message(house.desk.runtime, BOSS, withdrawal)
    assert house.desk.row(ComplaintEventRow, kind="spoken-for").actor == "boss"
    publish_message(house.desk.runtime, CUSTOMER, withdrawal)
    assert len(house.desk.rows(ComplaintEventRow, kind="spoken-for")) == 1


def test_who_has_a_task_sets_its_follow_up_and_a_superior_the_rest(house: Bank) -> None:
    house.file()
    lina, key = someone(house, "lina"), house.desk.open_task("register")
    house.desk.perform(assign_user_task, lina, key, "lina")
    house.desk.perform(update_user_task, lina, key, {"follow_up_at": NOON})
    for changes in ({"due_at": NOON}, {"candidate_groups": ["x"]}, {"candidate_users": ["x"]}, {"priority": 1}):
        with pytest.raises(ForbiddenError, match="transfer"):
            house.desk.perform(update_user_task, lina, key, changes)
    with pytest.raises(ForbiddenError, match="transfer"):
        house.desk.perform(assign_user_task, lina, key, "wangwei")
    superior = Actor("chief", scopes=frozenset({"work"}), supervises=frozenset({"lina"}))
    house.desk.perform(update_user_task, superior, key, {"priority": 90})
    house.desk.perform(assign_user_task, superior, key, "wangwei")
    row = house.desk.row(UserTaskRow, key=key)
    assert (row.priority, row.assignee) == (90, "wangwei")


def test_a_task_of_others_is_answered_as_if_there_were_none(house: Bank) -> None:
    house.file()
    key = house.desk.open_task("register")
    house.desk.perform(assign_user_task, someone(house, "lina"), key, "lina")
    stranger = Actor("stranger", scopes=frozenset({"work", "start"}))
    for act in (
        lambda: house.desk.perform(update_user_task, stranger, key, {"priority": 1}),
        lambda: house.desk.perform(update_user_task, stranger, key, {"follow_up_at": NOON}),
        lambda: house.desk.perform(assign_user_task, stranger, key, "stranger", allow_override=False),
        lambda: house.desk.perform(mark_task_read, stranger, key),
    ):
        with pytest.raises(NotFoundError, match="there is none"):
            act()


def test_a_clerk_broadcasts_no_signal(house: Bank) -> None:
    with pytest.raises(ForbiddenError, match="operate"):
        house.desk.perform(broadcast_signal, someone(house, "lina"), "anything", {})
