"""What is stored of an instance."""

from decimal import Decimal

import orjson
import pytest

from app.engine import Instance, StateUnreadableError
from tests.conformance.drawing import exclusive, inputs, job, parallel, process, sub
from tests.conformance.playing import Stage


def test_variables_with_any_name_and_exact_numbers_survive(stage: Stage) -> None:
    given = {"typename": "x", "$ref": {"__class__": 1}, "amount": Decimal("10.10"), "审": [None, True, 2**70]}
    play = stage.play(process(flows="s -> a -> e"), **given)
    assert play.instance().get_variables() == given
    assert play.complete("a", done=True).variables == {**given, "done": True}


def test_an_untouched_variable_is_carried_on_without_reading_it(stage: Stage) -> None:
    play = stage.play(process(flows="s -> a -> b -> e"), n=Decimal("1.50"))
    assert b'"1.50"' in (play.complete("a").outcomes[-1].state or b"")


def test_only_what_lives_is_stored(stage: Stage) -> None:
    play = stage.play(process(parallel("g"), flows="s -> g -> a -> b -> e; g -> c -> e"))
    state = orjson.loads(play.complete("a").outcomes[-1].state or b"")
    assert sorted(token[1] for token in state["tokens"]) == ["b", "c", "p"]


def test_a_state_is_the_same_after_being_loaded_and_saved(stage: Stage) -> None:
    inner = sub("sp", job("x", inputs(local="=n")), flows="s1 -> x -> e1")
    play = stage.play(process(parallel("g"), inner, flows="s -> g -> sp -> e; g -> b -> e"), n=1)
    state = play.outcomes[-1].state
    assert state is not None
    assert Instance.load(play.definition, state, stage.ports).rest().state == state


@pytest.mark.parametrize(
    "state", [b"", b"[]", b"{}", b'{"v":99,"tokens":[]}', b'{"v":1,"tokens":[[1,"gone",null,4,32,{},{},[]]]}']
)
def test_a_state_from_elsewhere_is_refused(stage: Stage, state: bytes) -> None:
    definition = stage.deploy(process(flows="s -> a -> e"))
    with pytest.raises(StateUnreadableError, match="Expected"):
        Instance.load(definition, state, stage.ports)


def test_a_path_of_three_thousand_tasks_neither_stalls_nor_grows(stage: Stage) -> None:
    play = stage.play(process(exclusive("x"), flows="s -> a -> x; x -[=n < 3000]-> a; x -/-> e"), n=0)
    sizes = set()
    for turn in range(1000, 3000):
        play.complete("a", n=turn)
        sizes.add(len(play.outcomes[-1].state or b""))
    assert max(sizes) - min(sizes) < 20
    assert play.complete("a", n=3000).done
