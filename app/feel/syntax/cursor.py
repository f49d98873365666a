"""The parser's place in the tokens: looking, taking, refusing, and the scope of names that holds at that place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final, NoReturn

from app.feel.environment import Position
from app.feel.errors import FeelLimitError, FeelSyntaxError
from app.feel.scope import Match, Scope
from app.feel.syntax.built_in_names import built_in_names, installation_names
from app.feel.syntax.lexer import Lines, Token, tokenise
from app.feel.types import Type

MAX_NESTING: Final = 64
"""How deep expressions may stand in one another: some ten Python frames each while parsing."""

RESERVED: Final = frozenset(
    [
        "if",
        "then",
        "else",
        "for",
        "in",
        "return",
        "some",
        "every",
        "satisfies",
        "function",
        "instance",
        "between",
        "and",
        "or",
        "null",
        "true",
        "false",
    ]
)


class Cursor:
    """A place in the tokens of one text."""

    def __init__(self, text: str, scope: Scope) -> None:
        self.text = text
        self.lines = Lines(text)
        self.tokens = tokenise(text)
        self.at = 0
        self.token = self.tokens[0]
        self.scope = scope
        self.nested = 0

    # looking and taking

    def peek(self, ahead: int = 1) -> Token:
        """Return the token `ahead` of this one; the end, when there are fewer."""
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    def move_to(self, at: int) -> None:
        """Stand at the token number `at`."""
        self.at = at
        self.token = self.tokens[at]

    def take(self) -> Token:
        """Return this token and step past it."""
        token = self.token
        if token.kind != "end":
            self.move_to(self.at + 1)
        return token

    def is_symbol(self, *texts: str) -> bool:
        """Return whether this token is one of these symbols."""
        return self.token.kind == "symbol" and self.token.text in texts

    def is_word(self, text: str) -> bool:
        """Return whether this token is the keyword `text`."""
        return self.token.kind == "name" and self.token.text == text

    def skip_symbol(self, text: str) -> bool:
        """Step past the symbol `text` if it stands here."""
        if self.token.kind == "symbol" and self.token.text == text:
            self.take()
            return True
        return False

    def skip_word(self, text: str) -> bool:
        """Step past the keyword `text` if it stands here."""
        if self.is_word(text):
            self.take()
            return True
        return False

    def need_symbol(self, text: str, where: str) -> Token:
        """Step past the symbol `text`, which must stand here."""
        if not self.is_symbol(text):
            self.refuse(f'"{text}" {where}')
        return self.take()

    def need_word(self, text: str, where: str) -> Token:
        """Step past the keyword `text`, which must stand here."""
        if not self.is_word(text):
            self.refuse(f'"{text}" {where}')
        return self.take()

    # saying where

    def since(self, start: int) -> Position:
        """Return the stretch from offset `start` to the end of the last token taken."""
        return self.lines.position(start, self.tokens[self.at - 1].end if self.at else start)

    def refuse(self, expected: str, token: Token | None = None) -> NoReturn:
        """Raise FeelSyntaxError at `token`, or here."""
        token = token or self.token
        place = self.lines.position(token.start, token.end)
        found = "the end of the text" if token.kind == "end" else f'"{token.text[:40]}"'
        raise FeelSyntaxError(expected, found, place.line, place.column)

    # scopes and depth

    def find_name(self) -> Match | None:
        """Return the longest known name that stands here; a variable rather than a built-in of the same length."""
        known = self.scope.find_longest(self.tokens, self.at)
        built_in = built_in_names().find_longest(self.tokens, self.at)
        if built_in is not None and (known is None or built_in.length > known.length):
            return built_in._replace(built_in=True)
        given = installation_names().find_longest(self.tokens, self.at)
        return given if given is not None and (known is None or given.length > known.length) else known

    @contextmanager
    def names(self, names: Mapping[str, Type]) -> Iterator[None]:
        """Know `names` as well, inside the block."""
        outer = self.scope
        self.scope = outer.inside(names)
        try:
            yield
        finally:
            self.scope = outer

    def nest(self) -> None:
        """Go one level in; FeelLimitError past the cap."""
        self.nested += 1
        if self.nested > MAX_NESTING:
            place = self.lines.position(self.token.start, self.token.end)
            raise FeelLimitError(
                "nesting",
                MAX_NESTING,
                f"Expected expressions nested at most {MAX_NESTING} deep, but these go deeper"
                f" (line {place.line}, column {place.column})",
            )
