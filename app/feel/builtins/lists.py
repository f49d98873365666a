"""The list functions that rearrange, search and join lists (DMN 1.5, table 76), with Camunda's `duplicate values`,
`partition` and `is empty`.

Positions count from 1, from the end when negative. Lists given are never changed. Sums and means are in `statistics`.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app.feel.builtins.declare import built_in, call_function, refuse, takes
from app.feel.values import FeelDate, feel_equal
from app.feel.values.numbers import whole

if TYPE_CHECKING:
    from app.feel.environment import Run

_HASHED = (Decimal, str, bool, FeelDate, type(None))


def list_contains(run: Run, items: list[Any], element: Any) -> bool:
    """Return whether an item equals the element; null is found too."""
    run.step(len(items))
    return any(feel_equal(item, element) is True for item in items)


def list_replace(run: Run, items: list[Any], chosen: Any, new_item: Any) -> list[Any] | None:
    """Return the list with the item at a position, or each item for which a function says true, replaced."""
    if isinstance(chosen, Decimal):
        at = _index(run, items, chosen)
        return None if at is None else [*items[:at], new_item, *items[at + 1 :]]
    answers = [call_function(run, chosen, [item, new_item]) for item in items]
    if not all(isinstance(answer, bool) for answer in answers):
        return refuse(run, "Expected the match function to say true or false, but it says something else")
    return [new_item if answer else item for item, answer in zip(items, answers, strict=True)]


def sublist(run: Run, items: list[Any], start: Decimal, length: Decimal | None = None) -> list[Any] | None:
    """Return `length` items from position `start`, or all that follow."""
    at = _index(run, items, start, "start position")
    if at is None:
        return None
    if length is None:
        return items[at:]
    count = whole(length)
    if count is None or not 1 <= count <= len(items) - at:
        return refuse(run, f"Expected a length from 1 to {len(items) - at}, but it is {length}")
    return items[at : at + count]


def append(run: Run, items: list[Any], *added: Any) -> list[Any]:
    """Return the list with the items after it."""
    run.check_list(len(items) + len(added))
    return [*items, *added]


def concatenate(run: Run, *lists: list[Any]) -> list[Any]:
    """Return one list of all the lists' items."""
    run.check_list(sum(map(len, lists)))
    return [item for items in lists for item in items]


def insert_before(run: Run, items: list[Any], position: Decimal, new_item: Any) -> list[Any] | None:
    """Return the list with the item put in at the position."""
    at = _index(run, items, position)
    if at is None:
        return None
    run.check_list(len(items) + 1)
    return [*items[:at], new_item, *items[at:]]


def remove(run: Run, items: list[Any], position: Decimal) -> list[Any] | None:
    """Return the list without the item at the position."""
    at = _index(run, items, position)
    return None if at is None else [*items[:at], *items[at + 1 :]]


def index_of(run: Run, items: list[Any], match: Any) -> list[Any]:
    """Return the positions of the items that equal `match`."""
    run.step(len(items))
    return [Decimal(at) for at, item in enumerate(items, 1) if feel_equal(item, match) is True]


def union(run: Run, *lists: list[Any]) -> list[Any]:
    """Return all the lists' items, each once."""
    return distinct_values(run, concatenate(run, *lists))


def distinct_values(run: Run, items: list[Any]) -> list[Any]:
    """Return the items, each once, in the order of their first occurrence."""
    return [item for item, is_first in _first_occurrences(run, items) if is_first]


def duplicate_values(run: Run, items: list[Any]) -> list[Any]:
    """Return the items that occur more than once, each once."""
    return distinct_values(run, [item for item, is_first in _first_occurrences(run, items) if not is_first])


def flatten(run: Run, items: list[Any]) -> list[Any]:
    """Return the items of all nested lists in one list."""
    flat: list[Any] = []
    waiting = [iter(items)]
    while waiting:
        for item in waiting[-1]:
            run.step()
            if isinstance(item, list):
                waiting.append(iter(item))
                break
            flat.append(item)
        else:
            waiting.pop()
    run.check_list(len(flat))
    return flat


def sort(run: Run, items: list[Any], precedes: Any) -> list[Any] | None:
    """Return the items in the order of a function that says whether its first argument comes before its second."""
    strange = False

    class Place:
        """An item that asks `precedes` when Python's sort compares it."""

        def __init__(self, item: Any) -> None:
            self.item = item

        def __lt__(self, other: Place) -> bool:
            nonlocal strange
            answer = call_function(run, precedes, [self.item, other.item])
            strange = strange or not isinstance(answer, bool)
            return answer is True

    ordered = sorted(items, key=Place)
    return refuse(run, "Expected `precedes` to say true or false, but it says something else") if strange else ordered


def partition(run: Run, items: list[Any], size: Decimal) -> list[list[Any]] | None:
    """Return the list cut into lists of `size` items; the last may be shorter."""
    length = whole(size)
    if length is None or length < 1:
        return refuse(run, f"Expected a size of at least 1, but it is {size}")
    run.step(len(items))
    return [items[at : at + length] for at in range(0, len(items), length)]


def _index(run: Run, items: list[Any], position: Decimal, called: str = "position") -> int | None:
    """Return Python's index of a position; null, with a warning, when no item is there."""
    at = whole(position)
    if at is None or at == 0 or abs(at) > len(items):
        return refuse(run, f"Expected a {called} within the {len(items)} items, but it is {position}")
    return at - 1 if at > 0 else len(items) + at


