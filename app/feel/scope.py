"""The names that text may use, with their types where known, so `a-b` and `date of birth` can be read as names.

Owns look-up by name and by the longest run of tokens; the parser pushes inner scopes as it goes. Knows no values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from app.feel.errors import FeelError
from app.feel.syntax.lexer import Token, tokenise
from app.feel.types import ANY, Type

Pattern = tuple[tuple[str, bool], ...]
"""A name as its tokens' texts, each with whether white space stands before it."""


class NameIndex:
    """Names by the tokens they are made of."""

    __slots__ = ("_by_pattern", "_lengths")

    def __init__(self, names: Iterable[str]) -> None:
        self._by_pattern: dict[Pattern, str] = {}
        self._lengths: dict[str, list[int]] = {}
        for name in names:
            self.note(name)

    def note(self, name: str) -> None:
        """Add a name."""
        pattern = words_of(name)
        if not pattern:
            return
        self._by_pattern[pattern] = name
        lengths = self._lengths.setdefault(pattern[0][0], [])
        if len(pattern) not in lengths:
            lengths.append(len(pattern))
            lengths.sort(reverse=True)

    def find(self, tokens: Sequence[Token], at: int) -> tuple[int, str] | None:
        """Return how many tokens the longest name at `at` takes, and the name."""
        for length in self._lengths.get(tokens[at].text, ()):
            name = self._by_pattern.get(_spelt(tokens, at, length))
            if name is not None:
                return length, name
        return None


def _spelt(tokens: Sequence[Token], at: int, length: int) -> Pattern:
    stretch = tokens[at : at + length]
    if any(token.kind in ("string", "escaped", "end") for token in stretch):
        return ()
    return tuple((token.text, token.spaced and place > 0) for place, token in enumerate(stretch))


class Match(NamedTuple):
    """A known name found at a token: how many tokens it takes, its name as declared, and its type."""

    length: int
    name: str
    type: Type
    local: bool = False
    built_in: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """Known variables and named types, in front of an outer scope's.

    `names` maps a variable to its type (ANY when unknown); `types` maps what `instance of` and function parameters may
    name (item definitions, "import.tName") to types. `local`: the names are bound inside the text itself.
    """

    names: Mapping[str, Type] = field(default_factory=dict)
    types: Mapping[str, Type] = field(default_factory=dict)
    outer: Scope | None = None
    local: bool = False
    _index: NameIndex = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", NameIndex(self.names))

    def inside(self, names: Mapping[str, Type]) -> Scope:
        """Return a local scope that knows `names` in front of this one's."""
        return Scope(dict(names), outer=self, local=True)

    def learn(self, name: str, kind: Type) -> None:
        """Know one name more; only for a local scope, while its context is being read."""
        assert isinstance(self.names, dict)
        self.names[name] = kind
        self._index.note(name)

    def find(self, name: str) -> Match | None:
        """Return the variable `name`, the innermost, or None when there is none of that name."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return Match(1, name, scope.names[name], scope.local)
            scope = scope.outer
        return None

    def find_type_of(self, name: str) -> Type | None:
        """Return the type of the variable `name`, or None when there is none of that name."""
        found = self.find(name)
        return None if found is None else found.type

    def find_longest(self, tokens: Sequence[Token], at: int) -> Match | None:
        """Return the known name that takes the most tokens from `at`, the innermost when several do."""
        best: Match | None = None
        scope: Scope | None = self
        while scope is not None:
            found = scope._index.find(tokens, at)
            if found is not None and (best is None or found[0] > best.length):
                length, name = found
                best = Match(length, name, scope.names[name], scope.local)
            scope = scope.outer
        return best

    def find_longest_type(self, tokens: Sequence[Token], at: int) -> Match | None:
        """Return the named type that takes the most tokens from `at`."""
        best: Match | None = None
        scope: Scope | None = self
        while scope is not None:
            for name, kind in scope.types.items():
                pattern = words_of(name)
                if (best is None or len(pattern) > best.length) and stands_at(pattern, tokens, at):
                    best = Match(len(pattern), name, kind)
            scope = scope.outer
        return best


Names = Scope | Mapping[str, Type] | Iterable[str]
"""How callers may say which names are known: a scope, names with types, or just names."""


def scope_of(names: Names) -> Scope:
    """Return `names` as a scope."""
    if isinstance(names, Scope):
        return names
    if isinstance(names, Mapping):
        return Scope(dict(names))
    return Scope(dict.fromkeys(names, ANY))


def words_of(name: str) -> Pattern:
    """Return `name` as a pattern."""
    return _known_words(name) if len(name) < 100 else _words(name)


def _words(name: str) -> Pattern:
    try:
        tokens = tokenise(name)[:-1]
    except FeelError:  # a key such as `5" pipe` can only be had by get value() or in backticks
        return ((name, False),)
    return tuple((token.text, token.spaced and at > 0) for at, token in enumerate(tokens))


_known_words = lru_cache(maxsize=4096)(_words)


def stands_at(pattern: Pattern, tokens: Sequence[Token], at: int) -> bool:
    """Return whether the tokens from `at` spell `pattern`."""
    if at + len(pattern) >= len(tokens) + 1:
        return False
    for offset, (text, spaced) in enumerate(pattern):
        token = tokens[at + offset]
        if token.text != text or (offset and token.spaced != spaced) or token.kind in ("string", "escaped", "end"):
            return False
    return True
