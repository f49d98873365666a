"""The list functions that reduce a list to one value: sums, means, extremes, `all` and `any` (DMN 1.5, table 76).

Each also takes the items one by one. All but `all`, `any`, `count` and `mode` are null for an empty list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app.feel.builtins.declare import built_in, refuse, takes
from app.feel.signature import BuiltIn
from app.feel.values import DECIMAL128, NUMBER_FAULTS, compare

if TYPE_CHECKING:
    from app.feel.environment import Run


def total(run: Run, numbers: list[Any]) -> Decimal | None:
    """Return the sum."""
    return _reduce(run, numbers, DECIMAL128.add)


def product(run: Run, numbers: list[Any]) -> Decimal | None:
    """Return the product."""
    return _reduce(run, numbers, DECIMAL128.multiply)


def mean(run: Run, numbers: list[Any]) -> Decimal | None:
    """Return the arithmetic mean."""
    added = total(run, numbers)
    return None if added is None else DECIMAL128.divide(added, Decimal(len(numbers)))


def median(run: Run, numbers: list[Any]) -> Decimal | None:
    """Return the middle number, or the mean of the two in the middle."""
    if not _are_numbers(run, numbers):
        return None
    ordered = sorted(numbers)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else mean(run, ordered[half - 1 : half + 1])


def standard_deviation(run: Run, numbers: list[Any]) -> Decimal | None:
    """Return the sample standard deviation, which needs two numbers at least."""
    middle = mean(run, numbers)
    if middle is None:
        return None
    if len(numbers) < 2:
        return refuse(run, "Expected at least two numbers, but there is one")
    try:
        distances = [DECIMAL128.subtract(number, middle) for number in numbers]
        squares = total(run, [DECIMAL128.multiply(distance, distance) for distance in distances])
    except NUMBER_FAULTS:
        return refuse(run, "Expected numbers whose squares are below 10**6144, but they are not")
    return None if squares is None else DECIMAL128.sqrt(DECIMAL128.divide(squares, Decimal(len(numbers) - 1)))


def mode(run: Run, numbers: list[Any]) -> list[Decimal] | None:
    """Return the most frequent numbers in ascending order; none of none."""
    if not numbers:
        return []
    if not _are_numbers(run, numbers):
        return None
    counts = Counter(numbers)
    most = max(counts.values())
    return sorted(number for number, count in counts.items() if count == most)


def minimum(run: Run, items: list[Any]) -> Any:
    """Return the smallest item of a list of one ordered type."""
    return _extreme(run, items, -1)


def maximum(run: Run, items: list[Any]) -> Any:
    """Return the largest item of a list of one ordered type."""
    return _extreme(run, items, 1)


def all_true(run: Run, items: list[Any]) -> bool | None:
    """Return false if an item is false, else null if one is not a boolean, else true."""
    return _quantified(run, items, decisive=False)


def any_true(run: Run, items: list[Any]) -> bool | None:
    """Return true if an item is true, else null if one is not a boolean, else false."""
    return _quantified(run, items, decisive=True)


def _quantified(run: Run, items: list[Any], *, decisive: bool) -> bool | None:
    if any(item is decisive for item in items):
        return decisive
    if not all(isinstance(item, bool) for item in items):
        return refuse(run, "Expected a list of true and false, but it holds something else")
    return not decisive


def _extreme(run: Run, items: list[Any], side: int) -> Any:
    if not items:
        return refuse(run, "Expected a list with items, but it is empty")
    best = items[0]
    for item in items:
        order = compare(item, best)
        if order is None:
            return refuse(run, "Expected items that can be put in order, but some cannot")
        if order == side:
            best = item
    return best


def _reduce(run: Run, numbers: list[Any], operation: Callable[[Decimal, Decimal], Decimal]) -> Decimal | None:
    if not _are_numbers(run, numbers):
        return None
    run.step(len(numbers))
    result: Decimal = numbers[0]
    try:
        for number in numbers[1:]:
            result = operation(result, number)
    except NUMBER_FAULTS:
        return refuse(run, "Expected a result below 10**6144, but it is larger")
    return result


def _are_numbers(run: Run, items: list[Any]) -> bool:
    if not items:
        refuse(run, "Expected a list of numbers, but it is empty")
        return False
    if not all(isinstance(item, Decimal) for item in items):
        refuse(run, "Expected a list of numbers, but it holds something else")
        return False
    return True


def _of_list_or_items(
    name: str, function: Callable[[Run, list[Any]], Any], *, gives: str, kind: str, en: str, zh: str, example: str
) -> BuiltIn:
    def of_items(run: Run, *items: Any) -> Any:
        return function(run, list(items))

    return built_in(
        name,
        takes(function, "list: list"),
        takes(of_items, f"items...: {kind}"),
        gives=gives,
        en=en,
        zh=zh,
        example=example,
    )


STATISTICS_FUNCTIONS = (
    _of_list_or_items(
        "min",
        minimum,
        gives="any",
        kind="any",
        en="The smallest item of a list.",
        zh="列表中最小的项。",
        example="min([1, 2, 3]) = 1",
    ),
    _of_list_or_items(
        "max",
        maximum,
        gives="any",
        kind="any",
        en="The largest item of a list.",
        zh="列表中最大的项。",
        example="max(1, 2, 3) = 3",
    ),
    _of_list_or_items(
        "sum",
        total,
        gives="number",
        kind="any",
        en="The sum of a list of numbers.",
        zh="数字列表之和。",
        example="sum([1, 2, 3]) = 6",
    ),
    _of_list_or_items(
        "mean",
        mean,
        gives="number",
        kind="any",
        en="The arithmetic mean of a list of numbers.",
        zh="数字列表的平均数。",
        example="mean([1, 2, 3]) = 2",
    ),
    _of_list_or_items(
        "product",
        product,
        gives="number",
        kind="any",
        en="The product of a list of numbers.",
        zh="数字列表之积。",
        example="product([2, 3, 4]) = 24",
    ),
    _of_list_or_items(
        "median",
        median,
        gives="number",
        kind="any",
        en="The middle number of a list, or the mean of the two in the middle.",
        zh="数字列表的中位数。",
        example="median([6, 1, 2, 3]) = 2.5",
    ),
    _of_list_or_items(
        "stddev",
        standard_deviation,
        gives="number",
        kind="any",
        en="The sample standard deviation of a list of numbers.",
        zh="数字列表的样本标准差。",
        example="stddev([4, 6]) = sqrt(2)",
    ),
    _of_list_or_items(
        "mode",
        mode,
        gives="list<number>",
        kind="any",
        en="The most frequent numbers of a list, in ascending order.",
        zh="数字列表的众数，按升序。",
        example="mode([6, 1, 9, 6, 1]) = [1, 6]",
    ),
    _of_list_or_items(
        "all",
        all_true,
        gives="boolean",
        kind="any",
        en="False if an item is false, else true; null if an item is neither and none is false.",
        zh="有一项为假则为假，否则为真；无假项而有非布尔项则为空。",
        example="all([true, false]) = false",
    ),
    _of_list_or_items(
        "any",
        any_true,
        gives="boolean",
        kind="any",
        en="True if an item is true, else false; null if an item is neither and none is true.",
        zh="有一项为真则为真，否则为假；无真项而有非布尔项则为空。",
        example="any([false, true]) = true",
    ),
)
"""In the order of the docs page."""
