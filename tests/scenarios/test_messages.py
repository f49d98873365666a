from datetime import timedelta

import pytest

from app.errors import NotFoundError
from app.services.broadcast_signal import broadcast_signal
from app.services.cancel_process_instance import cancel_process_instance
from app.services.publish_message import (
    AlreadyPublishedError,
    Message,
    correlate_message,
    publish_message,
    settle_message,
    store_message,
)
from app.services.suspend_process_instance import resume_process_instance, suspend_process_instance
from app.services.tidy_up import delete_expired
from app.storage.audit import OutboxRow
from app.storage.instances import ProcessInstanceRow
from app.storage.messages import CorrelationRow, MessageRow
from app.storage.subscriptions import MessageSubscriptionRow
from tests.conformance.drawing import activity, boundary, catch, end, message, process, signal, start, throw, zeebe
from tests.desk import BOSS, Desk, work_for

PAID = process(
    work_for("first"), catch("paid", message("paid", "=order")), work_for("ship"),
    flows="s -> first -> paid -> ship -> e",
)  # fmt: skip


def waiting(desk: Desk, order: str = "o1") -> int:
    key = desk.start(order=order)
    desk.complete("first")
    return key


def open_elements(desk: Desk) -> list[str]:
    return sorted(row.element_id for row in desk.open_tasks())


def test_a_message_reaches_the_instance_that_waits_under_its_key(desk: Desk) -> None:
    desk.deploy(PAID)
    mine, other = waiting(desk, "o1"), waiting(desk, "o2")
    published = publish_message(desk.runtime, BOSS, Message("paid", "o1", {"sum": 5}))
    assert published.instances == (mine,)
    assert desk.variables(mine)["sum"] == 5
    assert [row.instance_key for row in desk.open_tasks()] == [mine]
    assert desk.row(MessageSubscriptionRow, instance_key=other).state == "CREATED"
    assert desk.row(CorrelationRow).instance_key == mine


def test_a_message_waits_for_an_instance_that_comes_later(desk: Desk) -> None:
    desk.deploy(PAID)
    publish_message(desk.runtime, BOSS, Message("paid", "o1", {"sum": 5}, time_to_live_seconds=60))
    key = waiting(desk)
    assert open_elements(desk) == ["ship"]
    assert desk.variables(key)["sum"] == 5


def test_an_event_that_goes_on_listening_gets_every_message_that_waited(desk: Desk) -> None:
    noted = boundary("noted", "first", message("paid", "=order"), interrupting=False)
    desk.deploy(process(work_for("first"), noted, flows="s -> first -> e; noted -> ship -> e1"))
    for n in (1, 2):
        publish_message(desk.runtime, BOSS, Message("paid", "o1", {"n": n}, time_to_live_seconds=60))
    desk.start(order="o1")
    assert open_elements(desk) == ["first", "ship", "ship"]


def test_a_message_that_waited_is_not_spent_on_what_another_has_closed(desk: Desk) -> None:
    rings = [boundary(f"{name}_rang", "first", message(name, "=order")) for name in ("paid", "lost")]
    later = catch("later", message("lost", "=order"))
    desk.deploy(process(work_for("first"), *rings, later, flows="s -> first -> e; paid_rang -> later -> ship -> e1"))
    for name in ("paid", "lost"):
        publish_message(desk.runtime, BOSS, Message(name, "o1", time_to_live_seconds=60))
    desk.start(order="o1")
    assert open_elements(desk) == ["ship"]


def test_a_suspended_instance_gets_what_still_lives_when_it_resumes(desk: Desk) -> None:
    desk.deploy(PAID)
    key = waiting(desk)
    desk.perform(suspend_process_instance, BOSS, key)
    for n, minutes in enumerate((0, 5, 60)):
        publish_message(desk.runtime, BOSS, Message("paid", "o1", {"n": n}, time_to_live_seconds=60.0 * minutes))
    desk.clock.move(timedelta(minutes=10))
    assert open_elements(desk) == []
    desk.perform(resume_process_instance, BOSS, key)
    assert open_elements(desk) == ["ship"]
    assert desk.variables(key)["n"] == 2


def test_a_message_correlates_once(desk: Desk) -> None:
    desk.deploy(PAID)
    publish_message(desk.runtime, BOSS, Message("paid", "o1", time_to_live_seconds=60))
    waiting(desk)
    waiting(desk)
    assert open_elements(desk) == ["ship"]


def test_a_message_whose_time_is_over_reaches_nobody(desk: Desk) -> None:
    desk.deploy(PAID)
    publish_message(desk.runtime, BOSS, Message("paid", "o1", time_to_live_seconds=60))
    desk.clock.move(timedelta(seconds=60))
    waiting(desk)
    assert open_elements(desk) == []
    assert desk.perform(delete_expired) == 1
    assert desk.rows(MessageRow) == []


