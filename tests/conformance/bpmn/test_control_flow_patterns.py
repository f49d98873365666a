"""Workflow control-flow patterns 1 to 20 (van der Aalst, ter Hofstede, Kiepuszewski, Barros), by number."""

from app.engine.kinds import Ended
from tests.conformance.drawing import (
    activity,
    boundary,
    catch,
    each,
    event_sub,
    exclusive,
    formula,
    gate,
    inclusive,
    job,
    message,
    parallel,
    process,
    script,
    start,
    sub,
    throw,
    user_task,
    zeebe,
)
from tests.conformance.playing import Stage


def test_01_sequence(stage: Stage) -> None:
    play = stage.play(process(flows="s -> a -> b -> e"))
    assert play.waiting == ["a"]
    assert play.complete("a").waiting == ["b"]
    assert play.complete("b").done


def test_02_parallel_split(stage: Stage) -> None:
    assert stage.play(process(parallel("g"), flows="s -> g -> a; g -> b")).waiting == ["a", "b"]


def test_03_synchronization(stage: Stage) -> None:
    play = stage.play(process(parallel("g"), parallel("j"), flows="s -> g -> a -> j -> c; g -> b -> j"))
    assert play.complete("a").waiting == ["b"]
    assert play.complete("b").waiting == ["c"]


def test_04_exclusive_choice(stage: Stage) -> None:
    drawn = process(exclusive("x"), flows="s -> x; x -[=n > 5]-> a; x -/-> b")
    assert (stage.play(drawn, n=9).waiting, stage.play(drawn, n=1).waiting) == (["a"], ["b"])


def test_05_simple_merge(stage: Stage) -> None:
    drawn = process(exclusive("x"), exclusive("m"), flows="s -> x; x -[=n > 5]-> a -> m -> c -> e; x -/-> b -> m")
    assert stage.play(drawn, n=9).complete("a").complete("c").done
    assert stage.play(drawn, n=1).complete("b").complete("c").done


def test_06_multi_choice(stage: Stage) -> None:
    drawn = process(inclusive("o"), flows="s -> o; o -[=n > 1]-> a; o -[=n > 2]-> b; o -[=n > 3]-> c")
    assert stage.play(drawn, n=3).waiting == ["a", "b"]


def test_07_structured_synchronizing_merge(stage: Stage) -> None:
    flows = "s -> o; o -[=n > 1]-> a -> j; o -[=n > 2]-> b -> j; o -[=n > 3]-> c -> j; j -> d -> e"
    play = stage.play(process(inclusive("o"), inclusive("j"), flows=flows), n=3)
    assert play.complete("b").waiting == ["a"]
    assert play.complete("a").complete("d").done


def test_08_multi_merge(stage: Stage) -> None:
    play = stage.play(process(parallel("g"), exclusive("m"), flows="s -> g -> a -> m -> c -> e; g -> b -> m"))
    play.complete("a").complete("b")
    assert play.waiting == ["c", "c"]


def test_09_structured_discriminator(stage: Stage) -> None:
    join = activity("complexGateway", "j", formula("activationCondition", "=activationCount = 1"))
    play = stage.play(process(parallel("g"), join, flows="s -> g -> a -> j -> c -> e; g -> b -> j"))
    assert play.complete("b").waiting == ["a", "c"]
    assert play.complete("a").waiting == ["c"]


def test_10_arbitrary_cycles(stage: Stage) -> None:
    flows = "s -> m -> a -> x; x -[=way = 1]-> m; x -[=way = 2]-> n -> b -> y; x -/-> e; y -[=way = 3]-> n; y -/-> m"
    play = stage.play(process(exclusive("m"), exclusive("n"), exclusive("x"), exclusive("y"), flows=flows))
    play.complete("a", way=1).complete("a", way=2).complete("b", way=3).complete("b", way=4)
    assert play.complete("a", way=5).done
    assert play.completed.count("a") == 3
    assert play.completed.count("b") == 2


def test_11_implicit_termination(stage: Stage) -> None:
    play = stage.play(process(parallel("g"), flows="s -> g -> a; g -> b"))
    assert play.complete("a").ended is None
    assert play.complete("b").done


