"""Cuts FEEL text into tokens (DMN 1.5, 10.3.1.2, rules 21 to 37 and 59 to 66).

Owns white space, comments, numbers, strings and single words. A name of several words ("date of birth", "a-b") is
several tokens here; which of them belong together is for the scope to say.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

from app.feel.environment import Position
from app.feel.errors import FeelLimitError, FeelSyntaxError

MAX_TEXT: Final = 100_000

_SPACE = "\\t-\\r \\x85\\xa0\\u1680\\u180e\\u2000-\\u200b\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff"
_START = (
    "A-Za-z_\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02ff\\u0370-\\u037d\\u037f-\\u167f\\u1681-\\u180d\\u180f-\\u1fff"
    "\\u200c-\\u200d\\u2070-\\u218f\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufefe\\uff00-\\ufffd"
    "\\U00010000-\\U000effff"
)
_PART = _START + "0-9\\u00b7\\u0300-\\u036f\\u203f-\\u2040"

_TOKEN = re.compile(
    rf"""(?P<space>[{_SPACE}]++|//[^\n\r]*+|/\*(?s:.*?)\*/)
    |(?P<number>(?:[0-9]++(?:\.[0-9]++)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?)
    |(?P<string>"(?:[^"\\]|\\(?s:.))*+")
    |(?P<escaped>`[^`]++`)
    |(?P<name>[{_START}][{_PART}]*+)
    |(?P<open>/\*|["`])
    |(?P<symbol>\*\*|<=|>=|!=|\.\.|->|(?s:.))""",
    re.VERBOSE,
)
_OPEN = {"/*": "the end of the comment, */", '"': 'the end of the string, "', "`": "the end of the name, `"}
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(['\"\\nrt]))")
_PLAIN = {"n": "\n", "r": "\r", "t": "\t"}
_PAIR = re.compile("([\ud800-\udbff])([\udc00-\udfff])")
_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(slots=True)
class Token:
    """One word, number, string or symbol. `spaced`: white space or a comment stands before it.

    `kind` is "name", "number", "string", "escaped", "symbol" or "end"; `text` is as written, without the marks of an
    escaped name.
    """

    kind: str
    text: str
    start: int
    end: int
    spaced: bool


class Lines:
    """Where the lines of a text begin, to turn offsets into lines and columns."""

    __slots__ = ("starts",)

    def __init__(self, text: str) -> None:
        self.starts = [0, *(found.end() for found in _LINE_END.finditer(text))]

    def position(self, start: int, end: int) -> Position:
        """Return the stretch from offset `start` to `end`."""
        line = bisect_right(self.starts, start)
        return Position(line, start - self.starts[line - 1] + 1, start, end)


def tokenise(text: str) -> list[Token]:
    """Return the tokens of `text`, an "end" one last; FeelSyntaxError where a string or comment does not end."""
    if len(text) > MAX_TEXT:
        raise FeelLimitError(
            "text_length", MAX_TEXT, f"Expected at most {MAX_TEXT} characters of FEEL, but there are {len(text)}"
        )
    tokens: list[Token] = []
    spaced = False
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or "symbol"
        if kind == "space":
            spaced = True
            continue
        word = found.group()
        if kind == "open":
            place = Lines(text).position(found.start(), found.end())
            raise FeelSyntaxError(_OPEN[word], "the end of the text", place.line, place.column)
        if kind == "escaped":
            word = word[1:-1].strip()
        tokens.append(Token(kind, word, found.start(), found.end(), spaced))
        spaced = False
    tokens.append(Token("end", "", len(text), len(text), spaced))
    return tokens


def unquote(literal: str) -> str:
    """Return the characters a string literal stands for: its quotes off, escapes resolved, surrogate pairs joined.

    A backslash before any other character stands for itself, so regular expressions need no doubling.
    """
    body = literal[1:-1]
    if "\\" not in body:
        return body
    return _PAIR.sub(_join_pair, _ESCAPE.sub(_unescape, body))


def _unescape(found: re.Match[str]) -> str:
    four, six, plain = found.groups()
    if plain:
        return _PLAIN.get(plain, plain)
    code = int(four or six, 16)
    return chr(code) if code <= 0x10FFFF else found.group()


def _join_pair(found: re.Match[str]) -> str:
    high, low = (ord(half) for half in found.groups())
    return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
