"""What a process of blocks means, in as few words as possible: the truth the engine is compared with."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.conformance.oracle.blocks import Block, Fork, Guard, Inner, Loop, Many, Note, Sequence, Work, local_names

Done = Callable[[], None]
Place = tuple[str, tuple[tuple[str, int], ...]]


@dataclass
class Scope:
    """Variables, and the scope around them."""

    values: dict[str, Any]
    outer: Scope | None = None
    items: tuple[tuple[str, int], ...] = ()

    def is_inside(self, other: Scope) -> bool:
        """Whether this is `other`, or lies in it."""
        return self is other or (self.outer is not None and self.outer.is_inside(other))

    def owner(self, name: str) -> Scope:
        """The nearest scope that has the variable, else the outermost."""
        if name in self.values or self.outer is None:
            return self
        return self.outer.owner(name)

    def write(self, name: str, value: Any) -> None:
        """Write where the variable lives."""
        self.owner(name).values[name] = value

    def read(self, name: str) -> Any:
        """Read from where the variable lives."""
        return self.owner(name).values.get(name)


@dataclass
class Interpreter:
    """One run: `open` are the tasks waiting, `armed` the guards listening, by name and the items they are about."""

    variables: dict[str, Any]
    open: dict[Place, tuple[Scope, Done]] = field(default_factory=dict)
    armed: dict[Place, tuple[Scope, Done]] = field(default_factory=dict)
    ended: bool = False
    _ready: deque[Done] = field(default_factory=deque)

    def start(self, block: Block) -> None:
        """Run a process to its first rest."""
        self._run(block, Scope(self.variables), self._end)
        self._rest()

    def complete(self, place: Place, given: Mapping[str, Any]) -> None:
        """Complete an open task with variables, and run on to the next rest."""
        scope, done = self.open.pop(place)
        for name, value in given.items():
            scope.write(name, value)
        self._ready.append(done)
        self._rest()

    def interrupt(self, place: Place) -> None:
        """End all that runs under an armed guard, and run what it has instead."""
        inside, instead = self.armed[place]
        self.open = {where: entry for where, entry in self.open.items() if not entry[0].is_inside(inside)}
        self.armed = {where: entry for where, entry in self.armed.items() if not entry[0].is_inside(inside)}
        self._ready.append(instead)
        self._rest()

    def _end(self) -> None:
        self.ended = True

    def _rest(self) -> None:
        while self._ready:
            self._ready.popleft()()

    def _run(self, block: Block, scope: Scope, done: Done) -> None:
        match block:
            case Work(name):
                self.open[name, scope.items] = (scope, done)
            case Note(name):
                scope.write("log", [*scope.read("log"), name])
                scope.write("count", scope.read("count") + 1)
                self._ready.append(done)
            case Sequence(parts):
                self._run_parts(parts, scope, done)
            case Fork():
                ways = self._ways(block, scope)
                joined = _after(len(ways), done)
                for way in ways:
                    self._run(way, scope, joined)
            case Loop(name, body):
                scope.write(f"n_{name}", 0)
                self._run(body, scope, lambda: self._turn(block, scope, done))
            case Inner(name, body, amount):
                inside = Scope({f"x_{name}": amount}, scope, scope.items)
                self._run(body, inside, lambda: self._leave(name, inside, scope, done))
            case Many():
                self._run_many(block, scope, done)
            case Guard(name, body, instead):
                inside, place = Scope({}, scope, scope.items), (name, scope.items)
                self.armed[place] = (inside, lambda: self._run(instead, scope, done))
                self._run(body, inside, lambda: self._disarm(place, done))

    def _run_parts(self, parts: tuple[Block, ...], scope: Scope, done: Done) -> None:
        if parts:
            self._run(parts[0], scope, lambda: self._run_parts(parts[1:], scope, done))
        else:
            self._ready.append(done)

    def _ways(self, fork: Fork, scope: Scope) -> list[Block]:
        if fork.kind == "parallel":
            return list(fork.ways)
        bits = scope.read(fork.deciding)
        open_ways = [way for n, way in enumerate(fork.ways[:-1]) if bits >> n & 1]
        return (open_ways[:1] if fork.kind == "exclusive" else open_ways) or [fork.ways[-1]]

    def _turn(self, loop: Loop, scope: Scope, done: Done) -> None:
        count = scope.read(f"n_{loop.name}") + 1
        scope.write(f"n_{loop.name}", count)
        if count < loop.times:
            self._run(loop.body, scope, lambda: self._turn(loop, scope, done))
        else:
            done()

    def _disarm(self, place: Place, done: Done) -> None:
        del self.armed[place]
        done()

    def _leave(self, name: str, inside: Scope, scope: Scope, done: Done) -> None:
        scope.write("total", scope.read("total") + inside.values[f"x_{name}"])
        done()

    def _run_many(self, many: Many, scope: Scope, done: Done) -> None:
        results: list[Any] = [None] * many.size

        def finish() -> None:
            scope.write(f"r_{many.name}", results)
            done()

        def run_item(index: int, after: Done) -> None:
            names = dict.fromkeys(local_names(many.body), 0)
            inside = Scope({**names, f"item_{many.name}": index}, scope, (*scope.items, (f"item_{many.name}", index)))

            def collect() -> None:
                results[index] = index * 10 + sum(inside.values[name] for name in sorted(names))
                after()

            self._run(many.body, inside, collect)

        def run_from(index: int) -> None:
            if index == many.size:
                finish()
            else:
                run_item(index, lambda: run_from(index + 1))

        if many.sequential:
            run_from(0)
        elif many.size:
            joined = _after(many.size, finish)
            for index in range(many.size):
                run_item(index, joined)
        else:
            finish()


def _after(count: int, done: Done) -> Done:
    left = count

    def one() -> None:
        nonlocal left
        left -= 1
        if not left:
            done()

    return one
