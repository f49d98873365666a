"""Lists, filters, paths, contexts, functions, loops, ranges."""

from __future__ import annotations

import pytest

from tests.unit.feel.asking import codes, value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[1, 2, 3][1]", 1),
        ("[1, 2, 3][-1]", 3),
        ("[1, 2, 3][0]", None),
        ("[1, 2, 3][item > 1]", [2, 3]),
        ("[1, 2, 3][position]", 2),
        ("[][position]", None),
        ("[][item > 1]", []),
        ("100[1]", 100),
        ("100[item < 5]", []),
        ("null[1]", None),
        ('[1, 2]["a"]', None),
        ("[{x: 1}, {x: null}][x < 2]", [{"x": 1}]),
        ("[{a: 1}, {a: 2}][a > 1].a", [2]),
        ("[{item: 1}, {item: 5}][item > 2]", [{"item": 5}]),
        ("[{x: 1}, {y: 2}].y", [None, 2]),
        ("[[1, 2], [3]][1][2]", 2),
        ("{a: {b: {c: 3}}}.a.b.c", 3),
        ("{a: 1, b: a + 1, c: a + b}.c", 3),
        ('{"": 1}', {"": 1}),
        ('@"2024-02-29".month', 2),
        ("[1..5].end", 5),
        ("(1..5].start included", False),
        ("(> 5).end", None),
    ],
)
def test_lists_paths_and_contexts(text: str, expected: object) -> None:
    assert value(text, position=2) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("for i in 1..3 return i * 2", [2, 4, 6]),
        ("for i in 3..1 return i", [3, 2, 1]),
        ("for i in [1..4) return i", [1, 2, 3]),
        ("for i in ]1..4] return i", [2, 3, 4]),
        ("for i in [1, 2], j in [10, 20] return i + j", [11, 21, 12, 22]),
        ("for i in [[1, 2], [3]], j in i return j", [1, 2, 3]),
        ("for i in 1..5 return if i < 3 then 1 else partial[-1] + partial[-2]", [1, 1, 2, 3, 5]),
        ('for d in @"2024-02-28"..@"2024-03-01" return d.day', [28, 29, 1]),
        ("for i in 5 return i", [5]),
        ("for i in null return i", None),
        ("some x in [1, 5] satisfies x > 4", True),
        ("every x in [1, 5] satisfies x > 4", False),
        ("every x in [] satisfies x > 4", True),
        ("some x in [1, null] satisfies x > 4", None),
        ("some x in [1, 2], y in [2, 3] satisfies x = y", True),
        ("if false then 1 else if true then 2 else 3", 2),
        ("if null then 1 else 2", 2),
    ],
)
def test_loops_and_choices(text: str, expected: object) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(function(a, b) a - b)(b: 1, a: 3)", 2),
        ("{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(5)}.r", 120),
        ("{add: function(a) function(b) a + b, r: add(2)(3)}.r", 5),
        ("(function(a: number) a)([5])", 5),
        ("(function(a: list<number>) a)(5)", [5]),
        ('(function(a: date and time) a.hour)(@"2024-01-01")', 0),
        ('(function(a: number) 1)("x")', None),
        ("(function(a) a)()", None),
        ("(function(a) a)(c: 1)", None),
        ("sort([3, 1, 2], function(x, y) x > y)", [3, 2, 1]),
        ('substring(string: "foobar", start position: 4)', "bar"),
        ('substring(text: "foobar", start position: 4)', None),
        ('upper case(["a"])', "A"),
        ('{f: function(s) external {java: {class: "java.lang.Math"}}, r: f(1)}.r', None),
        ("is defined(nothing)", False),
        ("is defined({a: null}.a)", True),
        ("get or else(nothing.at.all, 5)", 5),
    ],
)
def test_functions(text: str, expected: object) -> None:
    assert value(text) == expected


def test_an_external_function_is_refused_and_says_so() -> None:
    assert codes("(function(a) external {java: {}})(1)") == ["EXTERNAL_FUNCTION"]


def test_a_quiet_look_at_what_is_missing_does_not_warn() -> None:
    assert codes("is defined(nothing.at.all)") == []
    assert codes("get or else(nothing, 1)") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 in [1..5]", True),
        ("5 in [1..5)", False),
        ("1 in ]1..5[", False),
        ("2 in ]1..5[", True),
        ("5 in (< 10)", True),
        ("5 in (>= 5)", True),
        ("5 in (= 5)", True),
        ("5 in (!= 5)", False),
        ("5 in > 3", True),
        ("5 in (1, > 4)", True),
        ("5 in [[1..3], [4..6]]", True),
        ("[1] in [[1], [2]]", True),
        ("5 in (1..9)", True),
        ("5 in [null..9]", None),
        ("null in [1..9]", None),
        ('"b" in ["a".."c"]', True),
        ("2 in (x)[1]", True),
        ("3 in (1 + 1) * 1.5", True),
        ("[1..10[.end", 10),
        ("3 in [1..y[1]]", True),
        ("(? > 3)", None),
        ("5 in (? > 3 and ? < 9)", True),
    ],
)
def test_ranges_and_in(text: str, expected: object) -> None:
    assert value(text, x=[2], y=[4]) is expected or value(text, x=[2], y=[4]) == expected


def test_one_sided_ranges_are_no_ranges_with_a_null_end() -> None:
    assert value("(< 10) = (< 10)") is True
    assert value("(< 10) = (null..10)") is False
