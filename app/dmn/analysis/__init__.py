"""What can be known of a decision table before it is used: see docs/table-analysis.md.

`analyse` looks at every decision table of a model. What it reports is so: an overlap comes with an input that hits both
rows, a gap with one that hits none; where a cell cannot be analysed, that is said and nothing is concluded from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from app.dmn.analysis.columns import Column, read_columns
from app.dmn.analysis.findings import Analysis, Finding
from app.dmn.analysis.rows import RowAnalysis
from app.dmn.analysis.texts import TextAnalysis
from app.dmn.loading import Model
from app.dmn.table import CompiledTable

__all__ = ["Analysis", "Finding", "analyse"]

MAX_PAIRS: Final = 100_000_000
"""Rules by rules by columns: some ten seconds' work."""


def analyse(model: Model) -> Analysis:
    """Return the findings on every decision table of the model, in document order."""
    found: list[Finding] = []
    for table in model.tables:
        found += _analyse_table(table.place.decision or model.definitions.name, table)
    return Analysis(tuple(found))


def _analyse_table(decision: str, table: CompiledTable) -> Iterator[Finding]:
    if table.problems:
        # A table that cannot be read is reported by `Model.problems`; nothing can be said of its rows.
        return
    if len(table.rules) ** 2 * len(table.inputs) > MAX_PAIRS:
        text = f"The table has {len(table.rules):,} rules, too many to compare with one another: nothing is decided"
        yield Finding("undecided", "note", decision, text)
        return
    columns = read_columns(table)
    yield from TextAnalysis(decision, table, columns).findings()
    entangled = _entangled(columns)
    if entangled:
        titles = " and ".join(map(repr, entangled))
        text = f"The columns {titles} look at the same variable: overlaps and gaps are not decided"
        yield Finding("undecided", "note", decision, text)
    else:
        yield from RowAnalysis(decision, table, columns).findings()


def _entangled(columns: list[Column]) -> tuple[str, str] | None:
    """Return two columns whose inputs depend on each other, because they are worked out from the same variable."""
    for first, second in combinations([column for column in columns if not column.unused], 2):
        if any(_is_part_of(one, other) for one in first.reads for other in second.reads):
            return first.title, second.title
    return None


def _is_part_of(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]
