"""Events with several triggers, and elements that start a process in other ways (BPMN 10.5)."""

from tests.conformance.drawing import (
    activity,
    boundary,
    catch,
    end,
    escalation,
    event_sub,
    gate,
    message,
    process,
    receive,
    signal,
    start,
    sub,
    throw,
    timer,
    zeebe,
)
from tests.conformance.playing import Stage


def test_a_start_event_with_several_triggers_is_a_start_for_each(stage: Stage) -> None:
    drawn = process(start("s", message("order"), signal("go")), flows="s -> a -> e")
    definition = stage.deploy(drawn)
    assert [row.element_id for row in definition.starts] == ["s", "s"]
    assert stage.begin(definition, {}, start_element="s").waiting == ["a"]


def test_an_end_event_with_several_triggers_throws_all(stage: Stage) -> None:
    drawn = process(end("ex", signal("one"), signal("two")), flows="s -> ex")
    assert [row.name for row in stage.play(drawn).outcomes[0].signals_thrown] == ["one", "two"]


def test_a_throw_event_with_several_triggers_throws_all_and_goes_on(stage: Stage) -> None:
    inner = sub("sp", throw("t", signal("one"), escalation("late")), flows="s1 -> t -> b -> e1")
    drawn = process(inner, boundary("x", "sp", escalation("late"), interrupting=False), flows="s -> sp -> e; x -> told")
    play = stage.play(drawn)
    assert play.waiting == ["b", "told"]
    assert [row.name for row in play.outcomes[0].signals_thrown] == ["one"]


def test_a_parallel_multiple_boundary_event_needs_all_of_its_triggers(stage: Stage) -> None:
    both = boundary("b", "a", message("m", "=1"), signal("go"), parallelMultiple=True)
    play = stage.play(process(both, flows="s -> a -> e; b -> told"))
    assert play.signal("go").waiting == ["a"]
    assert play.message("m", "1").waiting == ["told"]


def test_an_event_sub_process_can_have_several_triggers(stage: Stage) -> None:
    drawn = process(
        event_sub("h", start("s1", message("m", "=1"), timer("PT10M")), flows="s1 -> told"), flows="s -> a -> e"
    )
    play = stage.play(drawn)
    stage.advance("PT10M")
    assert play.waiting == ["told"]
    assert play.catching == []


def test_a_receive_task_can_start_a_process(stage: Stage) -> None:
    begins = receive("r", "order", "=1")
    begins.set("instantiate", "true")
    definition = stage.deploy(process(begins, flows="r -> a -> e"))
    assert [row.element_id for row in definition.starts] == ["r"]
    assert stage.begin(definition, {"n": 1}, start_element="r").waiting == ["a"]


def test_an_event_gateway_can_start_a_process(stage: Stage) -> None:
    begins = gate("eventBased", "g", instantiate=True)
    drawn = process(
        begins, catch("m", message("order")), catch("n", signal("go")), flows="g -> m -> a -> e; g -> n -> b -> e"
    )
    definition = stage.deploy(drawn)
    assert sorted(row.element_id for row in definition.starts) == ["m", "n"]
    assert stage.begin(definition, {}, start_element="n").waiting == ["b"]


def test_a_send_task_can_publish_by_itself(stage: Stage) -> None:
    task = activity("sendTask", "a", ext=[zeebe("publishMessage", messageName="told", correlationKey="=k")])
    play = stage.play(process(task, flows="s -> a -> e"), k="A1")
    assert [(row.name, row.correlation_key) for row in play.outcomes[0].messages_thrown] == [("told", "A1")]
    assert play.done
