"""The blocks a random process is made of, and their generator.

Whatever runs at the same time writes only what commutes (counts, and lists compared without order), and conditions read
only what their own branch has written, so that any fair order of automatic steps gives the same result.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random


@dataclass(frozen=True)
class Work:
    """A user task; completing it writes `d_<name>` (what a later choice reads) and the shared `last`."""

    name: str


@dataclass(frozen=True)
class Note:
    """A script that adds its name to the shared list and one to the shared count."""

    name: str


@dataclass(frozen=True)
class Sequence:
    """Blocks one after the other; none is an empty way."""

    parts: tuple[Block, ...]


@dataclass(frozen=True)
class Fork:
    """Ways between two gateways: `kind` parallel, exclusive or inclusive.

    Way n of a choice is open when `deciding` (a variable holding 0 to 7) has bit n set; the last way is the default.
    """

    name: str
    kind: str
    ways: tuple[Block, ...]
    deciding: str = ""


@dataclass(frozen=True)
class Loop:
    """A body that runs `times` times, counted in `n_<name>`."""

    name: str
    body: Block
    times: int


@dataclass(frozen=True)
class Inner:
    """A sub-process with a local variable that its body's end adds to the shared total."""

    name: str
    body: Block
    amount: int


@dataclass(frozen=True)
class Many:
    """A multi-instance sub-process over `size` items, all its variables local, collecting one result an item."""

    name: str
    body: Block
    size: int
    sequential: bool


@dataclass(frozen=True)
class Guard:
    """A sub-process that a message can interrupt while it runs; then `instead` runs, and both ways meet again."""

    name: str
    body: Block
    instead: Block


Block = Work | Note | Sequence | Fork | Loop | Inner | Many | Guard


@dataclass
class Generator:
    """Grows a random block; `inputs` are the variables the process starts with."""

    random: Random
    inputs: dict[str, int] = field(default_factory=dict)
    _count: int = 0

    def process(self, size: int = 12, depth: int = 4) -> Sequence:
        """Return a random process of about `size` leaves."""
        return self._sequence(size, depth)

    def _name(self, letter: str) -> str:
        self._count += 1
        return f"{letter}{self._count}"

    def _sequence(self, size: int, depth: int) -> Sequence:
        parts: list[Block] = []
        while size > 0:
            share = self.random.randint(1, size)
            parts.append(self._block(share, depth, parts))
            size -= share
        return Sequence(tuple(parts))

    def _block(self, size: int, depth: int, before: list[Block]) -> Block:
        if depth == 0 or size == 1:
            return Work(self._name("t")) if self.random.random() < 0.6 else Note(self._name("w"))
        grow = self.random.choice(
            (self._fork, self._fork, self._fork, self._loop, self._inner, self._many, self._guard)
        )
        return grow(size, depth - 1, before)

    def _fork(self, size: int, depth: int, before: list[Block]) -> Fork:
        count = self.random.randint(2, 3)
        ways = tuple(
            Sequence(()) if self.random.random() < 0.15 else self._sequence(max(1, size // count), depth)
            for _ in range(count)
        )
        kind = self.random.choice(("parallel", "exclusive", "inclusive"))
        return Fork(self._name("g"), kind, ways, "" if kind == "parallel" else self._deciding(before))

    def _deciding(self, before: list[Block]) -> str:
        if before and isinstance(before[-1], Work):
            return f"d_{before[-1].name}"
        name = self._name("i")
        self.inputs[name] = self.random.randint(0, 7)
        return name

    def _loop(self, size: int, depth: int, _before: list[Block]) -> Loop:
        return Loop(self._name("l"), self._sequence(size, depth), self.random.randint(1, 3))

    def _inner(self, size: int, depth: int, _before: list[Block]) -> Inner:
        return Inner(self._name("p"), self._sequence(size, depth), self.random.randint(1, 9))

    def _guard(self, size: int, depth: int, _before: list[Block]) -> Guard:
        return Guard(self._name("k"), self._sequence(size, depth), self._sequence(max(1, size // 3), depth))

    def _many(self, size: int, depth: int, _before: list[Block]) -> Many:
        sequential = self.random.random() < 0.4
        return Many(self._name("m"), self._sequence(size, depth), self.random.randint(0, 3), sequential)


def local_names(block: Block) -> Iterator[str]:
    """Every variable that the block's own branch writes, which a multi-instance body has to keep to itself."""
    match block:
        case Work(name):
            yield f"d_{name}"
        case Sequence(parts):
            for part in parts:
                yield from local_names(part)
        case Fork(ways=ways):
            for way in ways:
                yield from local_names(way)
        case Loop(name, body):
            yield f"n_{name}"
            yield from local_names(body)
        case Inner(body=body):
            yield from local_names(body)
        case Guard(body=body, instead=instead):
            yield from local_names(body)
            yield from local_names(instead)
        case Note() | Many():
            return
