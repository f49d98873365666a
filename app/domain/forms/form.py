"""A compiled form, and the decision whether answers fit it.

Owns scopes (the form's own, and one for each repeated row), what is hidden or read-only there, and the order of checks.
A field that is hidden drops its answer; one that is disabled or read-only keeps what is stored, whatever was sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.forms.errors import AnswerProblem, FormError
from app.domain.forms.messages import tell
from app.domain.forms.nodes import Display, Field, Group, Node, Path, Repeat, Shape, Surroundings
from app.domain.forms.reading import Reader, parse_schema
from app.feel import DEFAULT, Environment, FeelError, Run, compile_expression, parse_number, to_feel, to_json

MOST_ROWS = 500
MOST_ROUNDS = 8
"""How often conditions are asked again because hiding one field hid or showed another."""

ABSENT: Any = object()

Names = frozenset[str] | None
"""The variables that a form's expressions read; None for whichever."""


@dataclass
class ScopeState:
    """One scope as it stands: every field's value by path, and the numbers of the hidden and read-only nodes."""

    values: dict[Path, Any] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    fixed: set[int] = field(default_factory=set)
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class _Work:
    """One check: the evaluation, the language of messages, and the messages found so far."""

    run: Run
    today: str
    language: str
    read: Names = None
    problems: dict[str, list[str]] = field(default_factory=dict)

    def note(self, path: str, code: str, label: str, **values: Any) -> None:
        self.problems.setdefault(path, []).append(tell(code, label or path, self.language, values))


@dataclass(frozen=True)
class Form:
    """A schema compiled once; frozen, shared by threads."""

    form_id: str
    nodes: tuple[Node, ...]
    shape: Shape
    raw: Mapping[str, Any]
    read: Names
    """What the expressions read: only that is made FEEL's in a check, however much the process holds."""

    @cached_property
    def needs(self) -> frozenset[str] | None:
        """The variables that a check may look at, its own fields' among them; None for any."""
        return None if self.read is None else self.read.union(self.shape.keys)

    def title(self, language: str) -> str:
        """Return the form's name in `language`, empty where it has none."""
        names = self.raw.get("properties") or {}
        return str(names.get(f"name:{language}") or names.get("name") or "")

    def check(
        self,
        data: Mapping[str, Any],
        *,
        variables: Mapping[str, Any] | None = None,
        language: str = "zh",
        env: Environment = DEFAULT,
    ) -> dict[str, Any]:
        """Return the answers as they are stored; raises FormError with every message by field path.

        `data` and `variables` are JSON values; `variables` are what is stored already. An answer that was not sent is
        taken from there, then from the field's default.
        """
        work = _work(env, language, self.read)
        if not isinstance(data, Mapping):
            raise FormError(self.form_id, {"": [tell("object", "", language, {})]})
        _refuse_unknown(self.shape, data, "", work)
        result = _check_scope(self.nodes, data, variables or {}, {}, "", work)
        if work.problems:
            raise FormError(self.form_id, work.problems)
        return result

    def state(
        self, data: Mapping[str, Any], *, variables: Mapping[str, Any] | None = None, env: Environment = DEFAULT
    ) -> ScopeState:
        """Return what a page shows for `data` so far: values, and what is hidden or read-only."""
        return settle_scope(self.nodes, data, variables or {}, {}, _work(env, "zh").run)


def compile_form(schema: Mapping[str, Any] | str | bytes) -> Form:
    """Return the schema compiled; raises FormRefusedError for what could not be checked later."""
    raw = parse_schema(schema)
    form_id = str(raw.get("id") or "")
    shape = Shape()
    nodes = Reader(form_id).nodes(raw["components"], (), shape)
    read = frozenset(_names_read(raw["components"]))
    return Form(form_id, nodes, shape, raw, None if read & {"this", "parent"} else read)


def _names_read(raw: Any) -> Iterator[str]:
    if isinstance(raw, Mapping):
        if isinstance(raw.get("valuesKey"), str):
            yield raw["valuesKey"].split(".")[0]
        raw = raw.values()
    if isinstance(raw, str):
        if raw.lstrip().startswith("="):
            with suppress(FeelError):  # a label may start so and be none
                yield from compile_expression(raw.lstrip()[1:]).free_names
    elif isinstance(raw, Iterable):
        for one in raw:
            yield from _names_read(one)


