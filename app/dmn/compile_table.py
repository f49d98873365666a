"""Decision-table records to tables ready to run: columns and cells parsed in their scope, constants worked out once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.dmn.column_index import build_index, constant_of
from app.dmn.errors import DmnError, Place
from app.dmn.expressions import Evaluator, FeelTexts, coerced
from app.dmn.hit_policy import HitPolicy, Priorities, Row
from app.dmn.item_types import ItemType
from app.dmn.model import Cell, DecisionTable, InputClause, OutputClause, Rule
from app.dmn.run import DmnRun
from app.dmn.table import CompiledInput, CompiledOutput, CompiledRule, CompiledTable
from app.feel import ANY, DEFAULT, Expression, Scope, Type, UnaryTests, tree

_ANY_CELL = frozenset({"", "-"})


def compile_table(texts: FeelTexts, table: DecisionTable, scope: Scope, place: Place) -> CompiledTable:
    """Return the table compiled in `scope`; what is wrong with its texts is among its `problems` and the file's."""
    before = len(texts.problems)
    compiler = _TableCompiler(texts, table, scope, place)
    kinds = [compiler.input_type(clause) for clause in table.inputs]
    rules = tuple(compiler.rule(rule, kinds) for rule in table.rules)
    inputs = tuple(compiler.input(number, clause, rules) for number, clause in enumerate(table.inputs))
    priorities = tuple(compiler.priorities(clause) for clause in table.outputs)
    compiler.check_policy(priorities)
    return CompiledTable(
        table=table,
        place=place,
        scope=scope,
        inputs=inputs,
        outputs=tuple(compiler.output(clause) for clause in table.outputs),
        rules=rules,
        policy=HitPolicy(table, priorities),
        defaults=tuple(compiler.default(clause) for clause in table.outputs),
        problems=tuple(texts.problems[before:]),
    )


