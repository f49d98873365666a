"""Parses operands: literals, names, lists, ranges, contexts, and what stands in parentheses."""

from __future__ import annotations

from abc import abstractmethod

from app.feel.syntax.cursor import RESERVED
from app.feel.syntax.inference import context_type, type_of_list
from app.feel.syntax.lexer import unquote
from app.feel.syntax.postfix import PostfixParser
from app.feel.tree import (
    Call,
    ContextNode,
    Input,
    ListNode,
    Literal,
    Name,
    Node,
    RangeNode,
)
from app.feel.types import (
    ANY,
    BOOLEAN,
    NULL,
    NUMBER,
    SIMPLE,
    STRING,
    FunctionType,
    RangeType,
    Type,
)
from app.feel.values import parse_number, parse_temporal
from app.feel.values.kinds import kind_of

_CONSTANTS = {"null": (None, NULL), "true": (True, BOOLEAN), "false": (False, BOOLEAN)}
_COMPARISONS = ("<", "<=", ">", ">=", "=", "!=")


class PrimaryParser(PostfixParser):
    """Takes one operand."""

    asked = False
    """Whether `?` was met."""
    in_point = False
    """Whether this is inside `(= …)`, whose one operand is both ends: in one another they would grow without end."""

    @abstractmethod
    def sum(self) -> Node:
        """Take an expression without comparisons or logic."""

    @abstractmethod
    def keyword(self) -> Node | None:
        """Take an `if`, `for`, `some`, `every` or `function`, if one stands here."""

    def primary(self) -> Node:
        """Take a literal, name, list, range, context, parenthesised expression or `?`."""
        token = self.token
        if token.kind == "number":
            return self._number()
        if token.kind == "string":
            self.take()
            return Literal(self.since(token.start), unquote(token.text), type=STRING)
        if token.kind == "name":
            return self._word()
        if token.kind == "escaped":
            self.take()
            known = self.scope.find(token.text)
            if known is None:
                return Name(self.since(token.start), token.text)
            return Name(self.since(token.start), token.text, known.local, type=known.type)
        if token.kind == "symbol":
            return self._symbol()
        return self.refuse("an expression")

    def _number(self) -> Node:
        token = self.take()
        value = parse_number(token.text)
        if value is None:
            self.refuse("a number of at most 34 digits within 10**6144", token)
        return Literal(self.since(token.start), value, type=NUMBER)

    def _word(self) -> Node:
        token = self.token
        known = self.find_name()
        if known is not None and (known.length > 1 or token.text not in RESERVED):
            self.move_to(self.at + known.length)
            return Name(self.since(token.start), known.name, known.local, known.built_in, type=known.type)
        if token.text in _CONSTANTS:
            self.take()
            value, kind = _CONSTANTS[token.text]
            return Literal(self.since(token.start), value, type=kind)
        node = self.keyword()
        if node is not None:
            return node
        if token.text in RESERVED:
            self.refuse("an expression")
        self.take()
        return Name(self.since(token.start), token.text)

    def _symbol(self) -> Node:
        token = self.token
        if token.text == "(":
            return self._parenthesised()
        if token.text == "[":
            return self._bracketed()
        if token.text == "{":
            return self._context()
        if token.text == "@":
            return self._temporal()
        if token.text == "]":
            self.take()
            return self._range_after(token.start, self.sum(), low_included=False)
        if token.text == "?":
            known = self.find_name()
            self.move_to(self.at + (known.length if known else 1))
            if known is not None and known.name != "?":
                return Name(self.since(token.start), known.name, known.local, known.built_in, type=known.type)
            self.asked = True
            return Input(self.since(token.start), type=known.type if known else ANY)
        return self.refuse("an expression")

    def _temporal(self) -> Node:
        start = self.take().start
        if self.token.kind != "string":
            self.refuse("a string after @")
        token = self.take()
        value = parse_temporal(unquote(token.text))
        if value is None:
            # An expression, not a syntax error: FEEL makes it null (10.3.2.5).
            return Call(
                self.since(start), Name(self.since(start), "@", built_in=True), (self._text(token.text, start),), None
            )
        return Literal(self.since(start), value, type=SIMPLE[kind_of(value)])

    def _text(self, literal: str, start: int) -> Node:
        return Literal(self.since(start), unquote(literal), type=STRING)

    def _parenthesised(self) -> Node:
        start = self.take().start
        if self.is_symbol(*_COMPARISONS):
            return self._one_sided(start)
        node = self.expression()
        if self.is_symbol(".."):
            return self._range_after(start, node, low_included=False)
        self.need_symbol(")", "after the expression in parentheses")
        return node

    def _one_sided(self, start: int) -> Node:
        """Take the rest of `(< 10)`: a range without one of its ends; `(= 5)` is `[5..5]`."""
        operator = self.take()
        if operator.text == "=" and self.in_point:
            self.refuse('no other "(=" inside this one', operator)
        outer, self.in_point = self.in_point, self.in_point or operator.text == "="
        end = self.sum()
        self.in_point = outer
        self.need_symbol(")", "after the end of the range")
        kind = RangeType(item=end.type)
        place = self.since(start)
        match operator.text:
            case "<" | "<=":
                return RangeNode(place, None, end, False, operator.text == "<=", type=kind)
            case ">" | ">=":
                return RangeNode(place, end, None, operator.text == ">=", False, type=kind)
            case "=":
                return RangeNode(place, end, end, True, True, type=kind)
        return self.refuse('"<", "<=", ">", ">=" or "=" in a range', operator)

    def _bracketed(self) -> Node:
        start = self.take().start
        items: list[Node] = []
        if not self.is_symbol("]"):
            items.append(self.expression())
            if self.is_symbol(".."):
                return self._range_after(start, items[0], low_included=True)
            while self.skip_symbol(","):
                items.append(self.expression())
        self.need_symbol("]", "after the list's items")
        return ListNode(self.since(start), tuple(items), type=type_of_list(tuple(items)))

    def _range_after(self, start: int, low: Node, *, low_included: bool) -> Node:
        self.need_symbol("..", "after the range's start")
        high = self.range_end()
        if not self.is_symbol("]", ")", "["):
            self.refuse('"]", ")" or "[" after the range\'s end')
        high_included = self.take().text == "]"
        kind = RangeType(item=low.type if low.type not in (NULL, ANY) else high.type)
        return RangeNode(self.since(start), low, high, low_included, high_included, type=kind)

    @abstractmethod
    def range_end(self) -> Node:
        """Take the upper end of a range."""

    def _context(self) -> Node:
        start = self.take().start
        entries: list[tuple[str, Node]] = []
        known: dict[str, Type] = {}
        outer = self.scope
        inner = self.scope = outer.inside({})
        while not self.is_symbol("}"):
            token = self.token
            key = unquote(self.take().text) if token.kind == "string" else self.read_name_until(":")
            self.need_symbol(":", "after the entry's key")
            if key in known:
                self.refuse("each key once in a context", token)
            if self.is_word("function"):
                inner.learn(key, FunctionType())  # it may call itself
            value = self.expression()
            entries.append((key, value))
            known[key] = value.type
            inner.learn(key, value.type)
            if not self.skip_symbol(","):
                break
        self.need_symbol("}", "after the context's entries")
        self.scope = outer
        return ContextNode(self.since(start), tuple(entries), type=context_type(known))
