r"""XPath regular expressions (XPath 2.0 Functions and Operators, 7.6), for hostile patterns and inputs too.

Owns translation (elementpath), matching under a time limit (regex), and replacement texts (`$1`, `\$`, `\\`).
Raises PatternError for what is no pattern, flag or replacement, FeelLimitError for what takes too long.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from time import thread_time
from typing import TYPE_CHECKING, Any

import regex

from app.feel.errors import FeelLimitError

if TYPE_CHECKING:
    from app.feel.environment import Run

MATCH_SECONDS = 0.5
"""Wall-clock time for one call of `matches`, `replace`, `split` or `extract`; checked inside the matcher."""

_LONGEST_PATTERN = 1000
_LONGEST_TRANSLATION = 100_000
_MOST_UNROLLED = 5000
_FLAGS = {"s": regex.DOTALL, "m": regex.MULTILINE, "i": regex.IGNORECASE}
_PYTHON_FLAGS = {"s": re.DOTALL, "m": re.MULTILINE, "i": re.IGNORECASE}
_CLASSES = {r"\d": r"[\d]", r"\D": r"[^\d]", r"\s": r"[\s]", r"\S": r"[^\s]", r"\w": r"[\w]", r"\W": r"[^\w]"}
_COUNT = re.compile(r"\{(\d{1,9})(?:,(\d{0,9}))?\}")
_SPACE = (" ", "\t", "\n", "\r")
_REPLACEMENT = re.compile(r"\\([\\$])|\$(\d+)|([^\\$]+)")


class PatternError(ValueError):
    """The pattern, flag or replacement is not one of XPath's; the message says what is wrong with it."""


def search(run: Run, text: str, pattern: str, flags: str) -> bool:
    """Return whether the pattern occurs anywhere in the text."""
    compiled = compile_pattern(pattern, flags)
    return _in_time(run, lambda: compiled.search(text, timeout=MATCH_SECONDS)) is not None


def substitute(run: Run, text: str, pattern: str, replacement: str, flags: str) -> str:
    """Return the text with every match replaced; a pattern that matches the empty string is refused, as XPath does."""
    compiled = _never_empty(run, pattern, flags)
    parts = [replacement] if "q" in flags else _replacement_parts(replacement, compiled.groups)
    allowed = run.limits.string_length
    size = len(text)

    def expand(match: Any) -> str:
        nonlocal size
        new = "".join(part if isinstance(part, str) else match[part] or "" for part in parts)
        size += len(new)
        run.check_string(size - len(text) if size > allowed + len(text) else 0)
        return new

    result: str = _in_time(run, lambda: compiled.sub(expand, text, timeout=MATCH_SECONDS))
    run.check_string(len(result))
    return result