def test_a_message_id_is_taken_once_while_the_message_lives(desk: Desk) -> None:
    once = Message("paid", "o1", time_to_live_seconds=60, message_id="m1")
    publish_message(desk.runtime, BOSS, once)
    with pytest.raises(AlreadyPublishedError, match="m1"):
        publish_message(desk.runtime, BOSS, once)
    desk.clock.move(timedelta(seconds=60))
    publish_message(desk.runtime, BOSS, once)


def test_correlating_says_when_nothing_waits_and_keeps_nothing(desk: Desk) -> None:
    desk.deploy(PAID)
    with pytest.raises(NotFoundError, match="nothing does"):
        correlate_message(desk.runtime, BOSS, Message("paid", "o1"))
    assert desk.rows(MessageRow) == []
    key = waiting(desk)
    assert correlate_message(desk.runtime, BOSS, Message("paid", "o1")).instances == (key,)


def test_a_message_starts_one_instance_at_a_time_for_each_key(desk: Desk) -> None:
    desk.deploy(process(start("s", message("filed")), work_for("look"), flows="s -> look -> e"))
    first = publish_message(desk.runtime, BOSS, Message("filed", "c1", time_to_live_seconds=600)).instances
    second = publish_message(desk.runtime, BOSS, Message("filed", "c1", time_to_live_seconds=600))
    assert (len(first), second.instances) == (1, ())
    desk.complete("look")
    (running,) = [row.key for row in desk.rows(ProcessInstanceRow) if row.ended_at is None]
    assert running not in first
    assert settle_message(desk.runtime, BOSS, second.key) == ()


def test_a_message_gives_its_business_id_to_what_it_starts(desk: Desk) -> None:
    desk.deploy(process(start("s", message("filed")), work_for("a"), flows="s -> a -> e"))
    for number in (1, 2):
        order = Message("filed", "c1", time_to_live_seconds=600, business_id=f"order-{number}")
        publish_message(desk.runtime, BOSS, order)
    desk.complete("a")
    assert [row.business_id for row in desk.rows(ProcessInstanceRow)] == ["order-1", "order-2"]


def test_a_publisher_that_died_is_finished_by_the_sweep(desk: Desk) -> None:
    desk.deploy(PAID)
    key = waiting(desk)
    stored = desk.perform(store_message, BOSS, Message("paid", "o1"))
    assert open_elements(desk) == []
    assert settle_message(desk.runtime, BOSS, stored) == (key,)
    assert settle_message(desk.runtime, BOSS, stored) == ()


def test_a_thrown_message_reaches_another_instance(desk: Desk) -> None:
    publishing = zeebe("publishMessage", correlationKey='="o1"', timeToLive="PT1H")
    tell = activity("intermediateThrowEvent", "tell", message("paid"), ext=(publishing,))
    desk.deploy(PAID, process(tell, ident="teller", flows="s -> tell -> e"))
    waiting(desk)
    desk.start("teller")
    assert open_elements(desk) == ["ship"]


def test_a_signal_reaches_everyone_who_waits(desk: Desk) -> None:
    desk.deploy(
        process(catch("hear", signal("stop")), work_for("halt"), flows="s -> hear -> halt -> e"),
        process(start("s", signal("stop")), work_for("note"), ident="noting", flows="s -> note -> e"),
    )
    for _ in range(3):
        desk.start()
    desk.perform(broadcast_signal, BOSS, "stop", {"why": "fire"})
    assert open_elements(desk) == ["halt", "halt", "halt", "note"]
    assert {desk.variables(row.key)["why"] for row in desk.rows(ProcessInstanceRow)} == {"fire"}


def test_a_thrown_signal_reaches_other_instances_after_the_commit(desk: Desk) -> None:
    desk.deploy(
        process(catch("hear", signal("stop")), work_for("halt"), flows="s -> hear -> halt -> e"),
        process(throw("shout", signal("stop")), ident="shouter", flows="s -> shout -> e"),
    )
    desk.start()
    desk.start("shouter")
    assert open_elements(desk) == ["halt"]
    assert desk.rows(OutboxRow, topic="signal") == []


def test_two_processes_that_answer_each_other_s_signals_stop_somewhere(desk: Desk) -> None:
    desk.deploy(
        process(start("s", signal("ping")), end("e", signal("pong")), ident="a", flows="s -> e"),
        process(start("s", signal("pong")), end("e", signal("ping")), ident="b", flows="s -> e"),
    )
    desk.perform(broadcast_signal, BOSS, "ping", {})
    assert len(desk.rows(OutboxRow, topic="signal")) == 1


def test_a_cancelled_instance_waits_for_nothing(desk: Desk) -> None:
    desk.deploy(PAID)
    key = waiting(desk)
    desk.perform(cancel_process_instance, BOSS, key)
    assert desk.row(MessageSubscriptionRow, instance_key=key).state == "DELETED"
    assert publish_message(desk.runtime, BOSS, Message("paid", "o1")).instances == ()