class _TableCompiler:
    """One table being compiled."""

    def __init__(self, texts: FeelTexts, table: DecisionTable, scope: Scope, place: Place) -> None:
        self.texts = texts
        self.table = table
        self.scope = scope
        self.place = place
        self.expressions: dict[int, tuple[Evaluator, Expression | None]] = {}
        self.output_types: dict[int, ItemType] = {}
        self.tests: dict[tuple[str, Type], UnaryTests] = {}

    def input_type(self, clause: InputClause) -> Type:
        """Compile the column's expression and return the type of its `?`."""
        used = any(
            rule.inputs[number].text not in _ANY_CELL
            for number, each in enumerate(self.table.inputs)
            if each is clause
            for rule in self.table.rules
        )
        if not clause.expression and not used:
            # A column somebody added and has not filled in yet asks nothing of anybody.
            self.expressions[id(clause)] = (_null, None)
            return ANY
        compiled = self.texts.expression(clause.expression, self.scope, self.place.at(column=clause.title))
        self.expressions[id(clause)] = (compiled.evaluate, compiled.expression)
        declared = self.texts.types.find(clause.type_ref).kind
        return compiled.kind if declared == ANY else declared

    def input(self, number: int, clause: InputClause, rules: tuple[CompiledRule, ...]) -> CompiledInput:
        evaluate, expression = self.expressions[id(clause)]
        kind = self.texts.types.find(clause.type_ref)
        place = self.place.at(column=clause.title)
        tests = [rule.tests[number] for rule in rules]
        listed = self._values(clause.allowed_values, clause.type_ref, place)
        return CompiledInput(
            clause=clause,
            place=place,
            evaluate=evaluate,
            expression=expression,
            kind=kind,
            allowed=listed if clause.allowed_values else None,
            listed=listed,
            index=build_index([None if test is None else test.tree for test in tests]),
            tested=sum(1 << row for row, test in enumerate(tests) if test is not None),
            reads_text=expression is not None and _is_untyped_variable(expression.tree),
        )

    def output(self, clause: OutputClause) -> CompiledOutput:
        """Compile an output column's type and output values."""
        place = self.place.at(column=clause.title)
        kind = self.texts.types.find(clause.type_ref)
        return CompiledOutput(kind, self._values(clause.output_values, clause.type_ref, place))

    def _values(self, own: str | None, type_ref: str | None, place: Place) -> UnaryTests | None:
        """Compile a column's list of values, that of its type where it has none of its own."""
        text = own or self.texts.types.allowed_text(type_ref)
        if not text:
            return None
        return self.texts.tests(text, self.scope, self.texts.types.find(type_ref).kind, place)

    def rule(self, rule: Rule, kinds: list[Type]) -> CompiledRule:
        tests = tuple(
            self._test(cell, kind, self.place.at(row=rule.number, column=clause.title))
            for cell, kind, clause in zip(rule.inputs, kinds, self.table.inputs, strict=True)
        )
        compiled = [
            self._output(cell, clause, self.place.at(row=rule.number, column=clause.title))
            for cell, clause in zip(rule.outputs, self.table.outputs, strict=True)
        ]
        outputs = tuple(evaluate for evaluate, _ in compiled)
        expressions = tuple(expression for _, expression in compiled)
        return CompiledRule(rule, tests, outputs, expressions, _constant_row(outputs, expressions))

    def _test(self, cell: Cell, kind: Type, place: Place) -> UnaryTests | None:
        if cell.text in _ANY_CELL:
            return None
        # Columns repeat themselves: the same text against the same type is the same test.
        known = self.tests.get((cell.text, kind))
        if known is None:
            known = self.texts.tests(cell.text, self.scope, kind, place)
            if known is not None:
                self.tests[cell.text, kind] = known
        return known

    def _output(self, cell: Cell, clause: OutputClause, place: Place) -> tuple[Evaluator, Expression | None]:
        if cell.text in _ANY_CELL:
            return _null, None
        compiled = self.texts.expression(cell.text, self.scope, place)
        return coerced(compiled.evaluate, self._output_type(clause), place), compiled.expression

    def _output_type(self, clause: OutputClause) -> ItemType:
        """The type of an output column, its output values included."""
        known = self.output_types.get(id(clause))
        if known is None:
            known = self.texts.types.find(clause.type_ref)
            if clause.output_values:
                known = self.texts.types.constrained(known, clause.output_values, clause.title)
            self.output_types[id(clause)] = known
        return known

    def default(self, clause: OutputClause) -> Evaluator | None:
        """Compile the default entry of an output column, None when there is none."""
        if clause.default is None or not clause.default.text:
            return None
        place = self.place.at(column=clause.title)
        compiled = self.texts.expression(clause.default.text, self.scope, place)
        return coerced(compiled.evaluate, self.texts.types.find(clause.type_ref), place)

    def priorities(self, clause: OutputClause) -> tuple[Any, ...] | None:
        """Return the output values in order, those of the column's type where the column has none of its own."""
        text = clause.output_values or self.texts.types.allowed_text(clause.type_ref)
        if text is None or self.table.hit_policy not in ("PRIORITY", "OUTPUT ORDER"):
            return None
        place = self.place.at(column=clause.title)
        compiled = self.texts.expression(f"[{text}]", self.scope, place)
        values = compiled.evaluate({}, DmnRun(DEFAULT))
        return tuple(values) if isinstance(values, list) else None

    def check_policy(self, priorities: Priorities) -> None:
        """Note a policy that the table cannot follow."""
        if self.table.hit_policy in ("PRIORITY", "OUTPUT ORDER") and not any(priorities):
            reason = f"Expected output values, which {self.table.hit_policy} orders by, but no output has them"
            self.texts.problems.append(DmnError(reason, self.place, "HIT_POLICY"))


def _null(_context: Mapping[str, Any], _run: DmnRun) -> None:
    return None


def _constant_row(outputs: tuple[Evaluator, ...], expressions: tuple[Expression | None, ...]) -> Row | None:
    """The outputs of a rule, where no name and no call can make them differ from one evaluation to the next."""
    if not all(expression is None or is_constant(expression.tree) for expression in expressions):
        return None
    run = DmnRun(DEFAULT)
    row = tuple(evaluate({}, run) for evaluate in outputs)
    return None if run.located or run.errors else row


def _is_untyped_variable(node: tree.Node) -> bool:
    return isinstance(node, tree.Name | tree.Path) and node.type == ANY


def is_constant(node: tree.Node) -> bool:
    """Return whether a node is null, a string, a boolean or a number, perhaps with a minus."""
    return constant_of(node) is not None or (isinstance(node, tree.Literal) and node.value is None)
