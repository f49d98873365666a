"""FEEL's values: numbers, temporals, ranges, and what may be done with any two values."""

from app.feel.values.arithmetic import add, divide, multiply, negate, power, subtract
from app.feel.values.dates import FeelDate
from app.feel.values.durations import DaysTimeDuration, YearsMonthsDuration
from app.feel.values.equality import feel_equal, is_same
from app.feel.values.kinds import kind_of
from app.feel.values.numbers import DECIMAL128, NUMBER_FAULTS, parse_number
from app.feel.values.ordering import compare
from app.feel.values.parsing import parse_temporal
from app.feel.values.properties import PROPERTIES
from app.feel.values.ranges import Range, make_range
from app.feel.values.text import to_text
from app.feel.values.times import FeelDateTime, FeelTime

__all__ = [
    "DECIMAL128",
    "NUMBER_FAULTS",
    "PROPERTIES",
    "DaysTimeDuration",
    "FeelDate",
    "FeelDateTime",
    "FeelTime",
    "Range",
    "YearsMonthsDuration",
    "add",
    "compare",
    "divide",
    "feel_equal",
    "is_same",
    "kind_of",
    "make_range",
    "multiply",
    "negate",
    "parse_number",
    "parse_temporal",
    "power",
    "subtract",
    "to_text",
]
