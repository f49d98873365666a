"""The string functions (DMN 1.5, table 75) with Camunda's `extract`, `trim`, `is blank`, base64 and `string join`.

Positions count Unicode characters from 1. Patterns are `app.feel.builtins.patterns`'s.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from app.feel.builtins import patterns
from app.feel.builtins.declare import built_in, refuse, takes

if TYPE_CHECKING:
    from app.feel.environment import Run

P = ParamSpec("P")
R = TypeVar("R")


def substring(run: Run, text: str, start: Decimal, length: Decimal | None = None) -> str | None:
    """Return `length` characters from position `start` (negative: from the end), or all that follow."""
    first = int(start) if abs(start) <= len(text) else 0
    if first == 0:
        return refuse(run, f"Expected a start position within the {len(text)} characters, but it is {start}")
    if length is None:
        return text[first - 1 :] if first > 0 else text[first:]
    if length < 1:
        return refuse(run, f"Expected a length of at least 1, but it is {length}")
    begin = first - 1 if first > 0 else len(text) + first
    return text[begin : begin + int(min(length, Decimal(len(text))))]


def substring_before(_run: Run, text: str, match: str) -> str:
    """Return what stands before the first `match`; nothing when it is not there."""
    return text.partition(match)[0] if match and match in text else ""


def substring_after(_run: Run, text: str, match: str) -> str:
    """Return what stands after the first `match`; nothing when it is not there."""
    if not match:
        return text
    return text.partition(match)[2]


def matches(run: Run, text: str, pattern: str, flags: str | None = None) -> bool | None:
    """Return whether the pattern occurs in the text."""
    return _use_pattern(patterns.search, run, text, pattern, flags or "")


def replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None = None) -> str | None:
    """Return the text with every match of the pattern replaced."""
    return _use_pattern(patterns.substitute, run, text, pattern, replacement, flags or "")


def split(run: Run, text: str, delimiter: str) -> list[str] | None:
    """Return the stretches between the matches of a pattern."""
    return _use_pattern(patterns.split, run, text, delimiter)


def extract(run: Run, text: str, pattern: str) -> list[str] | None:
    """Return every match of the pattern."""
    return _use_pattern(patterns.find_all, run, text, pattern)


def _use_pattern(use: Callable[Concatenate[Run, P], R], run: Run, *told: P.args, **more: P.kwargs) -> R | None:
    try:
        return use(run, *told, **more)
    except patterns.PatternError as error:
        return refuse(run, str(error))


def string_join(
    run: Run, texts: list[Any], delimiter: str | None = None, prefix: str | None = None, suffix: str | None = None
) -> str | None:
    """Return the texts one after the other, nulls left out, with the delimiter between them."""
    kept = [text for text in texts if text is not None]
    if not all(isinstance(text, str) for text in kept):
        return refuse(run, "Expected a list of strings, but it holds something else")
    between, before, after = delimiter or "", prefix or "", suffix or ""
    run.check_string(sum(map(len, kept)) + len(between) * len(kept) + len(before) + len(after))
    return before + between.join(kept) + after


def to_base64(_run: Run, text: str) -> str:
    """Return the base64 of the text's UTF-8."""
    return base64.b64encode(text.encode("utf-8", "surrogatepass")).decode("ascii")


