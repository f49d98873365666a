"""Binds arguments to functions by position or by name, choosing a built-in's overload and converting where FEEL does.

Owns the rules of binding (DMN 1.5, 10.3.2.13.5). Knows no syntax: the compiler binds what it can once, before any run.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from app.feel.conversion import coerce, midnight
from app.feel.environment import Run
from app.feel.function import Function
from app.feel.missing import MISSING
from app.feel.signature import BuiltIn, Overload, Parameter
from app.feel.types import ANY, DATE, DATE_TIME, NULL, ListType, Type
from app.feel.values import (
    DaysTimeDuration,
    FeelDate,
    FeelDateTime,
    FeelTime,
    Range,
    YearsMonthsDuration,
    kind_of,
)

Arguments = Sequence[Any]
ArgumentNames = tuple[str, ...] | None


class BuiltInFunction(Function):
    """A built-in as a value, as in `sort(list, max)`: it still chooses its overload call by call."""

    __slots__ = ("entry",)

    def __init__(self, entry: BuiltIn) -> None:
        parameters = tuple((parameter.name, ANY) for parameter in entry.overloads[0].parameters)
        super().__init__(parameters, self._run, name=entry.name)
        self.entry = entry

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BuiltInFunction) and other.entry is self.entry

    def __hash__(self) -> int:
        return id(self.entry)

    def _run(self, run: Run, arguments: list[Any]) -> Any:
        return call_built_in(self.entry.name, bind(self.entry, len(arguments), None), arguments, run)


def function_of(entry: BuiltIn) -> Function:
    """Return the built-in as a value."""
    return BuiltInFunction(entry)


class Binding:
    """One overload, and which of the written arguments is which parameter's: `places[i]` is parameter i's, or None.

    `in_order`: the arguments stand as the parameters do.
    """

    __slots__ = ("_checks", "_function", "_parameters", "_places", "in_order")

    def __init__(self, overload: Overload, places: tuple[int | None, ...]) -> None:
        parameters = overload.parameters
        last = len(parameters) - 1
        self._function = overload.function
        self._places = places
        self.in_order = places == tuple(range(len(places)))
        self._parameters = tuple(parameters[min(at, last)] for at in range(len(places)))
        self._checks = tuple(_classes_of(parameter.kind, parameter.nullable) for parameter in self._parameters)

    def may_take(self, kinds: Sequence[Type]) -> bool:
        """Return whether arguments of these static types may fit: unknown ones do, a list may hold the one item."""
        return all(
            place is None or _may_fit(kinds[place], parameter)
            for place, parameter in zip(self._places, self._parameters, strict=True)
        )

    def call_exactly(self, run: Run, arguments: Arguments) -> Any:
        """Call with the arguments as they are; MISSING when one is of another kind."""
        if self.in_order:
            for value, classes in zip(arguments, self._checks, strict=True):
                if classes is not None and type(value) not in classes:
                    return MISSING
            return self._function(run, *arguments)
        values = []
        for place, classes in zip(self._places, self._checks, strict=True):
            value = arguments[place] if place is not None else None
            if classes is not None and type(value) not in classes and place is not None:
                return MISSING
            values.append(value)
        return self._function(run, *values)

    def call_converting(self, run: Run, arguments: Arguments) -> Any:
        """Call with arguments converted where that is needed and possible; else MISSING."""
        values = []
        for place, classes in zip(self._places, self._checks, strict=True):
            value = arguments[place] if place is not None else None
            if classes is not None and type(value) not in classes and place is not None:
                value = _convert(value, classes)
                if value is MISSING:
                    return MISSING
            values.append(value)
        return self._function(run, *values)


def bind(entry: BuiltIn, count: int, names: ArgumentNames) -> tuple[Binding, ...]:
    """Return the overloads that take so many arguments, or arguments of these names; none when the call cannot be."""
    bindings = []
    for overload in entry.overloads:
        places = _by_name(overload, names) if names is not None else _by_position(overload, count)
        if places is not None:
            bindings.append(Binding(overload, places))
    if names is not None:
        # before(point, range) and before(range, point) have the same names: the order they are written in tells.
        bindings.sort(key=lambda binding: not binding.in_order)
    return tuple(bindings)


def _by_position(overload: Overload, count: int) -> tuple[int | None, ...] | None:
    parameters = overload.parameters
    required = sum(not parameter.optional for parameter in parameters)
    variadic = bool(parameters) and parameters[-1].variadic
    if count < required or (count > len(parameters) and not variadic):
        return None
    return tuple(range(count))


def _by_name(overload: Overload, names: tuple[str, ...]) -> tuple[int | None, ...] | None:
    if len(set(names)) < len(names):
        return None
    places: list[int | None] = []
    taken = 0
    for parameter in overload.parameters:
        place = next((at for at, name in enumerate(names) if name == parameter.name or name in parameter.aliases), None)
        if place is None and not parameter.optional:
            return None
        taken += place is not None
        places.append(place)
    while places and places[-1] is None:
        places.pop()
    return tuple(places) if taken == len(names) else None


def call_built_in(name: str, bindings: tuple[Binding, ...], arguments: Arguments, run: Run) -> Any:
    """Call the first overload that takes the arguments, at first without conversions; null with a warning when none."""
    run.step()
    for binding in bindings:
        result = binding.call_exactly(run, arguments)
        if result is not MISSING:
            return _weighed(result, run)
    for binding in bindings:
        result = binding.call_converting(run, arguments)
        if result is not MISSING:
            return _weighed(result, run)
    kinds = ", ".join(kind_of(value) for value in arguments) or "nothing"
    expected = "arguments of its kinds" if bindings else "arguments of its number and names"
    run.warn("INVALID_ARGUMENT", f'Expected "{name}" to be given {expected}, but it got {kinds}')
    return None


def _weighed(result: Any, run: Run) -> Any:
    """Count what a large result weighs: without it, a loop over a cheap function could fill the memory in few steps."""
    kind = type(result)
    if kind is str:
        run.step(len(result) >> 6)
    elif kind is list or kind is dict:
        run.step(len(result) >> 3)
    return result


def invoke(function: Function, arguments: list[Any], names: ArgumentNames, run: Run) -> Any:
    """Call a function value; null with a warning when number, names or types of the arguments do not fit."""
    if isinstance(function, BuiltInFunction):
        bindings = bind(function.entry, len(arguments), names)
        return call_built_in(function.name, bindings, arguments, run)
    parameters = function.parameters
    if names is not None:
        places = [names.index(name) if name in names else None for name, _ in parameters]
        ordered = [arguments[place] for place in places if place is not None]
    else:
        ordered = arguments
    if len(ordered) != len(parameters) or len(arguments) != len(parameters):
        run.warn("INVALID_ARGUMENT", f"Expected {_wanted(function)}, but got {len(arguments)}")
        return None
    values = []
    for value, (name, kind) in zip(ordered, parameters, strict=True):
        converted = value if kind == ANY else coerce(value, kind)
        if converted is MISSING:
            run.warn("INVALID_ARGUMENT", f'Expected "{name}" to be a {kind}, but it is a {kind_of(value)}')
            return None
        values.append(converted)
    return function.call(run, values)


def _wanted(function: Function) -> str:
    names = ", ".join(name for name, _ in function.parameters)
    return f"{len(function.parameters)} arguments ({names})" if names else "no arguments"


_CLASSES: dict[str, type] = {
    "number": Decimal,
    "string": str,
    "boolean": bool,
    "date": FeelDate,
    "time": FeelTime,
    "date and time": FeelDateTime,
    "days and time duration": DaysTimeDuration,
    "years and months duration": YearsMonthsDuration,
    "list": list,
    "context": dict,
    "range": Range,
}


@cache
def _classes_of(kind: str, nullable: bool) -> frozenset[type] | None:
    kinds = kind.split("|")
    if "any" in kinds:
        return None
    classes: set[type] = {Function, BuiltInFunction} if "function" in kinds else set()
    classes.update(_CLASSES[each] for each in kinds if each != "function")
    if nullable:
        classes.add(type(None))
    return frozenset(classes)


def _may_fit(kind: Type, parameter: Parameter) -> bool:
    kinds = parameter.kind.split("|")
    if kind in (ANY, NULL) or isinstance(kind, ListType) or "any" in kinds or "list" in kinds:
        return True
    return kind.name in kinds or (kind == DATE and DATE_TIME.name in kinds)


def _convert(value: Any, classes: frozenset[type]) -> Any:
    if value is None or value is MISSING:
        return MISSING
    if type(value) is list and len(value) == 1:
        inner = value[0]
        if inner is not None and type(inner) in classes:
            return inner
    if list in classes and type(value) is not list:
        return [value]
    if FeelDateTime in classes and type(value) is FeelDate:
        return midnight(value)
    return MISSING
