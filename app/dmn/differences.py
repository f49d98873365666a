"""The readable difference of two versions of a model's decision tables.

Rules are matched by id, then by equal content, then by the place after a matched rule; columns by id, then by title.
Knows no evaluation: texts are compared as written, white space folded.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from app.dmn.loading import Model
from app.dmn.model import Cell, Decision, DecisionTable, Definitions, InputClause, OutputClause, Rule

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Change:
    """One property that reads differently: what it is called, and its old and new text (None: there was none)."""

    what: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class RuleChange:
    """What became of one rule; numbers are row numbers from 1, None on the side where the rule is missing."""

    id: str | None
    old_number: int | None
    new_number: int | None
    cells: tuple[Change, ...] = ()
    moved: bool = False


@dataclass(frozen=True, slots=True)
class TableChange:
    """What became of one decision; `kind` is "added", "removed" or "changed"."""

    decision: str
    name: str
    kind: str
    properties: tuple[Change, ...] = ()
    columns_added: tuple[str, ...] = ()
    columns_removed: tuple[str, ...] = ()
    added: tuple[RuleChange, ...] = ()
    removed: tuple[RuleChange, ...] = ()
    changed: tuple[RuleChange, ...] = field(default=())


def diff(old: Model, new: Model) -> tuple[TableChange, ...]:
    """Return what changed between two loaded models; see `diff_definitions`."""
    return diff_definitions(old.definitions, new.definitions)


def diff_definitions(old: Definitions, new: Definitions) -> tuple[TableChange, ...]:
    """Return what changed between two models, decision by decision in the new one's order; () when nothing did."""
    before, after = _decisions(old), _decisions(new)
    changes = [
        _compare_decisions(before[id_], decision) if id_ in before else TableChange(id_, decision.name, "added")
        for id_, decision in after.items()
    ]
    gone = [TableChange(id_, decision.name, "removed") for id_, decision in before.items() if id_ not in after]
    return tuple(change for change in [*changes, *gone] if change is not None)


def _decisions(definitions: Definitions) -> dict[str, Decision]:
    return {id_: element for id_, element in definitions.elements.items() if isinstance(element, Decision)}


def _compare_decisions(old: Decision, new: Decision) -> TableChange | None:
    properties = _changes([("name", old.name, new.name), ("type", old.type_ref, new.type_ref)])
    if not isinstance(old.expression, DecisionTable) or not isinstance(new.expression, DecisionTable):
        if old.expression != new.expression:
            properties += (Change("logic", _wording(old.expression), _wording(new.expression)),)
        return TableChange(new.id, new.name, "changed", properties) if properties else None
    change = _compare_tables(new, properties, old.expression, new.expression)
    same = not (change.properties or change.columns_added or change.columns_removed)
    return None if same and not (change.added or change.removed or change.changed) else change


def _wording(expression: Any) -> str | None:
    return None if expression is None else getattr(expression, "text", type(expression).__name__)


def _compare_tables(
    decision: Decision, properties: tuple[Change, ...], old: DecisionTable, new: DecisionTable
) -> TableChange:
    inputs = _pair(old.inputs, new.inputs, lambda clause: clause.id, lambda clause: clause.title)
    outputs = _pair(old.outputs, new.outputs, lambda clause: clause.id, lambda clause: clause.title)
    properties += _changes(
        [("hit policy", old.hit_policy, new.hit_policy), ("aggregation", old.aggregation, new.aggregation)]
    )
    for old_at, new_at in inputs:
        properties += _input_changes(old.inputs[old_at], new.inputs[new_at])
    for old_at, new_at in outputs:
        properties += _output_changes(old.outputs[old_at], new.outputs[new_at])
    rules = _pair(old.rules, new.rules, lambda rule: rule.id, _content)
    rules += _pair_by_place(rules, len(old.rules), len(new.rules))
    moved = _moved(rules)
    changed = []
    for old_at, new_at in rules:
        cells = _cell_changes(old, new, old.rules[old_at], new.rules[new_at], inputs, outputs)
        if cells or (old_at, new_at) in moved:
            rule = new.rules[new_at]
            changed.append(RuleChange(rule.id, old_at + 1, new_at + 1, cells, (old_at, new_at) in moved))
    kept_old, kept_new = {at for at, _ in rules}, {at for _, at in rules}
    return TableChange(
        decision.id,
        decision.name,
        "changed",
        properties,
        tuple(_left_over(new, {at for _, at in inputs}, {at for _, at in outputs})),
        tuple(_left_over(old, {at for at, _ in inputs}, {at for at, _ in outputs})),
        tuple(_whole(new, at, added=True) for at in range(len(new.rules)) if at not in kept_new),
        tuple(_whole(old, at, added=False) for at in range(len(old.rules)) if at not in kept_old),
        tuple(sorted(changed, key=lambda change: change.new_number or 0)),
    )