def from_base64(run: Run, text: str) -> str | None:
    """Return the text whose UTF-8 this is the base64 of."""
    try:
        return base64.b64decode(text, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return refuse(run, "Expected base64 of UTF-8 text, but it is not")


STRING_FUNCTIONS = (
    built_in(
        "substring",
        takes(substring, "string: string", "start position: number", "length?: number"),
        gives="string",
        en="The part of a text from a position, which counts from 1, or from the end when negative.",
        zh="从指定位置起截取文本；位置从 1 数起，负数从末尾数起。",
        example='substring("foobar", 3, 2) = "ob"',
    ),
    built_in(
        "string length",
        takes(lambda _run, text: Decimal(len(text)), "string: string"),
        gives="number",
        en="How many characters a text has.",
        zh="文本的字符数。",
        example='string length("投诉") = 2',
    ),
    built_in(
        "upper case",
        takes(lambda _run, text: text.upper(), "string: string"),
        gives="string",
        en="The text in capitals.",
        zh="转为大写。",
        example='upper case("aBc4") = "ABC4"',
    ),
    built_in(
        "lower case",
        takes(lambda _run, text: text.lower(), "string: string"),
        gives="string",
        en="The text in small letters.",
        zh="转为小写。",
        example='lower case("aBc4") = "abc4"',
    ),
    built_in(
        "substring before",
        takes(substring_before, "string: string", "match: string"),
        gives="string",
        en="What stands before the first occurrence of another text; empty when it does not occur.",
        zh="另一文本首次出现之前的部分；未出现时为空。",
        example='substring before("a@b.cn", "@") = "a"',
    ),
    built_in(
        "substring after",
        takes(substring_after, "string: string", "match: string"),
        gives="string",
        en="What stands after the first occurrence of another text; empty when it does not occur.",
        zh="另一文本首次出现之后的部分；未出现时为空。",
        example='substring after("a@b.cn", "@") = "b.cn"',
    ),
    built_in(
        "replace",
        takes(replace, "input: string", "pattern: string", "replacement: string", "flags?: string|null"),
        gives="string",
        en="The text with every match of a regular expression replaced; $1 stands for the first group.",
        zh="把正则表达式的每处匹配替换掉；$1 代表第一个分组。",
        example='replace("abcd", "(ab)|(a)", "[1=$1][2=$2]") = "[1=ab][2=]cd"',
    ),
    built_in(
        "contains",
        takes(lambda _run, text, match: match in text, "string: string", "match: string"),
        gives="boolean",
        en="Whether a text occurs in another.",
        zh="文本中是否含有另一文本。",
        example='contains("foobar", "oba") = true',
    ),
    built_in(
        "starts with",
        takes(lambda _run, text, match: text.startswith(match), "string: string", "match: string"),
        gives="boolean",
        en="Whether a text begins with another.",
        zh="文本是否以另一文本开头。",
        example='starts with("foobar", "fo") = true',
    ),
    built_in(
        "ends with",
        takes(lambda _run, text, match: text.endswith(match), "string: string", "match: string"),
        gives="boolean",
        en="Whether a text ends with another.",
        zh="文本是否以另一文本结尾。",
        example='ends with("foobar", "r") = true',
    ),
    built_in(
        "matches",
        takes(matches, "input: string", "pattern: string", "flags?: string|null"),
        gives="boolean",
        en="Whether a regular expression matches somewhere in a text; flags are s, m, i, x and q.",
        zh="正则表达式是否在文本某处匹配；标志为 s、m、i、x、q。",
        example='matches("622202", "^62[0-9]+$") = true',
    ),
    built_in(
        "split",
        takes(split, "string: string", "delimiter: string"),
        gives="list<string>",
        en="The parts of a text between the matches of a regular expression.",
        zh="按正则表达式把文本切成列表。",
        example='split("a;b;;", ";") = ["a", "b", "", ""]',
    ),
    built_in(
        "string join",
        takes(string_join, "list: list", "delimiter?: string|null"),
        takes(string_join, "list: list", "delimiter: string|null", "prefix: string|null", "suffix: string|null"),
        gives="string",
        en="A list of texts in one, with a delimiter between and perhaps a prefix and suffix; nulls are left out.",
        zh="把文本列表连成一个，可带分隔符、前缀和后缀；空值略去。",
        example='string join(["a", "b"], ", ", "[", "]") = "[a, b]"',
    ),
    built_in(
        "extract",
        takes(extract, "string: string", "pattern: string"),
        gives="list<string>",
        en="Every match of a regular expression in a text.",
        zh="文本中正则表达式的全部匹配。",
        example='extract("references are 1234, 1256", "12[0-9]*") = ["1234", "1256"]',
    ),
    built_in(
        "trim",
        takes(lambda _run, text: text.strip(), "string: string"),
        gives="string",
        en="The text without white space at its ends.",
        zh="去掉文本两端的空白。",
        example='trim("  hello ") = "hello"',
    ),
    built_in(
        "is blank",
        takes(lambda _run, text: not text.strip(), "string: string"),
        gives="boolean",
        en="Whether a text is empty or only white space.",
        zh="文本是否为空或只有空白。",
        example='is blank("  ") = true',
    ),
    built_in(
        "to base64",
        takes(to_base64, "value: string"),
        gives="string",
        en="The text in base64.",
        zh="把文本编码为 base64。",
        example='to base64("FEEL") = "RkVFTA=="',
    ),
    built_in(
        "from base64",
        takes(from_base64, "value: string"),
        gives="string",
        en="The text that a base64 text stands for.",
        zh="把 base64 解码为文本。",
        example='from base64("RkVFTA==") = "FEEL"',
    ),
)
"""In the order of the docs page."""
