"""FEEL conditions per second of CPU time, and how fast cells compile.

`python -m benchmarks.feel [--seconds 1.0]`. Each condition's answer is checked first; the best of four windows counts.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

from app.feel import Run, compile_expression, compile_unary_tests, to_feel

CONTEXT: dict[str, Any] = {
    "amount": 250,
    "status": "open",
    "days overdue": 7,
    "customer": {"segment": "VIP", "since": 2019},
    "items": [{"price": 10, "kind": "fee"}, {"price": 25, "kind": "fine"}, {"price": 5, "kind": "fee"}],
}
CONDITIONS: dict[str, tuple[str, Any]] = {
    "typical": ('amount > 100 and status = "open" and days overdue <= 14', True),
    "path": ('customer.segment = "VIP"', True),
    "in": ('amount in [100..500] and status in ("open", "new")', True),
    "call": ("string length(status) + count(items)", 7),
    "filter": ('sum(items[kind = "fee"].price)', 15),
    "loop": ("for item in items return item.price * 2", [20, 50, 10]),
}
CELLS = ["[100..500]", '"A","B","C"', "< 10", 'not("A")', "-", "limit", "? > 3 and ? < 9", 'date("2024-01-01")']


def rate(work: Callable[[], int], seconds: float) -> float:
    best = 0.0
    for _ in range(4):
        done, start = 0, time.process_time()
        while (spent := time.process_time() - start) < seconds / 4:
            done += work()
        best = max(best, done / spent)
    return best


def evaluating(text: str, expected: Any) -> Callable[[], int]:
    expression = compile_expression(text, tuple(CONTEXT))
    context, run, value = to_feel(CONTEXT), Run(), expression.value
    if value(context, run) != to_feel(expected):
        raise SystemExit(f"{text}: expected {expected}, but it is {value(context, run)}")

    def work() -> int:
        run.steps_left = run.limits.steps
        for _ in range(1000):
            value(context, run)
        return 1000

    return work


def compiling() -> int:
    for number in range(25):
        for cell in CELLS:
            compile_unary_tests(cell.replace("100", str(100 + number)), ("limit",))
    return 25 * len(CELLS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.0, help="CPU seconds a line")
    seconds = parser.parse_args().seconds
    for name, (text, expected) in CONDITIONS.items():
        print(f"{name:10} {rate(evaluating(text, expected), seconds):12,.0f} evaluations/s   {text}")
    print(f"{'compile':10} {rate(compiling, seconds):12,.0f} cells/s")


if __name__ == "__main__":
    main()
