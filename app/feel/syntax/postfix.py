"""Parses what follows an operand: `.path`, `[filter]`, `(arguments)`."""

from __future__ import annotations

from abc import abstractmethod

from app.feel.scope import NameIndex
from app.feel.syntax.cursor import RESERVED
from app.feel.syntax.inference import PROPERTY_NAMES, item_of, type_of_call, type_of_filter, type_of_path
from app.feel.syntax.type_names import IN_NAMES, TypeReader
from app.feel.tree import Call, Filter, Node, Path
from app.feel.types import ContextType, Type

_AFTER_A_RANGE = frozenset({")", "]", ",", "}", "=", "!=", "."})
"""A `[` before one of these, or before a keyword or the end, closes a range: `[1..10[`; else it opens a filter."""

_BEGIN_EXPRESSIONS = frozenset({"if", "for", "some", "every", "function", "null", "true", "false"})


class PostfixParser(TypeReader):
    """Takes an operand with all that follows it."""

    ending_range = False
    """Whether what is being taken is a range's upper end, which a `[` may close."""

    @abstractmethod
    def expression(self) -> Node:
        """Take a whole expression."""

    @abstractmethod
    def primary(self) -> Node:
        """Take an operand."""

    def postfix(self, start: int, node: Node | None = None) -> Node:
        """Take an operand with its paths, filters and calls; or, given a `node` from `start`, what follows it."""
        node = node or self.primary()
        while self.token.kind == "symbol":
            if self.token.text == ".":
                self.take()
                node = self._path(node, start)
            elif self.token.text == "[":
                if self.ending_range and self._closes_range():
                    break
                node = self._filter(node, start)
            elif self.token.text == "(":
                node = self._call(node, start)
            else:
                break
        return node

    def _closes_range(self) -> bool:
        after = self.peek()
        if after.kind == "name":
            return after.text in RESERVED and after.text not in _BEGIN_EXPRESSIONS
        return after.kind == "end" or (after.kind == "symbol" and after.text in _AFTER_A_RANGE)

    def _path(self, source: Node, start: int) -> Node:
        name = self._entry_name(source.type)
        return Path(self.since(start), source, name, type=type_of_path(source.type, name))

    def _entry_name(self, source: Type) -> str:
        if self.token.kind == "escaped":
            return self.take().text
        item = item_of(source)
        entries = item.entries if isinstance(item, ContextType) else {}
        known = NameIndex((*entries, *PROPERTY_NAMES)).find(self.tokens, self.at)
        if known is not None:
            length, name = known
            self.move_to(self.at + length)
            return name
        if self.token.kind != "name":
            self.refuse('a name after "."')
        # Two names in a row mean nothing in FEEL, so after a dot they are one name, whatever the source will be.
        words = [self.take().text]
        while self.token.kind == "name" and self.token.text not in RESERVED:
            words.append(self.take().text)
        return " ".join(words)

    def _filter(self, source: Node, start: int) -> Node:
        self.take()
        item = item_of(source.type)
        known: dict[str, Type] = {"item": item}
        if isinstance(item, ContextType):
            known.update(item.entries)
        with self.names(known):
            condition = self.expression()
        self.need_symbol("]", "after the filter")
        return Filter(self.since(start), source, condition, type=type_of_filter(source.type, condition))

    def _call(self, callee: Node, start: int) -> Node:
        self.take()
        arguments: list[Node] = []
        names: list[str] = []
        while not self.is_symbol(")"):
            named = self._is_named()
            if arguments and named != bool(names):
                self.refuse("a name for each argument, or for none")
            if named:
                names.append(self.read_name_until(":"))
                self.take()
            arguments.append(self.expression())
            if not self.skip_symbol(","):
                break
        self.need_symbol(")", "after the arguments")
        kind = type_of_call(callee.type, tuple(arguments))
        return Call(self.since(start), callee, tuple(arguments), tuple(names) if names else None, type=kind)

    def _is_named(self) -> bool:
        """Return whether an argument's name and a colon stand here."""
        at = self.at
        while self.tokens[at].kind in ("name", "number", "escaped") or self.tokens[at].text in IN_NAMES:
            at += 1
        return at > self.at and self.tokens[at].text == ":" and self.tokens[at].kind == "symbol"
