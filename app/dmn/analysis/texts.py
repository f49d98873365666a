"""What the texts of a table say that cannot be meant: names nobody gives, values of another type or not allowed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.dmn.analysis.columns import Column
from app.dmn.analysis.findings import Finding, Severity
from app.dmn.analysis.rows import in_words
from app.dmn.run import DmnRun
from app.dmn.table import CompiledRule, CompiledTable
from app.feel import DEFAULT, INSTALLATION_FUNCTIONS, MISSING, Expression, ListType, UnaryTests, coerce, kind_of, tree


class TextAnalysis:
    """One table's texts, cell by cell."""

    def __init__(self, decision: str, table: CompiledTable, columns: list[Column]) -> None:
        self.decision = decision
        self.table = table
        self.columns = columns
        given = [name for column in table.inputs if column.expression for name in column.expression.free_names]
        # A table without a requirement graph, as process modelers draw them, takes its variables from its columns.
        self.declared = any(table.scope.find_type_of(name) is not None for name in given)
        self.given = frozenset() if self.declared else frozenset(given)

    def findings(self) -> Iterator[Finding]:
        """Yield the findings on input cells, then on outputs, then on whole columns."""
        for column in self.table.inputs:
            if column.expression is not None:
                yield from self._names(column.expression, None, column.clause.title)
        for rule in self.table.rules:
            for column, test in zip(self.table.inputs, rule.tests, strict=True):
                if test is not None:
                    yield from self._names(test, rule, column.clause.title)
            yield from self._outputs(rule)
        for read in self.columns:
            yield from self._column(read)

    def _names(self, text: Expression | UnaryTests, rule: CompiledRule | None, column: str) -> Iterator[Finding]:
        for name in sorted(text.free_names):
            if self.table.scope.find_type_of(name) is not None or name in self.given or name in INSTALLATION_FUNCTIONS:
                continue
            bare = text.text.strip() == name
            hint = f'; if the text "{name}" is meant, put it in quotes' if bare else ""
            where = f"in {column!r}" + (f", row {rule.rule.number}" if rule else "")
            severity: Severity = "error" if bare or self.declared else "warning"
            yield Finding(
                "unknown name",
                severity,
                self.decision,
                f"Nothing is called {name!r} {where}{hint}",
                (rule.rule.number,) if rule else (),
                (rule.rule.id,) if rule else (),
                column,
            )

    def _outputs(self, rule: CompiledRule) -> Iterator[Finding]:
        for at, (clause, expression) in enumerate(zip(self.table.table.outputs, rule.output_expressions, strict=True)):
            if expression is None:
                continue
            yield from self._names(expression, rule, clause.title)
            value = rule.constant[at] if rule.constant is not None else _literal(expression)
            if value is None:
                continue
            wanted = self.table.outputs[at]
            if not isinstance(wanted.kind.kind, ListType) and coerce(value, wanted.kind.kind) is MISSING:
                where = f"{clause.title!r}, row {rule.rule.number}"
                text = f"Expected {wanted.kind.kind} in {where}, but it says {in_words(value)}"
                yield self._cell("type clash", text, rule, clause.title)
            elif wanted.allowed is not None and wanted.allowed.matches(value, {}, DmnRun(DEFAULT)) is not True:
                text = (
                    f"{in_words(value)} in {clause.title!r}, row {rule.rule.number}, is not one of the column's values"
                )
                yield self._cell("value not allowed", text, rule, clause.title)

    def _cell(self, kind: Any, text: str, rule: CompiledRule, column: str) -> Finding:
        return Finding(kind, "error", self.decision, text, (rule.rule.number,), (rule.rule.id,), column)

    def _column(self, column: Column) -> Iterator[Finding]:
        kinds = {kind_of(value) for value in column.regions.values if value is not None}
        for rule, constants in zip(self.table.rules, column.constants, strict=True):
            for value in dict.fromkeys(constants):
                where = f"{in_words(value)} in {column.title!r}, row {rule.rule.number},"
                if value is None:
                    continue
                if kind_of(value) not in kinds:
                    text = f"{where} is a {kind_of(value)}, but the column holds {' or '.join(sorted(kinds))}"
                    yield self._cell("type clash", text, rule, column.title)
                elif isinstance(value, str) and not self._reachable(column, value):
                    text = f"{where} is not one of the column's allowed values"
                    yield self._cell("value not allowed", text, rule, column.title)
        if column.unused and self.table.rules:
            yield Finding("unused input", "note", self.decision, f"No row tests {column.title!r}", column=column.title)
        if column.open_rows:
            rows = ", ".join(map(str, column.open_rows))
            ids = tuple(self.table.rules[row - 1].rule.id for row in column.open_rows)
            text = f"{column.title!r} does more than compare its input with constants in row {rows}: not analysed there"
            yield Finding("not analysed", "note", self.decision, text, column.open_rows, ids, column.title)

    @staticmethod
    def _reachable(column: Column, value: str) -> bool:
        return bool(column.universe >> column.regions.values.index(value) & 1)


def _literal(expression: Expression) -> Any:
    return expression.tree.value if isinstance(expression.tree, tree.Literal) else None
