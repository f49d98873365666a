"""Reads types as text writes them: `list<tLoan>`, `context<a: string>`, `function<number> -> string`."""

from __future__ import annotations

from app.feel.scope import stands_at, words_of
from app.feel.syntax.cursor import Cursor
from app.feel.types import ANY, SIMPLE, ContextType, FunctionType, ListType, RangeType, Type

_SIMPLE_PATTERNS = sorted(((words_of(name), kind) for name, kind in SIMPLE.items()), key=lambda entry: -len(entry[0]))


IN_NAMES = ("?", ".", "/", "-", "'", "+", "*", "**", "->")
"""Symbols that a name may hold beside its words."""


class TypeReader(Cursor):
    """Takes a type from the tokens."""

    def read_type(self) -> Type:
        """Return the type that stands here; FeelSyntaxError when it is unknown."""
        self.nest()
        try:
            return self._read_type()
        finally:
            self.nested -= 1

    def _read_type(self) -> Type:
        named = self.scope.find_longest_type(self.tokens, self.at)
        if named is not None:
            self.move_to(self.at + named.length)
            return named.type
        opens = self.peek().kind == "symbol" and self.peek().text == "<"
        word = self.token.text
        if self.token.kind == "name" and opens and word in ("list", "range", "context", "function"):
            self.move_to(self.at + 2)
            return self._read_parameters(word)
        for pattern, kind in _SIMPLE_PATTERNS:
            if stands_at(pattern, self.tokens, self.at):
                self.move_to(self.at + len(pattern))
                return kind
        return self.refuse("the name of a type")

    def _read_parameters(self, word: str) -> Type:
        """Return a type whose `word<` has been taken."""
        if word == "context":
            return self._read_entries()
        if word == "function":
            return self._read_signature()
        item = self.read_type()
        self.need_symbol(">", f"after the type in {word}<")
        return ListType(item=item) if word == "list" else RangeType(item=item)

    def _read_entries(self) -> Type:
        entries: dict[str, Type] = {}
        while not self.is_symbol(">"):
            name = self.read_name_until(":")
            self.need_symbol(":", "after the entry's name")
            entries[name] = self.read_type()
            if not self.skip_symbol(","):
                break
        self.need_symbol(">", "after the entries of context<")
        return ContextType(entries=entries)

    def _read_signature(self) -> Type:
        parameters: list[Type] = []
        while not self.is_symbol(">"):
            parameters.append(self.read_type())
            if not self.skip_symbol(","):
                break
        self.need_symbol(">", "after the parameters of function<")
        result = self.read_type() if self.skip_symbol("->") else ANY
        return FunctionType(parameters=tuple(parameters), result=result)

    def read_name_until(self, *stops: str) -> str:
        """Take the tokens before a symbol or keyword in `stops` and return them as a name."""
        if self.token.kind == "escaped":
            return self.take().text
        start = self.at
        words: list[str] = []
        while self.token.kind in ("name", "number") or self.is_symbol(*IN_NAMES):
            if self.token.text in stops and self.at > start:
                break
            if self.token.spaced and words:
                words.append(" ")
            words.append(self.take().text)
        if not words:
            self.refuse("a name")
        return "".join(words)
