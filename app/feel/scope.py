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
_Entries = dict[str, list[tuple[Pattern, str]]]


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
    _names_by_word: _Entries = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_names_by_word", _by_first_word(self.names))

    def inside(self, names: Mapping[str, Type]) -> Scope:
        """Return a local scope that knows `names` in front of this one's."""
        return Scope(dict(names), outer=self, local=True)

    def learn(self, name: str, kind: Type) -> None:
        """Know one name more; only for a local scope, while its context is being read."""
        assert isinstance(self.names, dict)
        self.names[name] = kind
        _note(self._names_by_word, name)

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

    def find_named_type(self, name: str) -> Type | None:
        """Return the type called `name`, or None."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.types:
                return scope.types[name]
            scope = scope.outer
        return None

    def find_longest(self, tokens: Sequence[Token], at: int) -> Match | None:
        """Return the known name that takes the most tokens from `at`, the innermost when several do."""
        best: Match | None = None
        scope: Scope | None = self
        word = tokens[at].text
        while scope is not None:
            for pattern, name in scope._names_by_word.get(word, ()):
                if best is not None and len(pattern) <= best.length:
                    break
                if len(pattern) == 1 or stands_at(pattern, tokens, at):
                    best = Match(len(pattern), name, scope.names[name], scope.local)
                    break
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


@lru_cache(maxsize=4096)
def words_of(name: str) -> Pattern:
    """Return `name` as token texts, each with whether white space stands before it."""
    try:
        tokens = tokenise(name)[:-1]
    except FeelError:  # a key such as `5" pipe` can only be had by get value() or in backticks
        return ((name, False),)
    return tuple((token.text, token.spaced and at > 0) for at, token in enumerate(tokens))


def stands_at(pattern: Pattern, tokens: Sequence[Token], at: int) -> bool:
    """Return whether the tokens from `at` spell `pattern`."""
    if at + len(pattern) >= len(tokens) + 1:
        return False
    for offset, (text, spaced) in enumerate(pattern):
        token = tokens[at + offset]
        if token.text != text or (offset and token.spaced != spaced) or token.kind in ("string", "escaped", "end"):
            return False
    return True


def _by_first_word(names: Iterable[str]) -> _Entries:
    entries: _Entries = {}
    for name in names:
        _note(entries, name)
    return entries


def _note(entries: _Entries, name: str) -> None:
    pattern = words_of(name)
    if pattern:
        patterns = entries.setdefault(pattern[0][0], [])
        patterns.append((pattern, name))
        patterns.sort(key=lambda entry: -len(entry[0]))