def test_12_multiple_instances_without_synchronization(stage: Stage) -> None:
    stage.deploy(process(flows="s -> y -> e", ident="child"))
    drawn = process(
        exclusive("m"),
        exclusive("x"),
        parallel("g"),
        throw("t"),
        flows="s -> m -> g -> a; g -> t -> x; x -[=n < 0]-> m; x -/-> e",
    )
    assert stage.play(drawn, n=0).waiting == ["a"]
    flows = "s -> m -> count -> g -> a -> e; g -> x; x -[=n < 3]-> m; x -/-> e1"
    spawning = process(exclusive("m"), script("count", "=n + 1", "n"), parallel("g"), exclusive("x"), flows=flows)
    play = stage.play(spawning, n=0)
    assert play.waiting == ["a", "a", "a"]


def test_13_multiple_instances_with_a_number_known_when_drawn(stage: Stage) -> None:
    play = stage.play(process(user_task("a", loop=each("=[1, 2, 3]")), flows="s -> a -> b -> e"))
    assert play.waiting == ["a", "a", "a"]
    for _ in range(3):
        play.complete("a")
    assert play.waiting == ["b"]


def test_14_multiple_instances_with_a_number_known_when_reached(stage: Stage) -> None:
    play = stage.play(process(user_task("a", loop=each("=people")), flows="s -> a -> b -> e"), people=["Li", "Wang"])
    assert play.complete("a").complete("a").waiting == ["b"]


def test_15_multiple_instances_with_a_number_known_only_on_the_way(stage: Stage) -> None:
    more = event_sub("es", start("se", message("more", "=1"), interrupting=False), flows="se -> extra")
    play = stage.play(process(sub("sp", more, flows="s1 -> a -> e1"), flows="s -> sp -> b -> e"))
    play.message("more", "1").message("more", "1")
    assert play.waiting == ["a", "extra", "extra"]
    assert play.complete("a").complete("extra").complete("extra").waiting == ["b"]


def test_16_deferred_choice(stage: Stage) -> None:
    drawn = process(
        gate("eventBased", "g"),
        catch("m", message("m", "=1")),
        catch("n", message("n", "=1")),
        flows="s -> g -> m -> a; g -> n -> b",
    )
    assert stage.play(drawn).message("n", "1").waiting == ["b"]


def test_17_interleaved_parallel_routing(stage: Stage) -> None:
    body = sub(
        "h",
        job("a"),
        job("b"),
        tag="adHocSubProcess",
        ordering="Sequential",
        ext=[zeebe("adHoc", activeElementsCollection='=["a", "b"]')],
    )
    play = stage.play(process(body, flows="s -> h -> c -> e"))
    assert len(play.waiting) == 1
    play.complete(play.waiting[0])
    assert len(play.waiting) == 1
    play.complete(play.waiting[0])
    assert play.waiting == ["c"]
    assert {"a", "b"} <= set(play.completed)


def test_18_milestone(stage: Stage) -> None:
    inner = sub(
        "sp",
        event_sub("es", start("se", message("change", "=1"), interrupting=False), flows="se -> changed"),
        flows="s1 -> a -> e1",
    )
    play = stage.play(process(inner, flows="s -> sp -> b -> e")).message("change", "1")
    assert play.waiting == ["a", "changed"]
    play.complete("a").complete("changed")
    assert play.catching == []
    assert play.waiting == ["b"]


def test_19_cancel_activity(stage: Stage) -> None:
    drawn = process(boundary("t", "a", message("withdraw", "=1")), flows="s -> a -> b -> e; t -> c -> e1")
    play = stage.play(drawn).message("withdraw", "1")
    assert play.waiting == ["c"]
    assert play.user_tasks.keys() == {row.key for row in play.user_tasks.values() if row.element_id == "c"}


def test_20_cancel_case(stage: Stage) -> None:
    play = stage.play(process(parallel("g"), sub("sp", flows="s1 -> b -> e1"), flows="s -> g -> a -> e; g -> sp -> e2"))
    play.command(lambda instance: instance.cancel())
    assert play.ended is Ended.TERMINATED
    assert sorted(play.terminated) == ["a", "b", "p", "sp"]
