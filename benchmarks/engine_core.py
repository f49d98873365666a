"""CPU time of the engine alone: load, complete one user task, run to the next rest, save; no database.

Run: `python -m benchmarks.engine_core`. Prints milliseconds of CPU a completion (minimum and median of batches) at 1 KB
and 10 KB of variables, over 3,000 turns of a loop, over 200 tasks, and a start. Judge by the minimum on a busy machine.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from app.clock import PinnedClock
from app.engine import Definition, Instance, Outcome, Ports, read_processes

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0">'
)
TASK = "<bpmn:extensionElements><zeebe:userTask/>{}</bpmn:extensionElements>"
FORM = {f"field_{index}": "x" * 110 for index in range(8)}  # 991 bytes of JSON


class CountingKeys:
    """Keys that grow by one."""

    last = 0

    def next(self) -> int:
        """Return the next one."""
        self.last += 1
        return self.last


def _task(name: str) -> str:
    groups = '<zeebe:assignmentDefinition candidateGroups="desk,lead"/>'
    return f'<bpmn:userTask id="{name}">{TASK.format(groups)}</bpmn:userTask>'


def _flow(source: str, target: str, condition: str = "") -> str:
    inside = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
    ends = f'sourceRef="{source}" targetRef="{target}"'
    return f'<bpmn:sequenceFlow id="{source}_{target}" {ends}>{inside}</bpmn:sequenceFlow>'


def _read(body: str) -> Definition:
    xml = f'{HEAD}<bpmn:process id="p" isExecutable="true">{body}</bpmn:process></bpmn:definitions>'
    return read_processes(xml.encode(), file="benchmark.bpmn")[0]


def loop_process() -> Definition:
    """A user task with a boundary timer, in a loop with an exclusive gateway."""
    timer = (
        '<bpmn:boundaryEvent id="late" attachedToRef="a" cancelActivity="false"><bpmn:timerEventDefinition>'
        "<bpmn:timeDuration>P1D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    )
    body = [
        '<bpmn:startEvent id="s"/>', _task("a"), timer, _task("escalated"), '<bpmn:endEvent id="e"/>',
        '<bpmn:exclusiveGateway id="x" default="x_a"/>', _flow("s", "a"), _flow("a", "x"), _flow("late", "escalated"),
        _flow("x", "a"), _flow("x", "e", "=amount &gt; 100000"),
    ]  # fmt: skip
    return _read("".join(body))


def long_process(count: int) -> Definition:
    """`count` user tasks in a row."""
    names = [f"t{index}" for index in range(count)]
    body = ['<bpmn:startEvent id="s"/>', '<bpmn:endEvent id="e"/>', *(_task(name) for name in names)]
    steps = ["s", *names, "e"]
    body += [_flow(source, target) for source, target in pairwise(steps)]
    return _read("".join(body))


def complete_next(definition: Definition, outcome: Outcome, ports: Ports, turn: int) -> Outcome:
    """One completion, as a service does it."""
    assert outcome.state is not None
    instance = Instance.load(definition, outcome.state, ports)
    instance.complete_user_task(outcome.user_tasks[-1].key, {**FORM, "turn": turn})
    return instance.rest()


def measure(step: Callable[[], None], batches: int, size: int) -> list[float]:
    """CPU milliseconds a step, one figure a batch."""
    figures = []
    for _ in range(batches):
        begun = time.process_time()
        for _ in range(size):
            step()
        figures.append((time.process_time() - begun) * 1000 / size)
    return figures


def main() -> None:
    """Print the figures."""
    ports = Ports(CountingKeys(), PinnedClock(datetime(2026, 1, 5, tzinfo=UTC)), ZoneInfo("Asia/Shanghai"))
    for name, definition, batches, size, extra in (
        ("loop with boundary timer, 1 KB", loop_process(), 30, 100, {}),
        ("loop with boundary timer, 10 KB", loop_process(), 5, 100, {f"more_{n}": FORM for n in range(9)}),
        ("200 tasks in a row, 1 KB", long_process(200), 4, 49, {}),
    ):
        outcome = Instance.start(definition, {"amount": 5, **extra}, ports).rest()
        turn = 0

        def step(definition: Definition = definition) -> None:
            nonlocal outcome, turn
            turn += 1
            outcome = complete_next(definition, outcome, ports, turn)

        figures = measure(step, batches, size)
        size_now = len(outcome.state or b"")
        print(
            f"{name}: min {min(figures):.3f} ms, median {statistics.median(figures):.3f} ms, first batch "
            f"{figures[0]:.3f}, last {figures[-1]:.3f}; state {size_now} bytes after {batches * size}"
        )
    definition = loop_process()
    starts = measure(lambda: void(Instance.start(definition, FORM, ports).rest()), 10, 50)
    print(f"start, 1 KB: min {min(starts):.3f} ms, median {statistics.median(starts):.3f} ms")


def void(_outcome: Outcome) -> None:
    """Drop a result."""


if __name__ == "__main__":
    main()
