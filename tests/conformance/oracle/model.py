"""Draws a process of blocks as BPMN."""

from __future__ import annotations

from tests.conformance import drawing
from tests.conformance.drawing import Node
from tests.conformance.oracle.blocks import Block, Fork, Guard, Inner, Loop, Many, Note, Sequence, Work, local_names


def draw_process(block: Sequence) -> Node:
    """The process whose flow is `block`."""
    scope = _Scope()
    _, last = scope.add(block, "s")
    return drawing.process(*scope.elements, flows="; ".join([*scope.flows, f"{last} -> e"]))


class _Scope:
    def __init__(self) -> None:
        self.elements: list[Node] = []
        self.flows: list[str] = []

    def add(self, block: Block, before: str, arrow: str = "->") -> tuple[str, str]:
        """Draw a block behind the element `before`; the pair of its first and last element (both `before` if empty)."""
        match block:
            case Work(name):
                self._connect(drawing.user_task(name), before, arrow)
                return name, name
            case Note(name):
                both = drawing.outputs(log=f'=append(log, "{name}")', count="=count + 1")
                self._connect(drawing.activity("task", name, ext=[both]), before, arrow)
                return name, name
            case Sequence(parts):
                return self._add_parts(parts, before, arrow)
            case Fork():
                return self._add_fork(block, before, arrow)
            case Loop():
                return self._add_loop(block, before, arrow)
            case Inner(name, body, amount):
                ext = drawing.mapped({f"x_{name}": f"={amount}"}, {"total": f"=total + x_{name}"})
                self._connect(_sub(name, body, ext), before, arrow)
                return name, name
            case Many():
                self._connect(_many(block), before, arrow)
                return block.name, block.name
            case Guard():
                return self._add_guard(block, before, arrow)

    def _add_guard(self, guard: Guard, before: str, arrow: str) -> tuple[str, str]:
        event, merge = f"{guard.name}_event", f"{guard.name}_merge"
        self._connect(_sub(guard.name, guard.body), before, arrow)
        self.elements.append(drawing.boundary(event, guard.name, drawing.message(f"m_{guard.name}", "=1")))
        self._connect(drawing.exclusive(merge), guard.name, "->")
        _, last = self.add(guard.instead, event)
        self.flows.append(f"{last} -> {merge}")
        return guard.name, merge

    def _connect(self, element: Node, before: str, arrow: str) -> None:
        self.elements.append(element)
        self.flows.append(f"{before} {arrow} {element.get('id')}")

    def _add_parts(self, parts: tuple[Block, ...], before: str, arrow: str) -> tuple[str, str]:
        first = last = before
        for part in parts:
            begun, last = self.add(part, last, arrow)
            arrow = "->"
            first = begun if first == before else first
        return first, last

    def _add_fork(self, fork: Fork, before: str, arrow: str) -> tuple[str, str]:
        split, join = fork.name, f"{fork.name}_join"
        self._connect(drawing.gate(fork.kind, split), before, arrow)
        self.elements.append(drawing.gate(fork.kind, join))
        for n, way in enumerate(fork.ways):
            is_last = n == len(fork.ways) - 1
            condition = f"=modulo(floor({fork.deciding} / {2**n}), 2) = 1"
            way_in = "->" if fork.kind == "parallel" else "-/->" if is_last else f"-[{condition}]->"
            first, last = self.add(way, split, way_in)
            self.flows.append(f"{last} {way_in if first == split else '->'} {join}")
        return split, join

    def _add_loop(self, loop: Loop, before: str, arrow: str) -> tuple[str, str]:
        begin, merge, count, test = (f"{loop.name}_{part}" for part in ("begin", "merge", "count", "test"))
        counter = f"n_{loop.name}"
        self._connect(drawing.script(begin, "=0", counter), before, arrow)
        self._connect(drawing.exclusive(merge), begin, "->")
        _, last = self.add(loop.body, merge)
        self._connect(drawing.script(count, f"={counter} + 1", counter), last, "->")
        self._connect(drawing.exclusive(test), count, "->")
        after = f"{loop.name}_after"
        self.flows.append(f"{test} -[={counter} < {loop.times}]-> {merge}")
        self._connect(drawing.throw(after), test, "-/->")
        return begin, after


def _sub(name: str, body: Block, ext: Node | None = None, loop: Node | None = None) -> Node:
    scope = _Scope()
    begin, finish = f"{name}_s", f"{name}_e"
    _, last = scope.add(body, begin)
    ends = (drawing.start(begin), drawing.end(finish))
    flows = "; ".join([*scope.flows, f"{last} -> {finish}"])
    return drawing.sub(name, *ends, *scope.elements, flows=flows, ext=[ext] if ext is not None else [], loop=loop)


def _many(many: Many) -> Node:
    names = sorted(local_names(many.body))
    items = "[" + ", ".join(str(n) for n in range(many.size)) + "]"
    element = f"=item_{many.name} * 10 + sum([0{''.join(', ' + name for name in names)}])"
    loop = drawing.each(
        f"={items}", f"item_{many.name}", sequential=many.sequential, collect=f"r_{many.name}", element=element
    )
    return _sub(many.name, many.body, drawing.inputs(**dict.fromkeys(names, "=0")), loop)
