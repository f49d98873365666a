"""Migrating a running instance to another version of its process."""

import pytest

from app.engine import InvalidCommandError, MigrationRefusedError
from tests.conformance.drawing import (
    boundary,
    event_sub,
    job,
    message,
    parallel,
    process,
    signal,
    start,
    sub,
    timer,
    user_task,
    zeebe,
)
from tests.conformance.playing import Stage


def test_a_waiting_task_goes_on_in_the_new_version(stage: Stage) -> None:
    play = stage.play(process(flows="s -> a -> e"))
    assert play.migrate(process(flows="s -> a -> b -> e"), a="a").complete("a").waiting == ["b"]


def test_a_task_may_have_another_id_in_the_new_version(stage: Stage) -> None:
    play = stage.play(process(flows="s -> a -> e"), n=1)
    play.migrate(process(flows="s -> a2 -> b -> e"), a="a2").complete("a2", n=2)
    assert play.waiting == ["b"]
    assert play.variables == {"n": 2}


def test_a_task_without_a_mapping_is_refused_and_nothing_changes(stage: Stage) -> None:
    play = stage.play(process(flows="s -> a -> e"))
    other = stage.deploy(process(flows="s -> b -> e"))
    with pytest.raises(MigrationRefusedError, match="a"):
        play.instance().migrate(other, {})
    assert play.complete("a").done


def test_a_task_cannot_become_another_kind_of_element(stage: Stage) -> None:
    play = stage.play(process(flows="s -> a -> e"))
    other = stage.deploy(process(job("a"), flows="s -> a -> e"))
    with pytest.raises(MigrationRefusedError):
        play.instance().migrate(other, {"a": "a"})


def test_an_event_stays_with_its_activity_and_takes_the_place_of_one(stage: Stage) -> None:
    rings = [boundary(name, "a", message(name, "=1")) for name in ("x", "y")]
    play = stage.play(process(*rings, flows="s -> a -> b -> e"))
    moved = stage.deploy(process(boundary("x", "b", message("x", "=1")), flows="s -> a -> b -> e"))
    with pytest.raises(MigrationRefusedError, match="'x' to belong to 'a'"):
        play.instance().migrate(moved, {"a": "a", "x": "x"})
    fewer = stage.deploy(process(rings[0], flows="s -> a -> b -> e"))
    with pytest.raises(MigrationRefusedError, match="one event to be mapped to 'x'"):
        play.instance().migrate(fewer, {"a": "a", "x": "x", "y": "x"})
    assert play.catching == ["x", "y"]


def test_what_has_happened_is_not_awaited_again(stage: Stage) -> None:
    told = event_sub("told", start("stop", message("stop", "=1")), flows="stop -> b -> e1")
    other = event_sub("other", start("rung", signal("ring"), interrupting=False), flows="rung -> c -> e2")
    once = boundary("once", "a", timer("PT1H"), interrupting=False)
    drawn = process(told, other, once, flows="s -> a -> e; once -> late -> e3")
    play = stage.play(drawn)
    stage.advance("PT1H")
    play.migrate(drawn, a="a", once="once", late="late", stop="stop", rung="rung")
    assert play.catching == ["rung", "stop"]
    play.message("stop", "1").migrate(drawn, told="told", b="b")
    assert play.catching == []


def test_the_instances_in_an_ad_hoc_sub_process_keep_their_names(stage: Stage) -> None:
    list_of_a = zeebe("adHoc", activeElementsCollection='=["a"]')
    drawn = process(sub("ah", user_task("a"), tag="adHocSubProcess", ext=[list_of_a]), flows="s -> ah -> e")
    play = stage.play(drawn).migrate(drawn, ah="ah", a="a")
    assert play.key_of("ah#innerInstance")
    assert play.complete("a").done


def test_a_timer_keeps_its_date(stage: Stage) -> None:
    old = process(boundary("t", "a", timer("PT1H")), flows="s -> a -> e; t -> late")
    play = stage.play(old)
    stage.advance("PT50M")
    new = process(boundary("t2", "a", timer("PT1H")), flows="s -> a -> e; t2 -> later")
    play.migrate(new, a="a", t="t2")
    stage.advance("PT10M")
    assert play.waiting == ["later"]


def test_an_event_that_is_new_in_the_new_version_is_listened_to(stage: Stage) -> None:
    play = stage.play(process(flows="s -> a -> e"))
    new = process(boundary("m", "a", message("stop", "=1")), flows="s -> a -> e; m -> stopped")
    assert play.migrate(new, a="a").message("stop", "1").waiting == ["stopped"]


def test_an_event_that_is_gone_in_the_new_version_is_listened_to_no_more(stage: Stage) -> None:
    play = stage.play(process(boundary("m", "a", message("stop", "=1")), flows="s -> a -> e; m -> stopped"))
    play.migrate(process(flows="s -> a -> e"), a="a")
    assert play.catching == []
    assert play.complete("a").done


def test_tasks_in_sub_processes_and_parallel_branches_go_with_it(stage: Stage) -> None:
    old = process(
        parallel("g"), parallel("j"), sub("sp", flows="s1 -> x -> e1"), flows="s -> g -> a -> j -> e; g -> sp -> j"
    )
    new = process(
        parallel("g"),
        parallel("j"),
        sub("sp", flows="s1 -> x -> y -> e1"),
        flows="s -> g -> a -> j -> after -> e; g -> sp -> j",
    )
    play = stage.play(old).migrate(new, a="a", sp="sp", x="x")
    assert play.complete("a").complete("x").complete("y").complete("after").done


def test_a_job_goes_with_it(stage: Stage) -> None:
    play = stage.play(process(job("a"), flows="s -> a -> e"))
    assert play.migrate(process(job("a"), flows="s -> a -> b -> e"), a="a").complete("a", n=1).waiting == ["b"]


@pytest.mark.parametrize("mapping", [{"a": "nowhere"}, {"nobody": "a", "a": "a"}])
def test_a_mapping_of_what_no_version_has_is_invalid(stage: Stage, mapping: dict[str, str]) -> None:
    play = stage.play(process(flows="s -> a -> e"))
    with pytest.raises(InvalidCommandError):
        play.instance().migrate(stage.deploy(process(flows="s -> a -> b -> e")), mapping)
