"""Runs one random process both ways, step by step, and says where they first differ."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.conformance.drawing import draw
from tests.conformance.oracle.blocks import Generator
from tests.conformance.oracle.interpreter import Interpreter, Place
from tests.conformance.oracle.model import draw_process
from tests.conformance.playing import Play, Stage

STEP_LIMIT = 5000


def differs(seed: int) -> str | None:
    """Run the process of `seed` by engine and interpreter; None if they agree at every rest, else the difference.

    The engine's instance is stored, pruned and loaded again after every step.
    """
    random = Random(seed)
    generator = Generator(random)
    block = generator.process(size=random.randint(1, 24), depth=5)
    shared = {"log": [], "count": 0, "total": 0, **generator.inputs}
    truth = Interpreter({**shared, "log": []})
    truth.start(block)
    stage = Stage(restoring=True)
    play = stage.begin(stage.deploy_file(draw(draw_process(block))), shared)
    for step in range(STEP_LIMIT):
        difference = _difference(truth, play)
        if difference:
            return f"seed {seed}, step {step}: {difference}"
        if truth.ended:
            return None
        place = random.choice(sorted(truth.open))
        given = {f"d_{place[0]}": random.randint(0, 7), "last": step}
        truth.complete(place, given)
        key = _open_tasks(play)[place]
        play.command(lambda instance, key=key, given=given: instance.complete_user_task(key, given))
    return f"seed {seed}: not ended after {STEP_LIMIT} steps"


def _difference(truth: Interpreter, play: Play) -> str | None:
    for name, expected, found in (
        ("incidents", [], play.errors),
        ("open tasks", sorted(truth.open), sorted(_open_tasks(play))),
        ("ended", truth.ended, play.done),
        ("variables", _comparable(truth.variables), _comparable(play.variables)),
    ):
        if expected != found:
            return f"{name} should be {expected}, but are {found}"
    return None


def _open_tasks(play: Play) -> dict[Place, int]:
    found: dict[Place, int] = {}
    for task in play.user_tasks.values():
        seen = play.instance().get_variables(task.element_key)
        items = [(name, value) for name, value in seen.items() if name.startswith("item_")]
        found[task.element_id, _outer_first(play, task.element_id, items)] = task.key
    assert len(found) == len(play.user_tasks), "two open tasks are about the same"
    return found


def _outer_first(play: Play, element_id: str, items: list[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    order, element = [], play.definition.elements[element_id]
    while element.parent:
        element = play.definition.elements[element.parent]
        order.append(f"item_{element.id}")
    return tuple(sorted(items, key=lambda item: -order.index(item[0])))


def _comparable(variables: dict[str, Any]) -> dict[str, Any]:
    return {name: sorted(value) if name == "log" else value for name, value in variables.items()}
