"""Boxed expressions to evaluators (DMN 1.5, 7.3 and 10.2.1), from the context to the conditional.

Owns what each box means. FEEL texts are `expressions`', tables are `compile_table`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from app.dmn.compile_table import compile_table
from app.dmn.errors import Place
from app.dmn.expressions import Evaluator, FeelTexts, coerce, coerced, located
from app.dmn.item_types import ANY_ITEM, ItemType
from app.dmn.iteration import compile_filter, compile_iteration
from app.dmn.model import (
    Boxed,
    ConditionalExpression,
    ContextExpression,
    DecisionTable,
    FilterExpression,
    FunctionExpression,
    InvocationExpression,
    IterationExpression,
    ListExpression,
    LiteralExpression,
    RelationExpression,
)
from app.dmn.run import DmnRun
from app.dmn.table import CompiledTable
from app.feel import (
    ANY,
    NUMBER,
    ContextType,
    Frame,
    Function,
    FunctionType,
    ListType,
    Run,
    Scope,
    Type,
    find_java,
    kind_of,
)
from app.feel.calls import invoke

Compiled = tuple[Evaluator, Type]


class BoxedCompiler:
    """Compiles the boxed expressions of one file; `tables` keeps every compiled decision table by its place."""

    def __init__(self, texts: FeelTexts) -> None:
        self.texts = texts
        self.types = texts.types
        self.tables: list[CompiledTable] = []
        self._compilers: dict[type, Callable[[Any, Scope, Place], Compiled]] = {
            LiteralExpression: self._literal,
            ContextExpression: self._context,
            InvocationExpression: self._invocation,
            ListExpression: self._list,
            RelationExpression: self._relation,
            FunctionExpression: self.function,
            ConditionalExpression: self._conditional,
            FilterExpression: lambda box, scope, place: compile_filter(self, box, scope, place),
            IterationExpression: lambda box, scope, place: compile_iteration(self, box, scope, place),
            DecisionTable: self._table,
        }

    def compile(self, box: Boxed | None, scope: Scope, place: Place) -> Compiled:
        """Return how to evaluate a box, and what is known of its type. No box at all is null, with an error."""
        if box is None:
            empty = self.texts.expression("", scope, place)
            return empty.evaluate, empty.kind
        return self._compilers[type(box)](box, scope, place)

    def typed(self, evaluate: Evaluator, kind: Type, reference: str | None, place: Place) -> Compiled:
        """Return an evaluator held to the type its box names, if it names one."""
        wanted = self.types.find(reference)
        return (evaluate, kind) if wanted.kind == ANY else (coerced(evaluate, wanted, place), wanted.kind)

    def _literal(self, box: LiteralExpression, scope: Scope, place: Place) -> Compiled:
        compiled = self.texts.expression(box.text, scope, place)
        return self.typed(compiled.evaluate, compiled.kind, box.type_ref, place)

    def _table(self, box: DecisionTable, scope: Scope, place: Place) -> Compiled:
        table = compile_table(self.texts, box, scope, place)
        self.tables.append(table)
        return table.evaluate, _table_type(box, [self.types.find(each.type_ref).kind for each in box.outputs])

    def _context(self, box: ContextExpression, scope: Scope, place: Place) -> Compiled:
        names: dict[str, Type] = {}
        inner = scope.inside({})
        entries: list[tuple[str | None, Evaluator]] = []
        kind: Type | None = None
        for entry in box.entries:
            if entry.name and isinstance(entry.expression, FunctionExpression):
                inner.learn(entry.name, FunctionType())  # it may call itself
            where = place.at(column=entry.name)
            evaluate, found = self.compile(entry.expression, inner, where)
            evaluate, found = self.typed(evaluate, found, entry.type_ref, where)
            entries.append((entry.name, evaluate))
            if entry.name is None:
                kind = found
            else:
                names[entry.name] = found
                inner.learn(entry.name, found)
        whole = kind if kind is not None else ContextType(entries=names)
        return self.typed(_context_evaluator(entries), whole, box.type_ref, place)

    def _invocation(self, box: InvocationExpression, scope: Scope, place: Place) -> Compiled:
        called, kind = self.compile(box.called, scope, place)
        arguments = {
            each.parameter: self.compile(each.expression, scope, place.at(column=each.parameter))[0]
            for each in box.bindings
        }

        def evaluate(context: Mapping[str, Any], run: DmnRun) -> Any:
            function = called(context, run)
            if not isinstance(function, Function):
                run.note("NOT_A_FUNCTION", "Expected a function to invoke, but there is none", place)
                return None
            values = [value(context, run) for value in arguments.values()]
            return invoke(function, values, tuple(arguments), run)

        known = kind.result if isinstance(kind, FunctionType) else ANY
        return self.typed(located(evaluate, place), known, box.type_ref, place)

    def _list(self, box: ListExpression, scope: Scope, place: Place) -> Compiled:
        items = [self.compile(item, scope, place.at(row=row))[0] for row, item in enumerate(box.items, start=1)]
        return self.typed(lambda context, run: [item(context, run) for item in items], ListType(), box.type_ref, place)

    def _relation(self, box: RelationExpression, scope: Scope, place: Place) -> Compiled:
        rows: list[list[tuple[str, Evaluator]]] = []
        for number, row in enumerate(box.rows, start=1):
            cells: list[tuple[str, Evaluator]] = []
            for cell, (name, reference) in zip(row, box.columns, strict=True):
                where = place.at(row=number, column=name)
                cells.append((name, self.typed(*self.compile(cell, scope, where), reference, where)[0]))
            rows.append(cells)
        kind = ListType(item=ContextType(entries={name: self.types.find(of).kind for name, of in box.columns}))
        return self.typed(
            lambda context, run: [{name: cell(context, run) for name, cell in row} for row in rows],
            kind,
            box.type_ref,
            place,
        )

    def function(
        self, box: FunctionExpression, scope: Scope, place: Place, result_type: ItemType = ANY_ITEM
    ) -> tuple[Evaluator, FunctionType]:
        """Compile a function definition: it evaluates to the function, which sees its parameters and `scope`."""
        parameters = tuple((each.name, self.types.find(each.type_ref)) for each in box.parameters)
        declared = self.types.find(box.type_ref).kind
        if box.kind.upper() != "FEEL":
            return self._foreign(box, scope, place, result_type), FunctionType(
                parameters=tuple(kind.kind for _, kind in parameters)
            )
        inner = Scope({name: kind.kind for name, kind in parameters}, outer=scope)
        body, result = self.compile(box.body, inner, place)
        if isinstance(declared, FunctionType) and declared.result != ANY:
            result_type = ItemType(declared.result)
        if result_type.kind != ANY:
            body, result = coerced(body, result_type, place), result_type.kind

        accepted = tuple((name, kind.kind) for name, kind in parameters)

        def evaluate(context: Mapping[str, Any], _run: DmnRun) -> Function:
            def call(run: Run, arguments: list[Any]) -> Any:
                inside = cast("DmnRun", run)
                given = {}
                for (name, kind), value in zip(parameters, arguments, strict=True):
                    given[name] = coerce(value, kind, place, inside)
                    if given[name] is None and value is not None:
                        return None
                return body(Frame(context, given), inside)

            return Function(accepted, call, result=result, name=place.decision or "function")

        return evaluate, FunctionType(parameters=tuple(kind.kind for _, kind in parameters), result=result)

    def _foreign(self, box: FunctionExpression, scope: Scope, place: Place, result_type: ItemType) -> Evaluator:
        """Compile a Java or PMML function: a Java method that the language knows by itself, else null."""
        parameters = tuple((each.name, self.types.find(each.type_ref).kind) for each in box.parameters)
        declaration, _ = self.compile(box.body, scope, place)

        def evaluate(context: Mapping[str, Any], run: DmnRun) -> Function:
            known = find_java({"java": declaration(context, run)}) if box.kind.upper() == "JAVA" else None

            def call(inside: Run, arguments: list[Any]) -> Any:
                noting = cast("DmnRun", inside)
                if known is None:
                    noting.note("EXTERNAL", f"Expected a function in FEEL, but this one is {box.kind}", place)
                    return None
                return coerce(known(inside, arguments), result_type, place, noting)

            return Function(parameters, call, name=place.decision or "function")

        return evaluate

    def _conditional(self, box: ConditionalExpression, scope: Scope, place: Place) -> Compiled:
        condition, _ = self.compile(box.condition, scope, place.at(column="if"))
        then, kind = self.compile(box.then, scope, place.at(column="then"))
        otherwise, other = self.compile(box.otherwise, scope, place.at(column="else"))

        def evaluate(context: Mapping[str, Any], run: DmnRun) -> Any:
            answer = condition(context, run)
            if not isinstance(answer, bool):
                run.note("CONDITION", f"Expected true or false as the condition, but it is {kind_of(answer)}", place)
                return None
            return then(context, run) if answer else otherwise(context, run)

        return self.typed(evaluate, kind if kind == other else ANY, box.type_ref, place)


def _table_type(table: DecisionTable, outputs: list[Type]) -> Type:
    """What a table gives, as far as its columns say."""
    if table.aggregation == "COUNT":
        return NUMBER
    named = {each.name: kind for each, kind in zip(table.outputs, outputs, strict=True) if each.name}
    row = outputs[0] if len(outputs) == 1 else ContextType(entries=named)
    several = table.hit_policy in ("RULE ORDER", "OUTPUT ORDER") or (
        table.hit_policy == "COLLECT" and table.aggregation is None
    )
    return ListType(item=row) if several else row


def _context_evaluator(entries: list[tuple[str | None, Evaluator]]) -> Evaluator:
    def evaluate(context: Mapping[str, Any], run: DmnRun) -> Any:
        inside = Frame(context)
        for name, value in entries:
            if name is None:
                return value(inside, run)
            inside[name] = value(inside, run)
        return dict(inside)

    return evaluate