def _first_occurrences(run: Run, items: list[Any]) -> Iterator[tuple[Any, bool]]:
    # Plain items are looked up by kind and value (to Python 1 equals true); the others are compared one by one.
    hashed: set[tuple[type, Any]] = set()
    compared: list[Any] = []
    for item in items:
        if isinstance(item, _HASHED):
            key = (type(item), item)
            is_first = key not in hashed
            hashed.add(key)
        else:
            run.step(4 * len(compared))
            is_first = not any(feel_equal(item, other) is True for other in compared)
            if is_first:
                compared.append(item)
        yield item, is_first


LIST_FUNCTIONS = (
    built_in(
        "list contains",
        takes(list_contains, "list: list", "element: any"),
        gives="boolean",
        en="Whether an item of the list equals the element; null counts.",
        zh="列表中是否有等于该元素的项；空值也算。",
        example="list contains([1, 2, 3], 2) = true",
    ),
    built_in(
        "list replace",
        takes(list_replace, "list: list", "position: number", "newItem: any"),
        takes(list_replace, "list: list", "match: function", "newItem: any"),
        gives="list",
        en="The list with the item at a position, or every item that a function picks, replaced.",
        zh="替换列表中某一位置的项，或由函数选出的各项。",
        example="list replace([2, 4, 7, 8], 3, 6) = [2, 4, 6, 8]",
    ),
    built_in(
        "count",
        takes(lambda _run, items: Decimal(len(items)), "list: list"),
        gives="number",
        en="How many items a list has.",
        zh="列表的项数。",
        example="count([1, 2, 3]) = 3",
    ),
    built_in(
        "sublist",
        takes(sublist, "list: list", "start position: number", "length?: number"),
        gives="list",
        en="The part of a list from a position.",
        zh="从指定位置起截取列表。",
        example="sublist([4, 5, 6], 1, 2) = [4, 5]",
    ),
    built_in(
        "append",
        takes(append, "list: list", "item...: any"),
        gives="list",
        en="The list with more items after it.",
        zh="在列表末尾添加项。",
        example="append([1], 2, 3) = [1, 2, 3]",
    ),
    built_in(
        "concatenate",
        takes(concatenate, "list...: list"),
        gives="list",
        en="All the lists in one.",
        zh="把多个列表连成一个。",
        example="concatenate([1, 2], [3]) = [1, 2, 3]",
    ),
    built_in(
        "insert before",
        takes(insert_before, "list: list", "position: number", "newItem: any"),
        gives="list",
        en="The list with an item put in at a position.",
        zh="在指定位置插入一项。",
        example="insert before([1, 3], 1, 2) = [2, 1, 3]",
    ),
    built_in(
        "remove",
        takes(remove, "list: list", "position: number"),
        gives="list",
        en="The list without the item at a position.",
        zh="去掉指定位置的项。",
        example="remove([1, 2, 3], 2) = [1, 3]",
    ),
    built_in(
        "reverse",
        takes(lambda _run, items: items[::-1], "list: list"),
        gives="list",
        en="The list the other way round.",
        zh="把列表倒过来。",
        example="reverse([1, 2, 3]) = [3, 2, 1]",
    ),
    built_in(
        "index of",
        takes(index_of, "list: list", "match: any"),
        gives="list<number>",
        en="The positions of the items that equal a value.",
        zh="等于某值的各项的位置。",
        example="index of([1, 2, 3, 2], 2) = [2, 4]",
    ),
    built_in(
        "union",
        takes(union, "list...: list"),
        gives="list",
        en="All the lists in one, without duplicates.",
        zh="多个列表的并集，去重。",
        example="union([1, 2], [2, 3]) = [1, 2, 3]",
    ),
    built_in(
        "distinct values",
        takes(distinct_values, "list: list"),
        gives="list",
        en="The list without duplicates.",
        zh="列表去重。",
        example="distinct values([1, 2, 3, 2, 1]) = [1, 2, 3]",
    ),
    built_in(
        "duplicate values",
        takes(duplicate_values, "list: list"),
        gives="list",
        en="The items that occur more than once, each once.",
        zh="出现不止一次的项，各列一次。",
        example="duplicate values([1, 2, 3, 2, 1]) = [2, 1]",
    ),
    built_in(
        "flatten",
        takes(flatten, "list: list"),
        gives="list",
        en="The items of all nested lists in one list.",
        zh="把嵌套列表展平。",
        example="flatten([[1, 2], [[3]], 4]) = [1, 2, 3, 4]",
    ),
    built_in(
        "sort",
        takes(sort, "list: list", "precedes: function"),
        gives="list",
        en="The list in the order of a function that says whether one item comes before another.",
        zh="按「前者是否在后者之前」的函数排序。",
        example="sort([3, 1, 2], function(x, y) x < y) = [1, 2, 3]",
    ),
    built_in(
        "partition",
        takes(partition, "list: list", "size: number"),
        gives="list<list>",
        en="The list cut into lists of a size.",
        zh="把列表按大小切成若干列表。",
        example="partition([1, 2, 3], 2) = [[1, 2], [3]]",
    ),
    built_in(
        "is empty",
        takes(lambda _run, items: not items, "list: list"),
        gives="boolean",
        en="Whether a list has no items.",
        zh="列表是否为空。",
        example="is empty([]) = true",
    ),
)
"""In the order of the docs page."""
