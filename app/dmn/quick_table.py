"""The short way through a decision that is one plain table: the caller's values straight to the column indexes.

Answers only where nothing else could matter: inputs that are plain names of the caller's own variables, of the types
the tables test for, and constant outputs. In every other case, an error or a warning to come among them, it declines
and the long way (`session`) answers; both agree on every value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from app.dmn.column_index import UNKNOWN, Lookup, build_index
from app.dmn.expressions import coerce
from app.dmn.hit_policy import Hit, PolicyError
from app.dmn.item_types import ANY_ITEM
from app.dmn.nodes import Node
from app.dmn.run import DmnRun
from app.dmn.table import CompiledInput, CompiledTable
from app.feel import DEFAULT, tree

Quick = Callable[[Mapping[str, Any]], Any]

DECLINED: Final = object()
_PLAIN: Final = frozenset({int, float, Decimal, str, bool})


def quick_table(node: Node) -> Quick | None:
    """Return the short way for a decision, None where it has none."""
    table = node.table
    if table is None or table.problems or any(rule.constant is None for rule in table.rules):
        return None
    if any(default is not None for default in table.defaults):
        return None
    columns: list[tuple[str, Lookup]] = []
    for column in table.inputs:
        name = _callers_name(node, column)
        lookups = None if name is None else _lookups(node, column, name, (1 << len(table.rules)) - 1)
        if name is None or lookups is None:
            return None
        columns += [(name, find) for find in lookups]
    return _quick(columns, table, _outcome(node, table))


def _callers_name(node: Node, column: CompiledInput) -> str | None:
    """The caller's variable that a column reads, None when it reads anything else."""
    if column.expression is None or not isinstance(column.expression.tree, tree.Name):
        return None
    name = column.expression.tree.name
    taken = {each for prefix, other in node.required for each in (prefix, *other.names) if each not in node.unit.inputs}
    declared = node.unit.inputs.get(name)
    is_other = declared is not None and declared.element.variable != name
    return None if is_other or name in taken else name


def _lookups(node: Node, column: CompiledInput, name: str, every_rule: int) -> list[Lookup] | None:
    """What a column asks of the value: the rules it leaves, and the allowed values of column and input."""
    given = node.unit.inputs.get(name)
    kinds = [column.kind] if given is None else [column.kind, given.kind]
    index = column.index
    if index is None:
        plain = not column.tested and column.allowed is None and all(kind == ANY_ITEM for kind in kinds)
        return [lambda value: every_rule if type(value) in _PLAIN else UNKNOWN] if plain else None
    if index.open_rules or any(kind.tests is None or str(kind.kind) not in ("Any", index.kind) for kind in kinds):
        return None
    allowed = [test for kind in kinds for test in kind.tests or ()]
    if column.allowed is not None:
        allowed.append(column.allowed.tree)
    found: list[Lookup] = [index.find]
    for test in allowed:
        one = build_index([test])
        if one is None or one.open_rules or one.kind != index.kind:
            return None
        found.append(_only_allowed(one.find, every_rule))
    return found


def _only_allowed(find: Lookup, every_rule: int) -> Lookup:
    return lambda value: every_rule if find(value) == 1 else UNKNOWN


def _quick(columns: list[tuple[str, Lookup]], table: CompiledTable, outcome: Callable[[int], Any]) -> Quick:
    every_rule = (1 << len(table.rules)) - 1
    nothing = table.policy.without_hits(None)

    def answer(context: Mapping[str, Any]) -> Any:
        mask = every_rule
        for name, find in columns:
            found = find(context.get(name))
            if found < 0:
                return DECLINED
            mask &= found
        return outcome(mask) if mask else nothing

    return answer


def _outcome(node: Node, table: CompiledTable) -> Callable[[int], Any]:
    """What a mask of matched rules, never none, comes to."""
    policy = table.policy
    hits = [Hit(rule.rule, rule.constant or ()) for rule in table.rules]

    def by_policy(mask: int) -> Any:
        run = DmnRun(DEFAULT)
        try:
            value = coerce(policy.result([hits[number] for number in _numbers(mask)], run), node.kind, node.place, run)
        except PolicyError:
            return DECLINED
        return DECLINED if run.located or run.warnings else value

    if policy.kind in ("UNIQUE", "FIRST"):
        values = [by_policy(1 << number) for number in range(len(hits))]
        if policy.kind == "FIRST":
            return lambda mask: _own(values[(mask & -mask).bit_length() - 1])
        return lambda mask: DECLINED if mask & (mask - 1) else _own(values[mask.bit_length() - 1])
    if policy.kind in ("COLLECT", "RULE ORDER") and policy.aggregation is None and node.kind == ANY_ITEM:
        rows = [policy.value(hit.outputs) for hit in hits]
        return lambda mask: [_own(rows[number]) for number in _numbers(mask)]
    return by_policy


def _own(value: Any) -> Any:
    """The caller gets a context of its own; everything else cannot be changed."""
    return dict(value) if type(value) is dict else value


def _numbers(mask: int) -> list[int]:
    """The positions of the bits that are set, from the lowest."""
    numbers = []
    while mask:
        lowest = mask & -mask
        numbers.append(lowest.bit_length() - 1)
        mask ^= lowest
    return numbers
