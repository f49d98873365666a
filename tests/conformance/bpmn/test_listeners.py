"""Execution and task listeners: jobs around an element's own work."""

import pytest

from app.engine import InvalidCommandError, TaskListenerResult
from app.engine.kinds import JobKind
from app.engine.values import decode
from tests.conformance.drawing import (
    Node,
    activity,
    boundary,
    catch,
    each,
    end,
    event_sub,
    job,
    outputs,
    process,
    signal,
    start,
    sub,
    throw,
    timer,
    user_task,
    zeebe,
)
from tests.conformance.playing import Stage


def listeners(*rows: tuple[str, str], kind: str = "execution") -> Node:
    return zeebe(
        f"{kind}Listeners", *(zeebe(f"{kind}Listener", eventType=event, type=name, retries="2") for event, name in rows)
    )


def test_start_listeners_work_one_after_the_other_before_the_element(stage: Stage) -> None:
    play = stage.play(process(job("a", listeners(("start", "one"), ("start", "two"))), flows="s -> a -> e"))
    (row,) = play.jobs.values()
    assert (row.type, row.kind, row.listener_event, row.retries) == ("one", JobKind.EXECUTION_LISTENER, "START", 2)
    play.listen("one")
    assert [row.type for row in play.jobs.values()] == ["two"]
    play.listen("two")
    assert [row.type for row in play.jobs.values()] == ["a"]
    assert play.complete("a").done


def test_variables_of_a_start_listener_are_local(stage: Stage) -> None:
    play = stage.play(process(job("a", listeners(("start", "prepare"))), flows="s -> a -> b -> e")).listen(
        "prepare", key=5
    )
    assert play.sees("a") == {"key": 5}
    assert play.complete("a").variables == {}


def test_end_listeners_work_after_the_output_mappings_and_write_to_the_process(stage: Stage) -> None:
    host = job("a", outputs(total="=n"), listeners(("end", "tidy")))
    play = stage.play(process(host, flows="s -> a -> b -> e")).complete("a", n=4)
    assert play.variables == {"total": 4}
    assert play.listen("tidy", tidied=True).variables == {"total": 4, "tidied": True}
    assert play.waiting == ["b"]


def test_an_element_is_left_only_after_its_end_listeners(stage: Stage) -> None:
    play = stage.play(process(user_task("a", listeners(("end", "tidy"))), flows="s -> a -> b -> e")).complete("a")
    assert "a" not in play.completed
    assert "a" in play.listen("tidy").completed


def test_a_start_listener_can_choose_the_way_of_a_gateway(stage: Stage) -> None:
    way = activity("exclusiveGateway", "x", ext=[listeners(("start", "choose"))])
    play = stage.play(process(way, flows="s -> x; x -[=n > 1]-> a; x -/-> b"), n=1)
    assert play.listen("choose", n=5).waiting == ["a"]


@pytest.mark.parametrize("event", ["start", "end"])
def test_the_process_itself_can_have_listeners(stage: Stage, event: str) -> None:
    play = stage.play(process(flows="s -> a -> e", ext=[listeners((event, "whole"))]))
    if event == "start":
        assert play.waiting == ["p"]
        assert play.listen("whole").complete("a").done
    else:
        assert play.complete("a").ended is None
        assert play.listen("whole").done


@pytest.mark.parametrize("host", ["catch", "throw", "sub-process", "end", "boundary"])
def test_events_and_sub_processes_have_listeners_too(stage: Stage, host: str) -> None:
    heard = listeners(("end", "heard"))
    drawn = {
        "catch": process(catch("c", signal("go"), ext=[heard]), flows="s -> c -> after"),
        "throw": process(throw("c", ext=[heard]), flows="s -> c -> after"),
        "sub-process": process(sub("c", flows="s1 -> e1", ext=[heard]), flows="s -> c -> after"),
        "end": process(end("c", ext=[heard]), flows="s -> c"),
        "boundary": process(boundary("c", "a", signal("go"), ext=[heard]), flows="s -> a -> e; c -> after"),
    }[host]
    play = stage.play(drawn)
    if host in ("catch", "boundary"):
        play.signal("go")
    play.listen("heard")
    assert play.done if host == "end" else play.waiting == ["after"]


def test_a_multi_instance_bodys_instances_each_have_their_listeners(stage: Stage) -> None:
    play = stage.play(process(job("a", listeners(("start", "prepare")), loop=each("=[1, 2]")), flows="s -> a -> e"))
    assert [row.type for row in play.jobs.values()] == ["prepare", "prepare"]
    play.listen("prepare").listen("prepare")
    assert [row.type for row in play.jobs.values()] == ["a", "a"]


def test_interrupting_an_element_cancels_its_listener(stage: Stage) -> None:
    drawn = process(
        job("a", listeners(("end", "tidy"))),
        event_sub("es", start("se", signal("stop")), flows="se -> told"),
        flows="s -> a -> e",
    )
    play = stage.play(drawn).complete("a").signal("stop")
    assert play.waiting == ["told"]
    assert play.jobs == {}


def test_a_listener_without_retries_is_an_incident_and_only_it_is_repeated(stage: Stage) -> None:
    play = stage.play(process(job("a", listeners(("start", "one"), ("start", "two"))), flows="s -> a -> e")).listen(
        "one"
    )
    (row,) = play.jobs.values()
    play.command(lambda instance: instance.fail_job(row.key, "gave up"))
    assert play.errors == [("a", "EXECUTION_LISTENER_NO_RETRIES")]
    play.retry().listen("two")
    assert [row.type for row in play.jobs.values()] == ["a"]


