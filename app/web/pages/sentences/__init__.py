"""What the languages, the engine and the services say of a model or an input, in the language of the page.

They speak English sentences and know no page. Here each sentence stands as the catalogue knows it; one that is met is
recognised by it and said again in the reader's language, its values too where they are sentences or kinds themselves.
A test holds every sentence of theirs to be known here. What is not known stays as it is.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from flask_babel import gettext

from app.web.pages.blueprint import language
from app.web.pages.sentences import calendar, feel, model, refusal, table, task

PLACE = re.compile(r"%\((\w+)\)s")
LOCATED = re.compile(r"(?P<problem>.+) \((?P<place>file .+)\)", re.DOTALL)
QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
PARSER = re.compile(r".+[,:] line (?P<line>\d+),? column (?P<column>\d+)( \(char \d+\))?", re.DOTALL)
"""What a parser of XML or JSON says in words of its own: of these only the place is said again."""

FORMS = {
    "row": "[0-9,]+",
    "line": "[0-9,]+",
    "count": "[0-9,]+",
    "symbol": '"[^"]+"',
    "expected": "(?:(?!, but ).)+",
}
"""What stands in some places, by name; in all others anything does."""

SENTENCES_OF_THEIR_OWN = frozenset({"problem", "where"})
"""Values that are sentences: where one is not known, the sentence around it is another one than it looks."""

LISTS = ((" or ", "或"), (" and ", "与"), (", ", "、"))
DEEPEST = 5
PARTS = (table, feel, model, refusal, task, calendar)


class Sentence(NamedTuple):
    """A sentence of the catalogue and how it is recognised."""

    text: str
    begins: str
    pattern: re.Pattern[str]


def in_words(told: str) -> str:
    """Return what was told of a model, line by line, in the language of the page."""
    if language() == "en":
        return told
    return "\n".join(_say(line, 0) or line for line in told.split("\n"))


def known_words(told: str) -> str | None:
    """Return one sentence in the language of the page; None where it is not known."""
    words = _say(told, 0)
    return told if words is not None and language() == "en" else words


@cache
def known_sentences() -> tuple[Sentence, ...]:
    """Return every sentence, the one with most words of its own first: it says most exactly what is meant."""
    texts = sorted(
        {text for part in PARTS for text in part.SENTENCES},
        key=_own_length,
        reverse=True,
    )
    return tuple(Sentence(text, text.split("%")[0], re.compile(_pattern_of(text), re.DOTALL)) for text in texts)


def _own_length(text: str) -> int:
    return len(PLACE.sub("", text))


def _pattern_of(text: str) -> str:
    parts = PLACE.split(text)
    named = [f"(?P<{name}>{FORMS.get(name, '.+?')})" for name in parts[1::2]]
    words = [re.escape(part.replace("%%", "%")) for part in parts[::2]]
    return "".join(word + place for word, place in zip(words, [*named, ""], strict=True))


def _say(told: str, depth: int) -> str | None:
    """Return a sentence in the page's language; None for one that is not known."""
    if depth > DEEPEST:
        return None
    located = LOCATED.fullmatch(told)
    if located is not None and (problem := _say(located["problem"], depth + 1)) is not None:
        return f"{problem}（{_say(located['place'], depth + 1) or located['place']}）"
    for text, begins, pattern in known_sentences():
        found = pattern.fullmatch(told) if told.startswith(begins) else None
        values = None if found is None else _values(found.groupdict(), depth + 1)
        if values is not None:
            return str(gettext(text, **values))
    parsed = PARSER.fullmatch(told) if depth else None
    return None if parsed is None else str(gettext(table.MISTAKE, **parsed.groupdict()))


def _values(found: dict[str, str], depth: int) -> dict[str, str] | None:
    values = {name: _value(value, depth) for name, value in found.items()}
    if any(name in SENTENCES_OF_THEIR_OWN and value is None for name, value in values.items()):
        return None
    return {name: found[name] if value is None else value for name, value in values.items()}


def _value(value: str, depth: int) -> str | None:
    """Return one value as it is said: a name in the language's quotes, a sentence or kind of the catalogue, a list."""
    said = _name_or_kind(value, depth)
    if said is not None:
        return said
    parts = value.split("; ")
    told = [_say(part, depth) for part in parts] if len(parts) > 1 else []
    if any(told):
        return "；".join(words or part for words, part in zip(told, parts, strict=True))
    for english, chinese in LISTS:
        listed = [_name_or_kind(part, DEEPEST) for part in value.split(english)] if english in value else [None]
        if None not in listed:
            return chinese.join(filter(None, listed))
    return None


def _name_or_kind(value: str, depth: int) -> str | None:
    quoted = QUOTED.fullmatch(value)
    return f"“{quoted[1] or quoted[2] or ''}”" if quoted is not None else _say(value, depth)
