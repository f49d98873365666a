"""What happens in which order within one rest, and when a rest is cut off."""

from tests.conformance.drawing import (
    boundary,
    condition,
    each,
    end,
    parallel,
    process,
    script,
    signal,
    start,
    sub,
    throw,
)
from tests.conformance.playing import Stage


def listening(interrupting: bool) -> object:
    begun = start("es", signal("done"), interrupting=interrupting)
    return sub("evt", begun, flows="es -> w -> ee", triggeredByEvent=True)


def test_a_signal_thrown_at_the_very_end_still_reaches_an_event_sub_process(stage: Stage) -> None:
    for interrupting in (True, False):
        play = stage.play(process(listening(interrupting), end("e", signal("done")), flows="s -> a -> e"))
        assert play.complete("a").waiting == ["w"]
        assert play.complete("w").done


def test_a_thrown_signal_reaches_this_instance_once_and_is_told_to_others(stage: Stage) -> None:
    drawn = process(parallel("g"), throw("t", signal("go")), boundary("b", "a", signal("go"), interrupting=False),
                    flows="s -> g; g -> a -> e; g -> u -> t -> e1; b -> told -> e2")  # fmt: skip
    play = stage.play(drawn).complete("u")
    assert play.waiting == ["a", "told"]
    assert [thrown.name for thrown in play.outcomes[-1].signals_thrown] == ["go"]


def test_variables_of_a_completion_do_not_trigger_the_completed_tasks_own_condition(stage: Stage) -> None:
    drawn = process(boundary("b", "a", condition("=x > 10")), flows="s -> a -> e; b -> told -> e1")
    assert stage.play(drawn, x=1).complete("a", x=11).done


def test_several_changes_of_one_completion_trigger_a_condition_once(stage: Stage) -> None:
    drawn = process(parallel("g"), boundary("b", "a", condition("=x > 1 or y > 1"), interrupting=False),
                    flows="s -> g; g -> a -> e; g -> u -> e1; b -> told -> e2")  # fmt: skip
    assert stage.play(drawn, x=0, y=0).complete("u", x=2, y=2).waiting == ["a", "told"]


def test_an_endless_loop_of_automatic_steps_is_cut_off_with_an_incident(stage: Stage) -> None:
    stage = Stage(restoring=stage.restoring, step_limit=50)
    looping = stage.play(process(script("c", "=n + 1", "n"), flows="s -> c -> c"), n=0)
    assert looping.errors == [("c", "UNKNOWN")]
    assert looping.variables == {"n": 50}
    assert looping.retry().variables == {"n": 100}


def test_many_iterations_are_no_endless_loop(stage: Stage) -> None:
    stage = Stage(restoring=stage.restoring, step_limit=50)
    loop = each("=for i in 1..200 return i", collect="results", element="=twice")
    play = stage.play(process(script("c", "=item * 2", "twice", loop=loop), flows="s -> c -> a"))
    assert play.variables["results"] == [2 * item for item in range(1, 201)]
