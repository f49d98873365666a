"""Parses operators by precedence and the keyword forms, `if` to `function` (DMN 1.5, 10.3.1.2)."""

from __future__ import annotations

from typing import Final

from app.feel.syntax.inference import item_of, type_of_arithmetic
from app.feel.syntax.primary import PrimaryParser
from app.feel.tree import (
    Arithmetic,
    Between,
    Comparison,
    ExpressionTest,
    For,
    FunctionNode,
    If,
    In,
    InputTest,
    InstanceOf,
    Iteration,
    Literal,
    Logic,
    Negation,
    Node,
    Quantified,
)
from app.feel.types import ANY, BOOLEAN, NUMBER, FunctionType, ListType, Type

COMPARISONS: Final = ("=", "!=", "<", "<=", ">", ">=")
_PRECEDENCE: Final = {"+": 1, "-": 1, "*": 2, "/": 2, "**": 3}


class ExpressionParser(PrimaryParser):
    """Takes whole expressions."""

    def expression(self) -> Node:
        """Take a whole expression: a disjunction, of which the keyword forms are operands."""
        self.nest()
        ending, self.ending_range = self.ending_range, False
        node = self._logic("or")
        self.ending_range = ending
        self.nested -= 1
        return node

    def _logic(self, word: str) -> Node:
        start = self.token.start
        first = self._logic("and") if word == "or" else self._comparison()
        if not self.is_word(word):
            return first
        operands = [first]
        while self.skip_word(word):
            operands.append(self._logic("and") if word == "or" else self._comparison())
        return Logic(self.since(start), word, tuple(operands))

    def _comparison(self) -> Node:
        start = self.token.start
        node = self.sum()
        while True:
            if self.is_symbol(*COMPARISONS):
                operator = self.take().text
                right = self.sum()
                node = Comparison(self.since(start), operator, node, right)
            elif self.skip_word("between"):
                low = self.sum()
                self.need_word("and", 'between the ends after "between"')
                high = self.sum()
                node = Between(self.since(start), node, low, high)
            elif self.skip_word("in"):
                tests = self._tests_after_in()
                node = In(self.since(start), node, tests)
            else:
                return node

    def sum(self) -> Node:
        """Take arithmetic, without comparisons or logic."""
        return self._arithmetic(1, self.token.start, None)

    def range_end(self) -> Node:
        """Take a range's upper end: `[1..10[` must not read as a filter."""
        ending, self.ending_range = self.ending_range, True
        node = self.sum()
        self.ending_range = ending
        return node

    def _arithmetic(self, lowest: int, start: int, left: Node | None) -> Node:
        node = left or self._signed()
        while self.token.kind == "symbol":
            operator = self.token.text
            level = _PRECEDENCE.get(operator, 0)
            if level < lowest:
                break
            self.take()
            right = self._arithmetic(level + 1, self.token.start, None)
            kind = type_of_arithmetic(operator, node.type, right.type)
            node = Arithmetic(self.since(start), operator, node, right, type=kind)
        return node

    def _signed(self) -> Node:
        start = self.token.start
        minuses = 0
        while self.skip_symbol("-"):
            minuses += 1
        node = self._instance_of(self.postfix(start), start)
        if minuses and isinstance(node, Literal) and node.type == NUMBER:
            return Literal(self.since(start), -node.value if minuses % 2 else node.value, type=NUMBER)
        for _ in range(minuses):
            node = Negation(self.since(start), node, type=node.type)
        return node

    def _instance_of(self, node: Node, start: int) -> Node:
        while self.is_word("instance") and self.peek().text == "of":
            self.move_to(self.at + 2)
            begins = self.token.start
            wanted = self.read_type()
            text = self.text[begins : self.tokens[self.at - 1].end]
            node = InstanceOf(self.since(start), node, wanted, text, type=BOOLEAN)
        return node

    # unary tests

    def test(self, *, whole: bool) -> Node:
        """Take one positive unary test (rule 7); not `whole`: without comparisons and logic, as after `in`."""
        start = self.token.start
        outer, self.asked = self.asked, False
        node: Node
        if self.is_symbol(*COMPARISONS):
            operator = self.take().text
            operand = self.sum()
            node = InputTest(self.since(start), operator, operand, self.asked)
        else:
            expression = self.expression() if whole else self.sum()
            node = ExpressionTest(self.since(start), expression, self.asked)
        self.asked = outer
        return node

    def _tests_after_in(self) -> tuple[Node, ...]:
        start = self.token.start
        if not self.is_symbol("("):
            return (self.test(whole=False),)
        self.nest()
        self.take()
        tests = [self.test(whole=True)]
        first = tests[0]
        if self.is_symbol("..") and isinstance(first, ExpressionTest):
            ranged = self._range_after(start, first.expression, low_included=False)
            self.nested -= 1
            return (ExpressionTest(self.since(start), self._continued(ranged, start), first.asks),)
        while self.skip_symbol(","):
            tests.append(self.test(whole=True))
        self.need_symbol(")", 'after the tests of "in"')
        self.nested -= 1
        if len(tests) == 1 and isinstance(first, ExpressionTest):
            # The parentheses may only have begun a longer expression: `x in (a)[1]`, `x in (a + b) * c`.
            return (ExpressionTest(self.since(start), self._continued(first.expression, start), first.asks),)
        return tuple(tests)

    def _continued(self, node: Node, start: int) -> Node:
        return self._arithmetic(1, start, self._instance_of(self.postfix(start, node), start))

    # keyword forms

    def keyword(self) -> Node | None:
        """Take an `if`, `for`, `some`, `every` or `function`, if one stands here."""
        match self.token.text:
            case "if":
                return self._if()
            case "for":
                return self._for()
            case "some" | "every":
                return self._quantified()
            case "function" if self.peek().text == "(":
                return self._function()
        return None

    def _if(self) -> Node:
        """Take an `if` and the chain of its `else if`s, which does not count as nesting."""
        branches: list[tuple[int, Node, Node]] = []
        while self.is_word("if"):
            start = self.take().start
            condition = self.expression()
            self.need_word("then", 'after the condition of "if"')
            then = self.expression()
            self.need_word("else", 'after the "then" of "if"')
            branches.append((start, condition, then))
        node = self.expression()
        for start, condition, then in reversed(branches):
            kind = then.type if then.type == node.type else ANY
            node = If(self.since(start), condition, then, node, type=kind)
        return node

    def _for(self) -> Node:
        start = self.take().start
        outer = self.scope
        iterations = self._iterations()
        self.need_word("return", 'after the iterations of "for"')
        with self.names({"partial": ListType()}):
            body = self.expression()
        self.scope = outer
        return For(self.since(start), iterations, body, type=ListType(item=body.type))

    def _quantified(self) -> Node:
        quantifier = self.take()
        outer = self.scope
        iterations = self._iterations()
        self.need_word("satisfies", f'after the iterations of "{quantifier.text}"')
        condition = self.expression()
        self.scope = outer
        return Quantified(self.since(quantifier.start), quantifier.text, iterations, condition)

    def _iterations(self) -> tuple[Iteration, ...]:
        """Take `name in source, …`, leaving the names known."""
        iterations: list[Iteration] = []
        while True:
            self.nest()  # each name goes on inside the one before
            start = self.token.start
            name = self.read_name_until("in")
            self.need_word("in", "after the name")
            source = self.expression()
            end = self.expression() if self.skip_symbol("..") else None
            iterations.append(Iteration(self.since(start), name, source, end))
            self.scope = self.scope.inside({name: item_of(source.type)})
            if not self.skip_symbol(","):
                self.nested -= len(iterations)
                return tuple(iterations)

    def _function(self) -> Node:
        start = self.take().start
        self.take()
        parameters: list[tuple[str, Type]] = []
        while not self.is_symbol(")"):
            name = self.read_name_until(":", ",", ")")
            parameters.append((name, self.read_type() if self.skip_symbol(":") else ANY))
            if not self.skip_symbol(","):
                break
        self.need_symbol(")", "after the function's parameters")
        external = self.skip_word("external")
        with self.names(dict(parameters)):
            body = self.expression()
        kind = FunctionType(parameters=tuple(of for _, of in parameters), result=body.type)
        return FunctionNode(self.since(start), tuple(parameters), body, external, type=kind)
