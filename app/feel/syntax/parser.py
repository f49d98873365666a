"""The two ways in: FEEL text to a tree, as an expression or as unary tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from app.feel.errors import FeelLimitError
from app.feel.scope import Names, scope_of
from app.feel.syntax.cursor import MAX_NESTING
from app.feel.syntax.expressions import ExpressionParser
from app.feel.tree import AnyTest, Node, UnaryTestsNode, children
from app.feel.types import ANY, Type

MAX_DEPTH: Final = 150
"""How deep a tree may be: one Python frame each while evaluating. `a + b + c` counts, `a and b and c` does not."""


class Parser(ExpressionParser):
    """Takes a whole text."""

    def whole_expression(self) -> Node:
        """Take the text as one expression."""
        node = self.expression()
        self.need_end("an operator or the end of the expression")
        return node

    def whole_unary_tests(self) -> UnaryTestsNode:
        """Take the text as unary tests (rule 15); nothing at all is as good as `-`."""
        start = self.token.start
        if self.token.kind == "end" or (self.is_symbol("-") and self.peek().kind == "end"):
            self.take()
            return UnaryTestsNode(self.since(start), (AnyTest(self.since(start)),), False, self._input_type())
        if self.is_word("not") and self.peek().text == "(":
            self.move_to(2)
            tests = self._tests()
            if self.skip_symbol(")") and self.token.kind == "end":
                return UnaryTestsNode(self.since(start), tests, True, self._input_type())
            self.move_to(0)
        tests = self._tests()
        self.need_end("a comma or the end of the tests")
        return UnaryTestsNode(self.since(start), tests, False, self._input_type())

    def _input_type(self) -> Type:
        return self.scope.find_type_of("?") or ANY

    def _tests(self) -> tuple[Node, ...]:
        tests = [self.test(whole=True)]
        while self.skip_symbol(","):
            tests.append(self.test(whole=True))
        return tuple(tests)

    def need_end(self, expected: str) -> None:
        """Refuse anything that is left."""
        if self.token.kind != "end":
            self.refuse(expected)

    def check_depth(self, root: Node) -> None:
        """Refuse a tree deeper than MAX_DEPTH, which long chains of operators make without nesting."""
        if len(self.tokens) <= MAX_DEPTH:
            return
        level: list[Node] = [root]
        for _ in range(MAX_DEPTH):
            level = [child for node in level for child in children(node)]
            if not level:
                return
        raise FeelLimitError(
            "nesting", MAX_DEPTH, f"Expected at most {MAX_DEPTH} operations one on another, but there are more"
        )


def parse_expression(text: str, names: Names = ()) -> Node:
    """Return the tree of an expression (DMN 1.5, 10.3.1.2, rule 1).

    `names` are the variables the text may use; names of one word need not be among them. Raises FeelSyntaxError, or
    FeelLimitError when the text is too long or too deep.
    """
    parser = Parser(text, scope_of(names))
    return _shallow(parser, parser.whole_expression)


def parse_unary_tests(text: str, names: Names = (), input_type: Type | None = None) -> UnaryTestsNode:
    """Return the tree of a table cell's tests (rule 15); `input_type` is the type of `?`."""
    scope = scope_of(names).inside({"?": input_type or ANY})
    parser = Parser(text, scope)
    return _shallow(parser, parser.whole_unary_tests)


def parse_type(text: str, names: Names = ()) -> Type:
    """Return the type that `text` names, "list<number>" or a named type of the scope; else FeelSyntaxError."""
    parser = Parser(text, scope_of(names))
    kind = parser.read_type()
    parser.need_end("the end of the type")
    return kind


_Tree = TypeVar("_Tree", bound=Node)


def _shallow(parser: Parser, take: Callable[[], _Tree]) -> _Tree:
    try:
        root = take()
    except RecursionError:  # the caller's own stack was nearly full
        raise FeelLimitError(
            "nesting", MAX_NESTING, f"Expected at most {MAX_NESTING} levels, but there are more"
        ) from None
    parser.check_depth(root)
    return root
