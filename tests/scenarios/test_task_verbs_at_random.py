"""Processes drawn at random, worked, returned, resumed and withdrawn at random: none stands still or doubles a step."""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest

from app.errors import ConflictError
from app.services.complete_user_task import complete_user_task
from app.services.read_task_actions import read_task_actions
from app.services.return_task import return_task
from app.services.withdraw_completion import withdraw_completion
from app.storage.instances import ProcessInstanceRow
from app.storage.user_tasks import UserTaskRow
from tests.conformance.drawing import (
    Node,
    each,
    end,
    exclusive,
    inclusive,
    parallel,
    process,
    start,
    sub,
    user_task,
)
from tests.desk import BOSS, Desk

SPLITS = {"and": parallel, "or": inclusive, "xor": exclusive}
SHAPES = ("task", "task", "row", "and", "or", "xor", "loop", "sub", "round")
ACTS = 30


@dataclass
class Drawing:
    """A process of nested blocks; `block` adds one and returns its first and its last element."""

    random: Random
    elements: list[Node] = field(default_factory=list)
    flows: list[str] = field(default_factory=list)

    def name(self, letter: str) -> str:
        return f"{letter}_{len(self.elements)}_{self.random.randrange(10**6)}"

    def task(self, letter: str = "t", loop: Node | None = None) -> tuple[str, str]:
        name = self.name(letter)
        self.elements.append(user_task(name, loop=loop))
        return name, name

    def row(self, *blocks: tuple[str, str]) -> tuple[str, str]:
        self.flows += [f"{one[1]} -> {two[0]}" for one, two in pairwise(blocks)]
        return blocks[0][0], blocks[-1][1]

    def block(self, depth: int = 0) -> tuple[str, str]:
        shape = self.random.choice(SHAPES) if depth < 3 else "task"
        if shape == "row":
            return self.row(self.block(depth + 1), self.block(depth + 1))
        if shape in SPLITS:
            return self.split(shape, depth)
        if shape == "loop":
            return self.loop(depth)
        if shape == "sub":
            name = self.name("p")
            inside = (start(f"{name}s"), user_task(f"{name}a"), user_task(f"{name}b"), end(f"{name}e"))
            self.elements.append(sub(name, *inside, flows=f"{name}s -> {name}a -> {name}b -> {name}e"))
            return name, name
        return self.task("r", each("=[1,2]")) if shape == "round" else self.task()

    def split(self, shape: str, depth: int) -> tuple[str, str]:
        fork, join = self.name("f"), self.name("j")
        self.elements += [SPLITS[shape](fork), SPLITS[shape](join)]
        for number in range(self.random.randint(2, 3)):
            first, last = self.block(depth + 1)
            taken = number == 0 or (shape == "or" and self.random.random() < 0.6)
            arrow = "->" if shape == "and" else f"-[={str(taken).lower()}]->"
            self.flows += [f"{fork} {arrow} {first}", f"{last} -> {join}"]
        return fork, join

    def loop(self, depth: int) -> tuple[str, str]:
        merge, choice = self.name("m"), self.name("x")
        self.elements += [exclusive(merge), exclusive(choice)]
        first, last = self.block(depth + 1)
        after, _ = self.task()
        back = f"{choice} -[=again]-> {merge}; {choice} -/-> {after}"
        self.flows.append(f"{merge} -> {first}; {last} -> {choice}; {back}")
        return merge, after

    def draw(self) -> Node:
        first, last = self.row(self.task(), self.block(), self.block(), self.task())
        return process(*self.elements, flows="; ".join([*self.flows, f"s -> {first}", f"{last} -> e"]))


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_returned_or_withdrawn_each_step_is_open_once_and_the_process_ends(desk: Desk, seed: int) -> None:
    random = Random(seed)
    desk.deploy(Drawing(random).draw())
    desk.start(again=True)
    for act in range(400):
        tasks = desk.open_tasks()
        single = [row.element_id for row in tasks if not row.element_id.startswith("r")]
        assert len(single) == len(set(single)), single
        if not tasks:
            break
        desk.clock.move(timedelta(seconds=1))
        task = random.choice(tasks).key
        if act > ACTS or not (send_back(desk, random, task) or take_back(desk, random)):
            desk.perform(complete_user_task, BOSS, task, {"again": act < ACTS and random.random() < 0.3})
    assert desk.row(ProcessInstanceRow).status == "COMPLETED"


def send_back(desk: Desk, random: Random, task: int) -> bool:
    steps = desk.perform(read_task_actions, BOSS, task).steps if random.random() < 0.3 else []
    if not steps:
        return False
    step = random.choice(steps)
    resume = step.why_no_resume is None and random.random() < 0.5
    desk.perform(return_task, BOSS, task, reason="no", step_key=step.key, resume=resume, confirmed=True)
    return True


def take_back(desk: Desk, random: Random) -> bool:
    done = desk.rows(UserTaskRow, state="COMPLETED")[-3:]
    if not done or random.random() < 0.8:
        return False
    try:
        desk.perform(withdraw_completion, BOSS, random.choice(done).key)
    except ConflictError:
        return False
    return True