def settle_scope(
    nodes: tuple[Node, ...],
    data: Mapping[str, Any],
    stored: Mapping[str, Any],
    outer: Mapping[str, Any],
    run: Run,
    read: Names = None,
) -> ScopeState:
    """Decide what is visible in one scope, until hiding something changes nothing more; `read` limits its context."""
    fields = list(_fields(nodes))
    given = _feel({**stored, **data}, read)
    state = ScopeState({one.path: _value(one, data, stored) for one in fields})
    for _ in range(MOST_ROUNDS):
        hidden: set[int] = set()
        state.context = _context(fields, state, given, outer, read)
        _hide(nodes, state.context, run, hidden, under=False)
        fixed = {one.number for one in fields if _is_fixed(one, state.context, run)}
        computed = {
            one.path: None if one.number in hidden else to_json(one.formula.value(state.context, run))
            for one in fields
            if one.formula is not None
        }
        values = {
            **state.values,
            **{one.path: _stored(one, stored) for one in fields if one.number in fixed},
            **computed,
        }
        values |= {
            one.path: one.options.own_value(values[one.path], state.context, run)
            for one in fields
            if one.options is not None
        }
        if hidden == state.hidden and fixed == state.fixed and values == state.values:
            break
        state.hidden, state.fixed, state.values = hidden, fixed, values
    return state


def _check_scope(
    nodes: tuple[Node, ...],
    data: Mapping[str, Any],
    stored: Mapping[str, Any],
    outer: Mapping[str, Any],
    prefix: str,
    work: _Work,
) -> dict[str, Any]:
    state = settle_scope(nodes, data, stored, outer, work.run, work.read)
    around = Surroundings(state.context, work.run, work.today)
    result: dict[str, Any] = {}
    for node in _flat(nodes):
        if node.number in state.hidden:
            continue
        if isinstance(node, Repeat):
            _put(result, node.path, _check_rows(node, data, stored, state, prefix, work))
        elif isinstance(node, Field) and node.number not in state.fixed:
            value = state.values[node.path]
            _put(result, node.path, value if node.check is None else _checked(node, value, around, prefix, work))
    return result


def _checked(node: Field, value: Any, around: Surroundings, prefix: str, work: _Work) -> Any:
    label = node.text("label", work.language)
    if value is None or value == node.empty or value in ("", []):
        if node.required is not None and node.required.value(around.context, around.run) is True:
            work.note(prefix + node.name, "required", label)
        return node.empty
    assert node.check is not None
    try:
        return node.check(value, around)
    except AnswerProblem as problem:
        own = node.texts.get("pattern") if problem.code == "pattern" else None
        if own:
            work.problems.setdefault(prefix + node.name, []).append(_in_language(own, work.language))
        else:
            work.note(prefix + node.name, problem.code, label, **problem.values)
        return None


def _check_rows(
    node: Repeat, data: Mapping[str, Any], stored: Mapping[str, Any], state: ScopeState, prefix: str, work: _Work
) -> list[Any]:
    path, label = prefix + node.name, node.text("label", work.language)
    before = _get(stored, node.path, [])
    before = before if isinstance(before, list) else []
    rows = _get(data, node.path, before or [{}] * node.default_rows)
    if not isinstance(rows, list) or not all(isinstance(one, Mapping) for one in rows):
        work.note(path, "rows", label)
        return []
    if len(rows) > MOST_ROWS:
        work.note(path, "too_many_rows", label, limit=MOST_ROWS)
        return []
    if not node.may_add and len(rows) != (len(before) or node.default_rows):
        work.note(path, "row_count", label)
    found = []
    for index, row in enumerate(rows):
        old = before[index] if index < len(before) and isinstance(before[index], Mapping) else {}
        found.append(_check_scope(node.nodes, row, old, state.context, f"{path}[{index}].", work))
    return found


