"""The list functions count from 1, never change what they are given, and follow the null rules."""

from __future__ import annotations

import pytest

from app.feel import compile_expression


@pytest.mark.parametrize(
    "claim",
    [
        "list contains([1, null], null)",
        "list replace([2, 4, 7, 8], -1, 6) = [2, 4, 7, 6]",
        "list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5) = [5, 5, 7, 8]",
        "sublist([1, 2, 3], -2, 1) = [2]",
        "append([1], 2, [3]) = [1, 2, [3]]",
        "concatenate([1], 2, []) = [1, 2]",
        "insert before([1, 2, 3], -1, 9) = [1, 2, 9, 3]",
        "remove([1, 2, 3], -1) = [1, 2]",
        "index of([1, null, 1.0], 1) = [1, 3] and index of([1, null], null) = [2]",
        'distinct values([1, "1", null, null, [1], [1]]) = [1, "1", null, [1]]',
        "duplicate values([1, 2, 1, [3], [3], 1]) = [1, [3]]",
        "union([2, 1], [1, 3]) = [2, 1, 3]",
        "flatten([[1, [2]], [[[3]]], []]) = [1, 2, 3]",
        'sort([{n: 2, s: "a"}, {n: 1}, {n: 2, s: "b"}], function(x, y) x.n < y.n).s = [null, "a", "b"]',
        "partition([1, 2, 3], 2) = [[1, 2], [3]]",
        "is empty([]) and count([null]) = 1 and reverse([1, 2]) = [2, 1]",
        'min("b", "a") = "a" and max([@"PT1H", @"PT2H"]) = @"PT2H"',
        "sum(1, 2) = 3 and mean([1, 2]) = 1.5 and product([2, 3]) = 6",
        "median([8, 2, 5, 7]) = 6 and mode([3, 1, 3, 1, 2]) = [1, 3] and mode([]) = []",
        "decimal(stddev(2, 4, 7, 5), 6) = 2.081666",
        "all([]) and not(any([])) and not(all([null, false])) and any([null, true])",
        "all(true, true) and any(false, true) and count(5) = 1",
    ],
)
def test_lists_are_searched_rearranged_and_reduced(claim: str) -> None:
    assert compile_expression(claim).evaluate({}).value is True


@pytest.mark.parametrize(
    "text",
    [
        "list replace([1], 2, 0)",
        "list replace([1], function(item, newItem) 1, 0)",
        "list replace([1], function(item) true, 0)",
        "sublist([1, 2, 3], 0)",
        "sublist([1, 2, 3], 2, 3)",
        "sublist([1, 2, 3], 1, 0)",
        "insert before([1], 0, 1)",
        "remove([1], 1.5)",
        "concatenate([1], null)",
        "append(null, 1)",
        "partition([1], 0)",
        'sort([1, 2], function(x, y) "yes")',
        "sort([1, 2], function(x) true)",
        "min([])",
        'min([1, "a"])',
        "sum([])",
        "sum([1, null])",
        "product([])",
        "median([])",
        "stddev([4])",
        "all([true, null])",
        "any([1])",
        "all()",
        "count(null)",
        "count(liste: [1])",
    ],
)
def test_lists_that_do_not_fit_are_null_and_say_so(text: str) -> None:
    evaluation = compile_expression(text).evaluate({})

    assert evaluation.value is None
    assert evaluation.warnings[0].reason.startswith("Expected")


def test_a_list_given_is_left_as_it_was() -> None:
    given = [[2], [1]]
    text = "[append(l, 3), insert before(l, 1, 0), sort(l, function(a, b) a[1] < b[1]), reverse(l), remove(l, 1)]"

    compile_expression(text, ("l",)).evaluate({"l": given})

    assert given == [[2], [1]]
