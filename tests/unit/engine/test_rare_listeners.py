"""Listeners that the behaviour suite does not show: before all iterations, on cancellation, and their headers."""

import pytest

from app.engine import InvalidCommandError
from tests.conformance.drawing import boundary, each, job, message, process, user_task, zeebe
from tests.conformance.playing import Stage


def listening(event: str, kind: str, *headers: object) -> object:
    inside = zeebe("taskHeaders", *headers) if headers else None
    return zeebe("executionListeners", zeebe("executionListener", inside, eventType=event, type=kind))


def test_a_listener_comes_before_all_iterations_and_its_variables_are_theirs(stage: Stage) -> None:
    task = job("a", listening("beforeAll", "first"), loop=each("=[1, 2]"))
    play = stage.play(process(task, flows="s -> a -> e"))
    assert [row.listener_event for row in play.jobs.values()] == ["BEFORE_ALL"]
    assert play.listen("first", k=7).waiting == ["a", "a"]
    assert play.sees("a")["k"] == 7
    assert "k" not in play.variables


def test_an_interrupted_task_waits_for_its_cancel_listeners(stage: Stage) -> None:
    task = user_task("a", listening("cancel", "bye"))
    play = stage.play(process(task, boundary("b", "a", message("stop", "=1")), flows="s -> a -> e; b -> told"))
    play.message("stop", "1")
    assert (play.user_tasks, play.entered.count("told")) == ({}, 0)
    assert play.listen("bye").waiting == ["told"]


def test_a_cancelled_instance_waits_for_the_cancel_listeners_in_it(stage: Stage) -> None:
    task = job("a", listening("cancel", "bye"))
    play = stage.play(process(task, flows="s -> a -> e")).command(lambda instance: instance.cancel())
    assert play.ended is None
    assert play.listen("bye").ended == "TERMINATED"


def test_a_listener_has_the_elements_headers_under_its_own(stage: Stage) -> None:
    own, other = zeebe("header", key="k", value="listener"), zeebe("header", key="k", value="task")
    more = zeebe("header", key="m", value="task")
    task = job("a", zeebe("taskHeaders", other, more), listening("start", "begin", own))
    play = stage.play(process(task, flows="s -> a -> e"))
    (work,) = play.jobs.values()
    assert dict(work.headers) == {"k": "listener", "m": "task"}


def test_a_listener_cannot_throw_an_error(stage: Stage) -> None:
    play = stage.play(process(job("a", listening("start", "begin")), flows="s -> a -> e"))
    (work,) = play.jobs
    with pytest.raises(InvalidCommandError, match="listener"):
        play.instance().throw_job_error(work, "E", "", {})
