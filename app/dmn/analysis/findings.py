"""What the analysis of a decision table says: one record a finding, in facts that a screen can put into words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["error", "warning", "note"]

Kind = Literal[
    "overlap",
    "gap",
    "masked",
    "subsumed",
    "duplicate",
    "dead",
    "value not allowed",
    "unknown name",
    "type clash",
    "unused input",
    "not analysed",
    "undecided",
]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know before the table is used.

    `rows` are row numbers from 1; `column` is the column's title; `text` is the sentence. `example` maps input columns'
    titles to FEEL values that show the finding when they are put in; where a column is left out any value will do.
    """

    kind: Kind
    severity: Severity
    decision: str
    text: str
    rows: tuple[int, ...] = ()
    rule_ids: tuple[str | None, ...] = ()
    column: str | None = None
    example: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """All findings on a model, in the order of its decisions and rows."""

    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that must be mended before the table is used."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    def of_kind(self, kind: Kind) -> tuple[Finding, ...]:
        """Return the findings of one kind."""
        return tuple(finding for finding in self.findings if finding.kind == kind)