def _pair(
    old: Sequence[T], new: Sequence[T], identity: Callable[[T], str | None], content: Callable[[T], Hashable]
) -> list[tuple[int, int]]:
    """Match places of two sequences by id, then by equal content among those left."""
    pairs: list[tuple[int, int]] = []
    for key in (identity, content):
        taken_old, taken_new = {at for at, _ in pairs}, {at for _, at in pairs}
        waiting: dict[Hashable, list[int]] = {}
        for at, item in enumerate(old):
            if at not in taken_old and key(item) is not None:
                waiting.setdefault(key(item), []).append(at)
        for at, item in enumerate(new):
            if at not in taken_new and waiting.get(key(item)):
                pairs.append((waiting[key(item)].pop(0), at))
    return pairs


def _pair_by_place(pairs: list[tuple[int, int]], old_count: int, new_count: int) -> list[tuple[int, int]]:
    """Match rules that are left over where the rule before them is matched: an edited rule whose id was made anew."""
    partner = dict(pairs)
    taken = set(partner.values())
    found: list[tuple[int, int]] = []
    for at in range(old_count):
        if at in partner:
            continue
        follows = partner.get(at - 1, -1) + 1 if at else 0
        if (at == 0 or at - 1 in partner) and follows < new_count and follows not in taken:
            partner[at] = follows
            taken.add(follows)
            found.append((at, follows))
    return found


def _moved(pairs: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return the pairs outside a longest run that kept its order."""
    ordered = sorted(pairs)
    ends: list[int] = []
    at_end: list[int] = []
    before: list[int | None] = []
    for index, (_, new) in enumerate(ordered):
        length = bisect_left(ends, new)
        before.append(at_end[length - 1] if length else None)
        ends[length : length + 1] = [new]
        at_end[length : length + 1] = [index]
    kept: set[tuple[int, int]] = set()
    index_or_none = at_end[-1] if at_end else None
    while index_or_none is not None:
        kept.add(ordered[index_or_none])
        index_or_none = before[index_or_none]
    return set(ordered) - kept


def _folded(text: str | None) -> str | None:
    return None if text is None else " ".join(text.split())


def _changes(properties: Iterable[tuple[str, str | None, str | None]]) -> tuple[Change, ...]:
    return tuple(Change(what, old, new) for what, old, new in properties if _folded(old) != _folded(new))


def _input_changes(old: InputClause, new: InputClause) -> tuple[Change, ...]:
    title = new.title
    return _changes(
        [
            (f"{title}: label", old.label, new.label),
            (f"{title}: expression", old.expression, new.expression),
            (f"{title}: type", old.type_ref, new.type_ref),
            (f"{title}: allowed values", old.allowed_values, new.allowed_values),
        ]
    )


def _output_changes(old: OutputClause, new: OutputClause) -> tuple[Change, ...]:
    title = new.title
    defaults = [clause.default.text if clause.default else None for clause in (old, new)]
    return _changes(
        [
            (f"{title}: label", old.label, new.label),
            (f"{title}: name", old.name, new.name),
            (f"{title}: type", old.type_ref, new.type_ref),
            (f"{title}: output values", old.output_values, new.output_values),
            (f"{title}: default", defaults[0], defaults[1]),
        ]
    )


def _cell_text(cell: Cell) -> str:
    text = _folded(cell.text) or ""
    return "" if text == "-" else text


def _content(rule: Rule) -> Hashable:
    return tuple(_cell_text(cell) for cell in (*rule.inputs, *rule.outputs))


def _cell_changes(
    old: DecisionTable,
    new: DecisionTable,
    before: Rule,
    after: Rule,
    inputs: list[tuple[int, int]],
    outputs: list[tuple[int, int]],
) -> tuple[Change, ...]:
    texts = [(new.inputs[j].title, _cell_text(before.inputs[i]), _cell_text(after.inputs[j])) for i, j in inputs]
    texts += [(new.outputs[j].title, _cell_text(before.outputs[i]), _cell_text(after.outputs[j])) for i, j in outputs]
    notes = dict(_annotations(old, before)), dict(_annotations(new, after))
    texts += [(title, notes[0].get(title, ""), notes[1].get(title, "")) for title in {**notes[0], **notes[1]}]
    return _changes(texts)


def _annotations(table: DecisionTable, rule: Rule) -> list[tuple[str, str]]:
    titles = [
        *table.annotations,
        *(f"annotation {at + 1}" for at in range(len(table.annotations), len(rule.annotations))),
    ]
    description = [("description", rule.description)] if rule.description else []
    return [*zip(titles, rule.annotations, strict=False), *description]


def _whole(table: DecisionTable, at: int, *, added: bool) -> RuleChange:
    """Describe a rule that is on one side only, with every cell that says something."""
    rule = table.rules[at]
    titles = [*(clause.title for clause in table.inputs), *(clause.title for clause in table.outputs)]
    texts = [_cell_text(cell) for cell in (*rule.inputs, *rule.outputs)]
    pairs = [*zip(titles, texts, strict=False), *_annotations(table, rule)]
    cells = tuple(Change(title, None if added else text, text if added else None) for title, text in pairs if text)
    return RuleChange(rule.id, None if added else at + 1, at + 1 if added else None, cells)


def _left_over(table: DecisionTable, inputs: set[int], outputs: set[int]) -> Iterable[str]:
    yield from (clause.title for at, clause in enumerate(table.inputs) if at not in inputs)
    yield from (clause.title for at, clause in enumerate(table.outputs) if at not in outputs)
