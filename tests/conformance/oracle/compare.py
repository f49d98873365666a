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
        _step(random, step, truth, play)
    return f"seed {seed}: not ended after {STEP_LIMIT} steps"


def _step(random: Random, step: int, truth: Interpreter, play: Play) -> None:
    if truth.armed and random.random() < 0.2:
        place = random.choice(sorted(truth.armed))
        key = _armed_guards(play)[place]
        truth.interrupt(place)
        play.command(lambda instance: instance.deliver_message(key, {}))
        return
    place = random.choice(sorted(truth.open))
    key, given = _open_tasks(play)[place], {f"d_{place[0]}": random.randint(0, 7), "last": step}
    truth.complete(place, given)
    play.command(lambda instance: instance.complete_user_task(key, given))


def _difference(truth: Interpreter, play: Play) -> str | None:
    for name, expected, found in (
        ("incidents", [], play.errors),
        ("open tasks", sorted(truth.open), sorted(_open_tasks(play))),
        ("armed guards", sorted(truth.armed), sorted(_armed_guards(play))),
        ("ended", truth.ended, play.done),
        ("variables", _comparable(truth.variables), _comparable(play.variables)),
    ):
        if expected != found:
            return f"{name} should be {expected}, but are {found}"
    return None


def _open_tasks(play: Play) -> dict[Place, int]:
    return _places(play, [(task.element_id, task) for task in play.user_tasks.values()])


def _armed_guards(play: Play) -> dict[Place, int]:
    return _places(play, [(row.element_id.removesuffix("_event"), row) for row in play.subscriptions.values()])


def _places(play: Play, rows: list[tuple[str, Any]]) -> dict[Place, int]:
    found: dict[Place, int] = {}
    for name, row in rows:
        seen = play.instance().get_variables(row.element_key)
        items = [(item, value) for item, value in seen.items() if item.startswith("item_")]
        found[name, _outer_first(play, name, items)] = row.key
    assert len(found) == len(rows), "two of them are about the same"
    return found


def _outer_first(play: Play, element_id: str, items: list[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    order, element = [], play.definition.elements[element_id]
    while element.parent:
        element = play.definition.elements[element.parent]
        order.append(f"item_{element.id}")
    return tuple(sorted(items, key=lambda item: -order.index(item[0])))


def _comparable(variables: dict[str, Any]) -> dict[str, Any]:
    return {name: sorted(value) if name == "log" else value for name, value in variables.items()}