def _refuse_unknown(shape: Shape, data: Mapping[str, Any], prefix: str, work: _Work) -> None:
    for name, value in data.items():
        path = f"{prefix}{name}"
        if name not in shape.keys:
            work.note(path, "unknown", path)
            continue
        inner = shape.keys[name]
        if inner is None:
            continue
        if inner.rows:
            for index, row in enumerate(value if isinstance(value, list) else []):
                if isinstance(row, Mapping):
                    _refuse_unknown(inner, row, f"{path}[{index}].", work)
        elif isinstance(value, Mapping):
            _refuse_unknown(inner, value, f"{path}.", work)
        elif value is not None:
            work.note(path, "object", path)


def _context(
    fields: list[Field], state: ScopeState, given: Mapping[str, Any], outer: Mapping[str, Any], read: Names
) -> dict[str, Any]:
    """Return the FEEL values of a scope: stored ones under the answers, hidden answers null, `this` and `parent`."""
    own = dict(given)
    for one in fields:
        if read is not None and one.path[0] not in read:
            continue
        is_gone = one.number in state.hidden
        _put(own, one.path, None if is_gone else _answer(one, state.values[one.path]))
    return {**outer, **own, "this": own, "parent": outer} if outer else {**own, "this": own}


def _hide(nodes: tuple[Node, ...], context: Mapping[str, Any], run: Run, hidden: set[int], *, under: bool) -> None:
    for node in nodes:
        is_gone = under or (node.hide is not None and node.hide.value(context, run) is True)
        if is_gone:
            hidden.add(node.number)
        if isinstance(node, Group):
            _hide(node.nodes, context, run, hidden, under=is_gone)


def _is_fixed(one: Field, context: Mapping[str, Any], run: Run) -> bool:
    return one.disabled or (one.readonly is not None and one.readonly.value(context, run) is True)


def _fields(nodes: tuple[Node, ...]) -> Iterator[Field]:
    return (node for node in _flat(nodes) if isinstance(node, Field))


def _flat(nodes: tuple[Node, ...]) -> Iterator[Field | Repeat | Display]:
    for node in nodes:
        if isinstance(node, Group):
            yield from _flat(node.nodes)
        else:
            yield node


def _value(one: Field, data: Mapping[str, Any], stored: Mapping[str, Any]) -> Any:
    value = _get(data, one.path)
    return _stored(one, stored) if value is ABSENT else value


def _stored(one: Field, stored: Mapping[str, Any]) -> Any:
    value = _get(stored, one.path)
    if value is ABSENT:
        return one.empty if one.default is None else one.default
    return value


def _get(data: Mapping[str, Any], path: Path, absent: Any = ABSENT) -> Any:
    found: Any = data
    for name in path:
        if not isinstance(found, Mapping) or name not in found:
            return absent
        found = found[name]
    return found


def _put(target: dict[str, Any], path: Path, value: Any) -> None:
    for name in path[:-1]:
        inner = target.get(name)
        target[name] = inner = dict(inner) if isinstance(inner, dict) else {}
        target = inner
    target[path[-1]] = value


def _feel(data: Mapping[str, Any], read: Names) -> dict[str, Any]:
    return {name: _feel_value(value) for name, value in data.items() if read is None or name in read}


def _feel_value(value: Any) -> Any:
    try:
        return to_feel(value)
    except FeelError:
        return None  # nothing FEEL could hold; the field's own check says what is wrong with it


def _answer(one: Field, value: Any) -> Any:
    """Return a field's FEEL value: a number that came as text counts as the number."""
    if one.kind == "number" and isinstance(value, str):
        return parse_number(value.strip())
    return _feel_value(value)


def _in_language(text: str, language: str) -> str:
    """Choose between the two halves of a message written as "Chinese / English"."""
    halves = text.split(" / ", 1)
    return halves[-1] if language == "en" else halves[0]


def _work(env: Environment, language: str, read: Names = None) -> _Work:
    run = Run(env)
    return _Work(run, env.clock.now().astimezone(ZoneInfo(env.zone)).date().isoformat(), language, read)
