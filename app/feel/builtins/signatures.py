"""The one table of built-in functions: arguments are bound, documented and completed from it.

Each section's file holds its functions beside their signatures; this file joins them in the docs page's order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.feel.builtins.contexts import CONTEXT_FUNCTIONS
from app.feel.builtins.conversions import CONVERSION_FUNCTIONS
from app.feel.builtins.extensions import EXTENSION_FUNCTIONS
from app.feel.builtins.intervals import RANGE_FUNCTIONS
from app.feel.builtins.lists import LIST_FUNCTIONS
from app.feel.builtins.numbers import NUMBER_FUNCTIONS
from app.feel.builtins.statistics import STATISTICS_FUNCTIONS
from app.feel.builtins.strings import STRING_FUNCTIONS
from app.feel.builtins.temporals import TEMPORAL_FUNCTIONS
from app.feel.builtins.working_time import WORKING_TIME_FUNCTIONS
from app.feel.signature import BuiltIn

SECTIONS: Mapping[str, tuple[BuiltIn, ...]] = {
    "conversion": CONVERSION_FUNCTIONS,
    "string": STRING_FUNCTIONS,
    "number": NUMBER_FUNCTIONS,
    "list": (*STATISTICS_FUNCTIONS, *LIST_FUNCTIONS),
    "date and time": TEMPORAL_FUNCTIONS,
    "working time": WORKING_TIME_FUNCTIONS,
    "context": CONTEXT_FUNCTIONS,
    "range": RANGE_FUNCTIONS,
    "presence and exchange": EXTENSION_FUNCTIONS,
}
"""Section name to functions, both in reading order."""

BUILT_INS: Mapping[str, BuiltIn] = {
    entry.name: replace(entry, section=section) for section, entries in SECTIONS.items() for entry in entries
}
"""Every built-in by its name."""
