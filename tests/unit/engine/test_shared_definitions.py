"""A definition is read once and shared: nothing an instance does may change it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.engine import Definition
from tests.conformance.drawing import (
    boundary,
    catch,
    compensate,
    each,
    end,
    escalation,
    exclusive,
    inclusive,
    job,
    message,
    parallel,
    process,
    script,
    signal,
    start,
    sub,
    throw,
    timer,
    undone_by,
)
from tests.conformance.playing import Stage


def fingerprint(definition: Definition) -> str:
    """Everything SpiffWorkflow or the engine could have changed."""
    specs: dict[str, Any] = definition.spec.task_specs
    return repr((
        sorted((name, spec._inputs, spec._outputs, sorted(vars(spec))) for name, spec in specs.items()),
        definition.elements, definition.flows, definition.spec.start.name, sorted(vars(definition.spec)),
    ))  # fmt: skip


RICH = process(
    sub("evt", start("es", message("m", "=1"), interrupting=False), flows="es -> w -> ee", triggeredByEvent=True),
    sub("sp", job("x"), boundary("undo", "x", compensate()), job("handler", isForCompensation=True),
        undone_by("undo", "handler"), throw("esc", escalation("up")), loop=each("=[1, 2]"),
        flows="s1 -> x -> esc -> e1"),
    boundary("b", "sp", escalation(), interrupting=False), boundary("t", "sp", timer("R3/PT10M"), interrupting=False),
    parallel("g"), parallel("j"), inclusive("o"), inclusive("oj"), exclusive("q"), script("c", "=n + 1", "n"),
    catch("k", signal("go")), end("ce", compensate()),
    flows="s -> g -> sp -> j; g -> c -> o; o -[=n > 0]-> a -> oj; o -[=n > 1]-> k -> oj; oj -> q;"
          "q -[=n < 3]-> c; q -/-> j -> ce; b -> told -> eb; t -> late -> et",
)  # fmt: skip


def play_through(stage: Stage, definition: Definition) -> None:
    play = stage.begin(definition, {"n": 0})
    play.message("m", "1").message("m", "1")
    stage.advance("PT15M")
    for _ in range(60):
        for element_id in play.waiting[:1]:
            play.complete(element_id)
        if play.ended:
            break
        play.signal("go")
    assert play.done
    assert play.completed.count("handler") == 2


def test_a_definition_is_the_same_after_everything_was_done_with_it(stage: Stage) -> None:
    definition = stage.deploy(RICH)
    before = fingerprint(definition)
    play_through(stage, definition)
    play_through(stage, definition)
    assert fingerprint(definition) == before


def test_a_definitions_maps_cannot_be_written(stage: Stage) -> None:
    definition = stage.deploy(process(flows="s -> a -> e"))
    for frozen in (definition.elements, definition.flows, definition.spec.task_specs, definition.spec.entry):
        with pytest.raises(TypeError):
            frozen["new"] = None
    assert all(isinstance(spec._outputs, tuple) for spec in definition.spec.task_specs.values())


def test_threads_share_a_definition() -> None:
    definition = Stage(restoring=False).deploy(RICH)
    with ThreadPoolExecutor(4) as pool:
        stages = [Stage(restoring=bool(number % 2)) for number in range(8)]
        for done in [pool.submit(play_through, stage, definition) for stage in stages]:
            done.result()
