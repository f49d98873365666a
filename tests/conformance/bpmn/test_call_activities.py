"""Call activities: another process as a part of this one."""

from app.engine.kinds import Ended
from tests.conformance.drawing import (
    Node,
    boundary,
    call,
    end,
    error,
    escalation,
    exclusive,
    inputs,
    job,
    outputs,
    process,
    throw,
)
from tests.conformance.playing import Play, Stage

CHILD = process(flows="s -> inside -> e", ident="child")


def calling(*more: Node, extension: Node | None = None, process_id: str = "child", **options: object) -> Node:
    extensions = [extension] if extension is not None else []
    return process(call("a", process_id, *extensions, **options), *more, flows="s -> a -> after -> e")


def child_of(play: Play) -> Play:
    (child,) = play.children.values()
    return child


def test_the_called_process_gets_all_variables_and_gives_all_back(stage: Stage) -> None:
    stage.deploy(CHILD)
    play = stage.play(calling(), n=1)
    assert child_of(play).variables == {"n": 1}
    child_of(play).complete("inside", n=2, m=3)
    assert play.waiting == ["after"]
    assert play.variables == {"n": 2, "m": 3}


def test_the_called_process_can_get_only_what_is_mapped(stage: Stage) -> None:
    stage.deploy(CHILD)
    play = stage.play(calling(extension=inputs(x="=n"), propagateAllParentVariables=False), n=1)
    assert child_of(play).variables == {"x": 1}


def test_the_called_process_can_give_only_what_is_mapped(stage: Stage) -> None:
    stage.deploy(CHILD)
    play = stage.play(calling(extension=outputs(result="=m"), propagateAllChildVariables=False), n=1)
    child_of(play).complete("inside", m=3, noise=4)
    assert play.variables == {"n": 1, "result": 3}


def test_without_mapping_and_propagation_nothing_comes_back(stage: Stage) -> None:
    stage.deploy(CHILD)
    play = stage.play(calling(propagateAllChildVariables=False), n=1)
    child_of(play).complete("inside", n=5)
    assert play.variables == {"n": 1}


def test_the_called_process_can_be_chosen_by_an_expression(stage: Stage) -> None:
    stage.deploy(CHILD)
    play = stage.play(calling(process_id='="ch" + rest'), rest="ild")
    assert child_of(play).waiting == ["inside"]


def test_the_request_tells_which_version_is_meant(stage: Stage) -> None:
    stage.deploy(CHILD)
    play = stage.play(calling(bindingType="versionTag", versionTag="v2"))
    (request,) = play.outcomes[0].calls
    assert (request.process_id, str(request.binding), request.version_tag) == ("child", "versionTag", "v2")


def test_a_process_that_is_not_there_is_an_incident_until_it_is(stage: Stage) -> None:
    play = stage.play(calling())
    assert play.errors == [("a", "CALLED_ELEMENT_ERROR")]
    stage.deploy(CHILD)
    play.retry()
    child_of(play).complete("inside")
    assert play.waiting == ["after"]


def test_an_error_of_the_called_process_is_caught_at_the_call(stage: Stage) -> None:
    stage.deploy(process(end("ex", error("bad")), flows="s -> inside -> ex", ident="child"))
    play = stage.play(process(call("a", "child"), boundary("b", "a", error("bad")), flows="s -> a -> e; b -> repair"))
    child_of(play).complete("inside")
    assert play.waiting == ["repair"]
    assert [child.ended for child in stage.plays[1:]] == [Ended.TERMINATED]


def test_an_error_goes_up_through_several_calls(stage: Stage) -> None:
    stage.deploy(process(job("inside"), flows="s -> inside -> e", ident="child"))
    stage.deploy(process(call("middle", "child"), flows="s -> middle -> e", ident="parent"))
    play = stage.play(process(call("a", "parent"), boundary("b", "a", error("bad")), flows="s -> a -> e; b -> repair"))
    child_of(child_of(play)).fail("inside", "bad")
    assert play.waiting == ["repair"]
    assert all(child.ended is Ended.TERMINATED for child in stage.plays[1:])


def test_an_error_nobody_catches_is_an_incident_of_the_called_process(stage: Stage) -> None:
    stage.deploy(process(job("inside"), flows="s -> inside -> e", ident="child"))
    play = stage.play(calling())
    child = child_of(play).fail("inside", "bad")
    assert child.errors == [("inside", "UNHANDLED_ERROR_EVENT")]
    assert play.errors == []
    assert play.ended is None


def test_an_escalation_of_the_called_process_is_caught_at_the_call_and_both_go_on(stage: Stage) -> None:
    stage.deploy(process(throw("t", escalation("late")), flows="s -> t -> inside -> e", ident="child"))
    drawn = process(
        call("a", "child"),
        boundary("b", "a", escalation("late"), interrupting=False),
        flows="s -> a -> after -> e; b -> told",
    )
    play = stage.play(drawn)
    assert play.waiting == ["told"]
    child_of(play).complete("inside")
    assert play.waiting == ["after", "told"]


def test_cancelling_ends_the_called_process_too(stage: Stage) -> None:
    stage.deploy(CHILD)
    play = stage.play(calling())
    child = child_of(play)
    play.command(lambda instance: instance.cancel())
    assert child.ended is Ended.TERMINATED


def test_processes_can_call_themselves(stage: Stage) -> None:
    down = process(
        exclusive("x"), call("a", "p", inputs(n="=n - 1")), flows="s -> x; x -[=n > 0]-> a -> e; x -/-> last -> e1"
    )
    stage.play(down, n=3)
    assert len(stage.plays) == 4
    stage.plays[-1].complete("last")
    assert all(play.done for play in stage.plays)
