"""Modifying a running instance: activating, moving and terminating elements; starting elsewhere."""

import pytest

from app.engine import Activate, ModificationRefusedError, Move, Terminate, VariableInstruction
from app.engine.kinds import Ended
from tests.conformance.drawing import boundary, exclusive, inputs, parallel, process, sub, timer
from tests.conformance.playing import Stage


def test_an_element_can_be_activated_beside_what_runs(stage: Stage) -> None:
    play = stage.play(process(flows="s -> a -> b -> e"))
    play.modify(activate=[Activate("b")])
    assert play.waiting == ["a", "b"]
    assert play.complete("b").complete("a").complete("b").done


def test_activating_inside_a_sub_process_makes_the_sub_process(stage: Stage) -> None:
    inner = sub("sp", flows="s1 -> x -> e1", ext=[inputs(local="=n")])
    play = stage.play(process(inner, flows="s -> a -> sp -> e"), n=4)
    play.modify(activate=[Activate("x")], terminate=[Terminate(element_id="a")])
    assert play.waiting == ["x"]
    assert play.complete("x").done


def test_activating_inside_a_running_sub_process_uses_it(stage: Stage) -> None:
    play = stage.play(process(sub("sp", flows="s1 -> x -> y -> e1"), flows="s -> sp -> after"))
    play.modify(activate=[Activate("y")])
    assert play.waiting == ["x", "y"]
    assert play.entered.count("sp") == 1


def test_an_element_can_be_terminated(stage: Stage) -> None:
    play = stage.play(process(parallel("g"), flows="s -> g -> a -> e; g -> b -> e1"))
    key = play.key_of("a")
    play.modify(terminate=[Terminate(key=key)])
    assert play.waiting == ["b"]
    assert play.complete("b").done


def test_a_token_can_be_moved_back(stage: Stage) -> None:
    play = stage.play(process(flows="s -> a -> b -> e")).complete("a")
    play.modify(move=[Move(target_id="a", source_id="b")])
    assert play.waiting == ["a"]
    assert play.terminated == ["b"]
    assert play.complete("a").complete("b").done


def test_variables_can_be_set_while_modifying(stage: Stage) -> None:
    play = stage.play(process(flows="s -> a -> b -> e"))
    given = Activate("b", variables=[VariableInstruction({"n": 1}), VariableInstruction({"local": 2}, scope_id="b")])
    play.modify(activate=[given])
    assert play.variables == {"n": 1}
    assert play.sees("b") == {"n": 1, "local": 2}


def test_an_unknown_element_is_refused_and_nothing_changes(stage: Stage) -> None:
    play = stage.play(process(flows="s -> a -> e"))
    with pytest.raises(ModificationRefusedError, match="nowhere"):
        play.instance().modify(activate=[Activate("nowhere")], terminate=[Terminate(element_id="a")])
    assert play.complete("a").done


@pytest.mark.parametrize("target", ["s", "t"])
def test_elements_that_only_events_reach_are_not_activated(stage: Stage, target: str) -> None:
    play = stage.play(process(boundary("t", "a", timer("PT1H")), flows="s -> a -> e; t -> b"))
    with pytest.raises(ModificationRefusedError):
        play.instance().modify(activate=[Activate(target)])


def test_terminating_everything_ends_the_instance(stage: Stage) -> None:
    play = stage.play(process(flows="s -> a -> e"))
    play.modify(terminate=[Terminate(element_id="a")])
    assert play.ended is Ended.TERMINATED


def test_an_instance_can_start_at_chosen_elements(stage: Stage) -> None:
    definition = stage.deploy(process(sub("sp", flows="s1 -> x -> e1"), flows="s -> a -> sp -> b -> e"))
    play = stage.begin(definition, {"n": 1}, start_instructions=[Activate("b"), Activate("x")])
    assert play.waiting == ["b", "x"]
    assert play.complete("x").complete("b").complete("b").done


def test_an_instance_can_be_told_to_end_after_an_element(stage: Stage) -> None:
    definition = stage.deploy(process(flows="s -> a -> b -> e"))
    play = stage.begin(definition, {}, terminate_after=["a"]).complete("a")
    assert play.ended is Ended.TERMINATED


def test_an_incident_can_be_passed_by_moving_on(stage: Stage) -> None:
    play = stage.play(process(exclusive("x"), flows="s -> x; x -[=n > 1]-> a -> e; x -[=n > 2]-> b"))
    play.modify(move=[Move(target_id="a", source_id="x")])
    assert play.errors == []
    assert play.complete("a").done
