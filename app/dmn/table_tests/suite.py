"""Reads scenarios from YAML or CSV: inputs by name, the expected value, and the rules that should match.

Owns the two file formats (docs/table-tests.md). Knows no model: names are checked when the suite runs.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import yaml

from app.errors import InvalidInputError
from app.feel import FeelError, Value, compile_expression, to_feel

MOST_BYTES = 5_000_000
MOST_SCENARIOS = 20_000


class SuiteError(InvalidInputError):
    """A file of scenarios cannot be read; the message names file and scenario or line."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One promise: these inputs give this value; where `rules` is not None, by exactly these rules (id or number)."""

    name: str
    inputs: dict[str, Value]
    expect: Value
    rules: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Suite:
    """All scenarios of one file for one decision, named by id or name."""

    file: str
    decision: str
    scenarios: tuple[Scenario, ...]


def read_suite(text: str, *, file: str) -> Suite:
    """Return the scenarios of a `.yaml`, `.yml` or `.csv` text; SuiteError where it is not in the documented form."""
    if len(text) > MOST_BYTES:
        raise SuiteError(f"Expected at most {MOST_BYTES:,} characters of scenarios, but {file} has {len(text):,}")
    suite = _read_csv(text, file) if file.lower().endswith(".csv") else _read_yaml(text, file)
    if len(suite.scenarios) > MOST_SCENARIOS:
        raise SuiteError(f"Expected at most {MOST_SCENARIOS:,} scenarios, but {file} has {len(suite.scenarios):,}")
    return suite


class _Loader(yaml.SafeLoader):
    """YAML without aliases (they can blow up) and with numbers kept to the digit."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.constructor.ConstructorError(problem="aliases are not read")
        return super().compose_node(parent, index)


def _number(loader: _Loader, node: yaml.ScalarNode) -> Decimal:
    return Decimal(loader.construct_scalar(node))


_Loader.add_constructor("tag:yaml.org,2002:float", _number)


def _read_yaml(text: str, file: str) -> Suite:
    try:
        data = yaml.load(text, _Loader)  # noqa: S506 - _Loader is a SafeLoader
    except (yaml.YAMLError, ArithmeticError, RecursionError) as error:
        raise SuiteError(f"Expected YAML in {file}, but {error}") from error
    if not isinstance(data, Mapping) or not isinstance(data.get("decision"), str):
        raise SuiteError(f"Expected {file} to be a mapping with 'decision' and 'tests', but it has no decision")
    tests = data.get("tests")
    if not isinstance(tests, list) or not all(isinstance(test, Mapping) for test in tests):
        raise SuiteError(f"Expected 'tests' in {file} to be a list of scenarios, but got {type(tests).__name__}")
    return Suite(file, data["decision"], tuple(_scenario(test, at, file) for at, test in enumerate(tests, start=1)))


def _scenario(test: Mapping[str, Any], at: int, file: str) -> Scenario:
    name = str(test.get("name") or f"test {at}")
    unknown = set(test) - {"name", "inputs", "expect", "rules"}
    inputs = test.get("inputs", {})
    if unknown or "expect" not in test or not isinstance(inputs, Mapping):
        wrong = f"has {', '.join(map(repr, sorted(map(str, unknown))))}" if unknown else "lacks one"
        raise SuiteError(
            f"Expected name, inputs, expect and perhaps rules in {file}, scenario {name!r}, but it {wrong}"
        )
    rules = test.get("rules")
    where = f"{file}, scenario {name!r}"
    return Scenario(
        name,
        {str(key): _value(value, where) for key, value in inputs.items()},
        _value(test["expect"], where),
        None if rules is None else tuple(str(rule) for rule in (rules if isinstance(rules, list) else [rules])),
    )


def _value(value: Any, where: str) -> Value:
    """Return YAML's or a cell's value as FEEL's; text that begins with `=` is a FEEL expression without variables."""
    if isinstance(value, str) and value.startswith("="):
        return _evaluated(value[1:], where)
    if isinstance(value, datetime.datetime):
        return _evaluated(f'date and time("{value.isoformat()}")', where)
    if isinstance(value, datetime.date):
        return _evaluated(f'date("{value.isoformat()}")', where)
    if isinstance(value, Mapping):
        return {str(key): _value(item, where) for key, item in value.items()}
    if isinstance(value, list):
        return [_value(item, where) for item in value]
    return to_feel(value)


def _evaluated(text: str, where: str) -> Value:
    try:
        done = compile_expression(text).evaluate({})
    except FeelError as error:
        raise SuiteError(f"Expected FEEL after '=' in {where}, but {error}") from error
    if done.warnings:
        raise SuiteError(f"Expected a value from {text!r} in {where}, but {done.warnings[0].reason}")
    return done.value


def _read_csv(text: str, file: str) -> Suite:
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    heads = rows.fieldnames or []
    outputs = [head for head in heads if head == "out" or head.startswith("out:")]
    known = [head for head in heads if head in ("decision", "name", "rules") or head.startswith("in:")]
    if not outputs or "decision" not in heads or len(outputs) + len(known) != len(heads):
        raise SuiteError(
            f"Expected the columns decision, name, in:<input>…, out or out:<output>…, rules in {file}, "
            f"but got {', '.join(heads) or 'none'}"
        )
    scenarios: list[Scenario] = []
    decisions: dict[str, None] = {}
    for row in rows:
        where = f"{file}, line {rows.line_num}"
        if None in row or None in row.values():
            raise SuiteError(f"Expected {len(heads)} cells in {where}, but there are more or fewer")
        inputs = {head[3:]: _cell(row[head], where) for head in heads if head.startswith("in:") and row[head]}
        expected = {head[4:]: _cell(row[head], where) for head in outputs}
        rules = tuple(row["rules"].split()) if row.get("rules") else None
        expect = expected[""] if outputs == ["out"] else expected
        scenarios.append(Scenario(row.get("name") or where, inputs, expect, rules))
        decisions[row["decision"]] = None
    if len(decisions) > 1:
        raise SuiteError(f"Expected one decision in {file}, but got {', '.join(decisions)}")
    return Suite(file, next(iter(decisions), ""), tuple(scenarios))


def _cell(text: str, where: str) -> Value:
    """Read a CSV cell: empty is null; numbers, true, false, null and quoted text are FEEL; other text is itself."""
    literal = text.strip()
    if literal in ("", "null"):
        return None
    if literal in ("true", "false"):
        return literal == "true"
    if literal.startswith(('"', "[", "{")):
        return _evaluated(literal, where)
    try:
        number = Decimal(literal)
    except ArithmeticError:
        return _value(literal, where)
    return number if number.is_finite() else literal
