"""Decision tables per second of CPU time, beside zen-engine (Rust) on the same tables in the same process.

`python -m benchmarks.dmn [--seconds 1.0]`. COLLECT tables, so every rule is tried: numeric comparisons and ranges,
lists of strings, not(…), booleans, 15 % dashes. Every result of both engines is checked against a plain-Python oracle
first. zen-engine compiles from its static loader; ours is `model.evaluate` as a caller has it. "computed" is the same
table with outputs that are calculated, so that it goes the long way; "traced" asks for the record of every rule too.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

import zen

from app.clock import SystemClock
from app.dmn import Model, load

WORDS = ["retail", "private", "corporate", "branch", "phone", "web", "post", "press", "court", "regulator"]
KINDS = ["number", "string", "number", "boolean"]
Test = tuple[str, str, Callable[[Any], bool]]
"""A cell for us, for zen-engine, and as a plain function."""


def make_cell(kind: str, chance: random.Random) -> Test:
    if chance.random() < 0.15:
        return "-", "", lambda _value: True
    if kind == "boolean":
        wanted = chance.random() < 0.5
        text = "true" if wanted else "false"
        return text, text, lambda value: value is wanted
    if kind == "string":
        words = chance.sample(WORDS, chance.randint(1, 4))
        listed = ", ".join(f'"{word}"' for word in words)
        if chance.random() < 0.3:
            return f"not({listed})", f"$ not in [{listed}]", lambda value: value not in words
        return listed, listed, lambda value: value in words
    low, high = sorted(chance.sample(range(1000), 2))
    form = chance.randrange(4)
    if form == 0:
        return f">= {low}", f">= {low}", lambda value: value >= low
    if form == 1:
        return f"< {high}", f"< {high}", lambda value: value < high
    if form == 2:
        return f"[{low}..{high}]", f"[{low}..{high}]", lambda value: low <= value <= high
    return f"]{low}..{high}[", f"({low}..{high})", lambda value: low < value < high


class Table:
    """One random table in all three forms."""

    def __init__(self, inputs: int, rules: int, seed: int) -> None:
        chance = random.Random(seed)
        self.kinds = [KINDS[number % len(KINDS)] for number in range(inputs)]
        self.rules = [[make_cell(kind, chance) for kind in self.kinds] for _ in range(rules)]
        self.contexts = [{f"in{n}": self._value(kind, chance) for n, kind in enumerate(self.kinds)} for _ in range(64)]

    @staticmethod
    def _value(kind: str, chance: random.Random) -> Any:
        if kind == "number":
            return chance.randrange(1000)
        return chance.choice(WORDS) if kind == "string" else chance.random() < 0.5

    def oracle(self, context: dict[str, Any]) -> list[int]:
        """Return the numbers of the rules that match, worked out in plain Python."""
        return [
            number
            for number, rule in enumerate(self.rules)
            if all(test[2](context[f"in{at}"]) for at, test in enumerate(rule))
        ]

    def dmn(self, output: str = "{}") -> str:
        """Return the table as DMN; `output` is what a rule gives, with its number."""
        columns = "".join(
            f'<input id="i{n}"><inputExpression typeRef="{kind}"><text>in{n}</text></inputExpression></input>'
            for n, kind in enumerate(self.kinds)
        )
        rules = "".join(
            "<rule>"
            + "".join(f"<inputEntry><text>{escape(test[0])}</text></inputEntry>" for test in rule)
            + f"<outputEntry><text>{output.format(number)}</text></outputEntry></rule>"
            for number, rule in enumerate(self.rules)
        )
        return (
            '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="benchmark" namespace="benchmark">'
            f'<decision id="d" name="d"><decisionTable hitPolicy="COLLECT">{columns}<output name="out"/>{rules}'
            "</decisionTable></decision></definitions>"
        )

    def zen(self) -> dict[str, Any]:
        """Return the table as a zen-engine decision."""
        rules = [
            {"_id": f"r{number}", "out": str(number)} | {f"i{at}": test[1] for at, test in enumerate(rule)}
            for number, rule in enumerate(self.rules)
        ]
        table = {
            "hitPolicy": "collect",
            "inputs": [{"id": f"i{n}", "name": f"in{n}", "field": f"in{n}"} for n in range(len(self.kinds))],
            "outputs": [{"id": "out", "name": "out", "field": "out"}],
            "rules": rules,
        }
        return {
            "nodes": [
                {"id": "in", "type": "inputNode", "name": "in"},
                {"id": "t", "type": "decisionTableNode", "name": "t", "content": table},
                {"id": "out", "type": "outputNode", "name": "out"},
            ],
            "edges": [
                {"id": "e1", "sourceId": "in", "targetId": "t", "type": "edge"},
                {"id": "e2", "sourceId": "t", "targetId": "out", "type": "edge"},
            ],
        }


def rate(call: Callable[[dict[str, Any]], Any], contexts: list[dict[str, Any]], seconds: float) -> float:
    """Evaluations per second of CPU time, the best of four windows."""
    best = 0.0
    for _ in range(4):
        count, start = 0, time.process_time()
        while (spent := time.process_time() - start) < seconds / 4:
            for context in contexts:
                call(context)
            count += len(contexts)
        best = max(best, count / spent)
    return best


def check(table: Table, ours: Callable[[dict[str, Any]], Any], theirs: Callable[[dict[str, Any]], Any]) -> None:
    for context in table.contexts:
        expected = table.oracle(context)
        answer = ours(context) or []
        if [int(value) for value in answer] != expected:
            sys.exit(f"Expected {expected}, but ours gave {answer} for {context}")
        other = [row["out"] for row in theirs(context)]
        if other != expected:
            sys.exit(f"Expected {expected}, but zen-engine gave {other} for {context}")


def compile_seconds(source: str) -> tuple[Model, float]:
    times = []
    for _ in range(5):
        start = time.process_time()
        model = load(source)
        times.append(time.process_time() - start)
    return model, min(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.0, help="CPU seconds an engine and table")
    seconds = parser.parse_args().seconds
    clock = SystemClock()
    print(
        f"{'table':>9} {'ours/s':>10} {'computed/s':>11} {'traced/s':>10} {'zen/s':>10} {'ours:zen':>9} {'compile':>9}"
    )
    for inputs, rules in ((3, 20), (10, 100)):
        table = Table(inputs, rules, seed=inputs)
        model, compiling = compile_seconds(table.dmn())
        engine = zen.ZenEngine({"loader": {"type": "static", "content": {"t": table.zen()}}})
        calculating = load(table.dmn("0 + {}"))

        def ours(context: dict[str, Any], model: Model = model) -> Any:
            return model.evaluate("d", context, clock=clock).value

        def traced(context: dict[str, Any], model: Model = model) -> Any:
            return model.evaluate("d", context, clock=clock, trace=True).value

        def theirs(context: dict[str, Any], engine: zen.ZenEngine = engine) -> Any:
            return engine.evaluate("t", context)["result"]

        def computed(context: dict[str, Any], model: Model = calculating) -> Any:
            return model.evaluate("d", context, clock=clock).value

        for each in (ours, traced, computed):
            check(table, each, theirs)
        quick = rate(ours, table.contexts, seconds)
        slow = rate(traced, table.contexts, seconds)
        other = rate(theirs, table.contexts, seconds)
        long = rate(computed, table.contexts, seconds)
        print(
            f"{f'{inputs} x {rules}':>9} {quick:>10,.0f} {long:>11,.0f} {slow:>10,.0f} {other:>10,.0f} "
            f"{quick / other:>8.1f}x {compiling * 1000:>6.1f} ms"
        )


if __name__ == "__main__":
    main()
