"""The steps of one scope as a graph: what lies ahead of a step, not counting ways back.

Owns the pure part of a return (退回): whether a step is an earlier one. Knows only ids.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence


class StepGraph:
    """Flow nodes of one scope and the ways between them; ways back (of loops) are left out."""

    def __init__(self, ways: Mapping[str, Sequence[str]]) -> None:
        """`ways`: by node, in drawing order, the nodes that may follow it directly."""
        self._ahead = _without_ways_back(ways)

    def ahead_of(self, node: str, *, stop_at: Collection[str] = ()) -> frozenset[str]:
        """Return every node that can be reached from `node` by going forward, without itself; none beyond `stop_at`."""
        seen: set[str] = set()
        open_ = list(self._ahead.get(node, ()))
        while open_:
            at = open_.pop()
            if at not in seen and at not in stop_at:
                seen.add(at)
                open_ += self._ahead.get(at, ())
        return frozenset(seen)


def _without_ways_back(ways: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """A way back leads to a node that the walk which found it is still under: what a loop's last flow does."""
    targets = {target for following in ways.values() for target in following}
    forward: dict[str, list[str]] = {node: [] for node in ways}
    done: set[str] = set()
    for first in [*(node for node in ways if node not in targets), *ways]:
        if first not in done:
            _walk(first, ways, forward, done)
    return forward


def _walk(first: str, ways: Mapping[str, Sequence[str]], forward: dict[str, list[str]], done: set[str]) -> None:
    under = {first}
    path: list[tuple[str, Iterable[str]]] = [(first, iter(ways[first]))]
    while path:
        node, following = path[-1]
        target = next(iter(following), None)
        if target is None:
            path.pop()
            under.discard(node)
            done.add(node)
        elif target not in under:
            forward[node].append(target)
            if target not in done:
                under.add(target)
                path.append((target, iter(ways.get(target, ()))))
