"""Generates well-typed FEEL expressions from a seed.

Leaves out the forms that `test_feelin.py` documents as answered differently. Knows neither implementation.
"""

from __future__ import annotations

import random

NUMBERS = ("0", "1", "2", "3", "5", "7", "-1", "-4", "10", "12", "0.5", "1.5", "2.25", "100", "0.1", "0.2")
STRINGS = ('"a"', '"b"', '"foobar"', '""', '"A b"', '"1"', '"12.5"', '"投诉"', '"a,b,c"')
DATES = ('@"2024-02-29"', '@"2023-12-31"', '@"2020-01-01"', '@"1999-07-15"')
TIMES = ('@"10:30:00"', '@"23:59:59"', '@"00:00:00"')
DATE_TIMES = ('@"2024-02-29T10:30:00"', '@"2020-01-01T00:00:00"', '@"2021-03-28T01:30:00"')
DAYS = ('@"P1D"', '@"PT36H"', '@"-PT90M"', '@"PT0S"', '@"P10DT1H"')
WHOLE_DAYS = ('@"P1D"', '@"-P3D"', '@"PT48H"', '@"P0D"')
MONTHS = ('@"P1Y"', '@"P14M"', '@"-P3M"', '@"P0M"')

FORMS: dict[str, tuple[str, ...]] = {
    "number": (
        "{number} + {number}",
        "{number} - {number}",
        "{number} * {number}",
        "{number} / {number}",
        "-({number})",
        "{number} ** 2",
        "abs({number})",
        "floor({number})",
        "ceiling({number})",
        "round half up({number}, 1)",
        "decimal({number}, 1)",
        "modulo({number}, 4)",
        "count({list})",
        "sum({list})",
        "min({list})",
        "max({list})",
        "mean({list})",
        "median({list})",
        "string length({string})",
        "({list})[1]",
        "({list})[-1]",
        "number({string})",
        "if {boolean} then {number} else {number}",
        "{{a: {number}, b: a + 1}}.b",
        "{date}.year",
        "{date}.weekday",
        "{days}.hours",
        "{months}.months",
        "day of year({date})",
        "week of year({date})",
    ),
    "string": (
        "{string} + {string}",
        "upper case({string})",
        "lower case({string})",
        "substring({string}, 2)",
        "substring({string}, -1, 1)",
        'substring before({string}, "b")',
        'substring after({string}, "o")',
        'replace({string}, "[ab]", "x")',
        "string({number})",
        "string({date})",
        "string({days})",
        "string({months})",
        "string({boolean})",
        'string join(["x", {string}], "-")',
        "day of week({date})",
        "month of year({date})",
        "({strings})[2]",
    ),
    "boolean": (
        "{number} < {number}",
        "{number} = {number}",
        "{string} = {string}",
        "{date} < {date}",
        "{date} = {date}",
        "{days} > {days}",
        "{months} = {months}",
        "{time} = {time}",
        "{date_time} < {date_time}",
        "{boolean} and {boolean}",
        "{boolean} or {boolean}",
        "not({boolean})",
        "{number} between 1 and 10",
        "{number} in [1..10)",
        "{number} in (< 3, > 7)",
        "{string} in ({string}, {string})",
        "contains({string}, {string})",
        "starts with({string}, {string})",
        'matches({string}, "^[a-z]+$")',
        "list contains({list}, {number})",
        "some x in {list} satisfies x > {number}",
        "every x in {list} satisfies x > {number}",
        "({number}) instance of number",
        "all([{boolean}, {boolean}])",
        "any([{boolean}, {boolean}])",
        "before({number}, [10..20])",
    ),
    "list": (
        "[{number}, {number}, {number}]",
        "for x in {list} return x + {number}",
        "for x in 1..3 return x * {number}",
        "{list}[item > {number}]",
        "append({list}, {number})",
        "concatenate({list}, {list})",
        "reverse({list})",
        "distinct values({list})",
        "sort({list}, function(x, y) x < y)",
        "sublist({list}, 2)",
        "insert before({list}, 1, {number})",
        "index of({list}, {number})",
        "union({list}, {list})",
        "flatten([{list}, [{list}]])",
    ),
    "strings": ("[{string}, {string}]", 'split({string}, ",")', "for x in {list} return string(x)"),
    "date": (
        "{date} + {whole_days}",
        "{date} - {whole_days}",
        "{date} - {months}",
        "{date} + {months}",
        "date({date_time})",
    ),
    "time": ("{time} + {days}", "time({date_time})"),
    "date_time": ("{date_time} + {days}", "{date_time} - {months}", "date and time({date}, {time})"),
    "days": ("{days} + {days}", "{days} - {days}", "{whole_days} + {days}", "{time} - {time}"),
    "whole_days": ("{whole_days} + {whole_days}", "{date} - {date}"),
    "months": ("{months} + {months}", "{months} - {months}"),
}
LEAVES: dict[str, tuple[str, ...]] = {
    "number": NUMBERS,
    "string": STRINGS,
    "boolean": ("true", "false"),
    "list": ("[1, 2, 3]", "[]", "[3, 1, 2, 1]", "[0.5]"),
    "strings": ('["a", "b"]', "[]"),
    "date": DATES,
    "time": TIMES,
    "date_time": DATE_TIMES,
    "days": DAYS,
    "whole_days": WHOLE_DAYS,
    "months": MONTHS,
}


class Generator:
    """A seeded source of expressions."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def expression(self, depth: int = 3) -> str:
        """Return one expression of a random type."""
        return self.of_kind(self._random.choice(tuple(FORMS)), depth)

    def of_kind(self, kind: str, depth: int) -> str:
        """Return an expression of that type, nested at most `depth` deep."""
        if depth == 0 or self._random.random() < 0.25:
            return self._random.choice(LEAVES[kind])
        form = self._random.choice(FORMS[kind])
        parts = {name: _Operand(self, name, depth - 1) for name in FORMS}
        return form.format_map(parts)


class _Operand:
    """What stands for `{kind}` in a form: each occurrence is generated anew."""

    def __init__(self, generator: Generator, kind: str, depth: int) -> None:
        self._generator, self._kind, self._depth = generator, kind, depth

    def __format__(self, spec: str) -> str:
        text = self._generator.of_kind(self._kind, self._depth)
        return text if text in _ALL_LEAVES else f"({text})"


_ALL_LEAVES = frozenset(leaf for leaves in LEAVES.values() for leaf in leaves)