def heard_task(*events: str) -> Node:
    task = user_task("a", listeners(*((event, event) for event in events), kind="task"))
    return process(task, flows="s -> a -> b -> e")


def test_every_listener_is_told_the_headers_of_its_element(stage: Stage) -> None:
    headers = zeebe("taskHeaders", zeebe("header", key="k", value="v"))
    started = listeners(("start", "one"))
    creating = listeners(("creating", "two"), kind="task")
    play = stage.play(
        process(
            activity("exclusiveGateway", "g", ext=(headers, started)),
            user_task("a", headers, creating),
            flows="s -> g -> a -> e",
            ext=[headers, started],
        )
    )
    told = []
    for name in ("one", "one", "two"):
        told += [dict(row.headers) for row in play.jobs.values()]
        play.listen(name)
    assert told == [{"k": "v"}] * 3


def test_a_creating_listener_comes_before_the_task_is_there_to_be_done(stage: Stage) -> None:
    play = stage.play(heard_task("creating"))
    (task,) = play.user_tasks.values()
    (row,) = play.jobs.values()
    assert (task.state, row.kind, row.listener_event, row.user_task_key) == (
        "CREATING",
        JobKind.TASK_LISTENER,
        "CREATING",
        task.key,
    )
    play.listen("creating")
    assert [task.state for task in play.user_tasks.values()] == ["CREATED"]


def test_a_creating_listener_does_not_correct_whom_the_model_assigns(stage: Stage) -> None:
    ann = zeebe("assignmentDefinition", assignee="ann")
    play = stage.play(process(user_task("a", ann, listeners(("creating", "c"), kind="task")), flows="s -> a -> e"))
    (job_key,) = play.jobs
    with pytest.raises(InvalidCommandError, match="the model names one"):
        play.instance().complete_job(job_key, {}, TaskListenerResult(corrections={"assignee": "bert"}))
    play.listen("c")
    assert [(row.state, row.assignee) for row in play.user_tasks.values()] == [("CREATED", "ann")]


def test_a_completing_listener_can_hold_back_a_completion(stage: Stage) -> None:
    play = stage.play(heard_task("completing")).complete("a", n=1)
    assert [task.state for task in play.user_tasks.values()] == ["COMPLETING"]
    play.command(
        lambda instance: instance.complete_job(
            play.job_of("a").key, {}, TaskListenerResult(denied=True, reason="no form")
        )
    )
    assert [task.state for task in play.user_tasks.values()] == ["CREATED"]
    assert "n" not in play.variables
    play.complete("a", n=2).listen("completing")
    assert play.waiting == ["b"]
    assert play.variables == {"n": 2}


def test_an_assigning_listener_comes_before_the_assignment_counts(stage: Stage) -> None:
    play = stage.play(heard_task("assigning"))
    (key,) = play.user_tasks
    play.command(lambda instance: instance.assign_user_task(key, "li"))
    assert play.user_tasks[key].state == "ASSIGNING"
    play.listen("assigning")
    assert (play.user_tasks[key].state, play.user_tasks[key].assignee) == ("CREATED", "li")


def test_a_listener_can_correct_what_is_assigned(stage: Stage) -> None:
    play = stage.play(heard_task("assigning"))
    (key,) = play.user_tasks
    play.command(lambda instance: instance.assign_user_task(key, "li"))
    play.command(
        lambda instance: instance.complete_job(
            play.job_of("a").key, {}, TaskListenerResult(corrections={"assignee": "wang"})
        )
    )
    assert play.user_tasks[key].assignee == "wang"


def test_a_canceling_listener_comes_before_the_task_is_gone(stage: Stage) -> None:
    task = user_task("a", listeners(("canceling", "farewell"), kind="task"))
    play = stage.play(process(task, boundary("t", "a", timer("PT10M")), flows="s -> a -> e; t -> late"))
    stage.advance("PT10M")
    assert play.waiting != ["late"]
    play.listen("farewell")
    assert play.waiting == ["late"]


def test_a_listener_is_told_what_is_being_changed_and_sees_the_variables_that_come(stage: Stage) -> None:
    play = stage.play(heard_task("completing"))
    play.complete("a", verdict="fair")
    told = decode(play.job_of("a").told or "")
    assert told == {
        "action": "complete", "changedAttributes": [], "attributes": {}, "variables": {"verdict": "fair"},
        "transition": told["transition"],
    }  # fmt: skip


def test_variables_set_at_a_task_wait_for_its_updating_listeners(stage: Stage) -> None:
    play = stage.play(heard_task("updating"), x=1).set("a", x=2)
    assert (play.job_of("a").listener_event, play.variables) == ("UPDATING", {"x": 1}), "not yet"
    assert play.listen("updating").variables == {"x": 2}
    assert play.complete("a").waiting == ["b"]


def test_variables_that_an_updating_listener_denies_are_not_set(stage: Stage) -> None:
    play = stage.play(heard_task("updating"), x=1).set("a", local=True, x=2)
    told = play.job_of("a")
    assert decode(told.told or "")["changedAttributes"] == ["variables"]
    play.command(lambda instance: instance.complete_job(told.key, {}, TaskListenerResult(denied=True)))
    assert play.sees("a") == {"x": 1}