def split(run: Run, text: str, pattern: str) -> list[str]:
    """Return the stretches between matches, empty ones included; a pattern that matches the empty string is refused."""
    compiled = _never_empty(run, pattern, "")
    found = _in_time(run, lambda: [match.span() for match in compiled.finditer(text, timeout=MATCH_SECONDS)])
    run.check_list(len(found) + 1)
    run.step(len(found))
    starts = [0, *(end for _, end in found)]
    ends = [*(start for start, _ in found), len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def find_all(run: Run, text: str, pattern: str) -> list[str]:
    """Return every match, left to right, without overlaps."""
    compiled = compile_pattern(pattern, "")
    found: list[str] = _in_time(run, lambda: [match[0] for match in compiled.finditer(text, timeout=MATCH_SECONDS)])
    run.check_list(len(found))
    run.step(len(found))
    return found


@lru_cache(maxsize=512)
def compile_pattern(pattern: str, flags: str) -> Any:
    """Return the compiled pattern; PatternError when XPath has no such pattern or flag, or it is too large."""
    if not set(flags) <= set("smixq"):
        raise PatternError(f'Expected flags out of s, m, i, x, q, but they are "{flags}"')
    if len(pattern) > _LONGEST_PATTERN:
        raise PatternError(f"Expected a pattern of at most {_LONGEST_PATTERN} characters, but it has {len(pattern)}")
    from elementpath.regex import RegexError  # half of all the time it takes to import FEEL, for a few expressions

    compiled_flags, python_flags = regex.VERSION0, 0
    for flag in flags.replace("q", "").replace("x", ""):
        compiled_flags |= _FLAGS[flag]
        python_flags |= _PYTHON_FLAGS[flag]
    try:
        translated = regex.escape(pattern) if "q" in flags else _translate(pattern, "x" in flags, python_flags)
        return regex.compile(translated, compiled_flags)
    except (RegexError, regex.error, re.error, RecursionError, OverflowError, KeyError, IndexError) as error:
        raise PatternError(f'Expected an XPath regular expression, but "{pattern}" is none ({error})') from error


def _translate(pattern: str, ignore_space: bool, python_flags: int) -> str:
    from elementpath.regex import translate_pattern

    pieces = list(_pieces(pattern, ignore_space))
    if _unrolled_size(pieces) > _MOST_UNROLLED:
        raise PatternError(f"Expected counts that repeat at most {_MOST_UNROLLED} items in all, but they repeat more")
    # What \d, \s and \w mean in XPath differs from Python outside classes; inside, elementpath spells them out.
    spelled_out = "".join(piece if in_class else _CLASSES.get(piece, piece) for piece, in_class in pieces)
    translated = translate_pattern(spelled_out, python_flags)
    if len(translated) > _LONGEST_TRANSLATION:
        raise PatternError("Expected a smaller pattern, but its character classes are too large")
    return translated


def _pieces(pattern: str, ignore_space: bool) -> Iterator[tuple[str, bool]]:
    """Yield characters, escapes and counts, each with whether it is in a class; flag x drops space outside them."""
    depth, at = 0, 0
    while at < len(pattern):
        count = _COUNT.match(pattern, at)
        piece = count[0] if count is not None and depth == 0 else pattern[at]
        at += len(piece)
        if ignore_space and depth == 0 and piece in _SPACE:
            continue
        if piece == "\\":
            while ignore_space and depth == 0 and pattern[at : at + 1] in _SPACE and at < len(pattern):
                at += 1
            piece += pattern[at : at + 1]
            at += 1
        depth += (piece == "[") - (piece == "]")
        yield piece, depth > 0


def _unrolled_size(pieces: list[tuple[str, bool]]) -> int:
    """Return how many items the pattern has once every count is written out, as the matcher does when it compiles."""
    sizes, last = [0], 0
    for piece, in_class in pieces:
        if in_class:
            continue
        count = _COUNT.fullmatch(piece)
        if piece == "(":
            sizes.append(0)
            last = 0
        elif count is not None:
            sizes[-1] += last * (max(int(count[1]), int(count[2] or 0)) - 1)
        else:
            last = max(sizes.pop(), 1) if piece == ")" and len(sizes) > 1 else 1
            sizes[-1] += last
    return max(sizes)


def _never_empty(run: Run, pattern: str, flags: str) -> Any:
    compiled = compile_pattern(pattern, flags)
    if _in_time(run, lambda: compiled.search("", timeout=MATCH_SECONDS)) is not None:
        raise PatternError(f'Expected a pattern that needs at least one character, but "{pattern}" matches none')
    return compiled


def _replacement_parts(replacement: str, groups: int) -> list[str | int]:
    parts: list[str | int] = []
    at = 0
    while at < len(replacement):
        match = _REPLACEMENT.match(replacement, at)
        if match is None:
            raise PatternError(
                f'Expected $ and \\ in a replacement to be written \\$ and \\\\, but it is "{replacement}"'
            )
        at = match.end()
        if match[2] is None:
            parts.append(match[1] or match[3])
            continue
        # `$12` is group 12 where there are so many groups, else group 1 and a "2".
        digits = match[2]
        length = next((n for n in range(len(digits), 1, -1) if int(digits[:n]) <= groups), 1)
        number = int(digits[:length])
        parts += [number if number <= groups else "", digits[length:]]
    return parts


def _in_time(run: Run, work: Callable[[], Any]) -> Any:
    # A microsecond of matching is a step, so that many slow patterns end like one that is too slow.
    started = thread_time()
    try:
        found = work()
    except TimeoutError:
        raise FeelLimitError(
            "regular_expression",
            int(MATCH_SECONDS * 1000),
            f"Expected a regular expression to finish in {MATCH_SECONDS} s, but it goes on (nested repetition?)",
        ) from None
    run.step(1 + int((thread_time() - started) * 1_000_000))
    return found
