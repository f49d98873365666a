"""The records a DMN file is read into: requirement graph elements, decision tables, boxed expressions, types.

Plain frozen data with the texts as written, ids and order kept. They know neither XML nor evaluation; the compiled side
(`app/dmn/compiled.py`) holds the FEEL trees and is found by these records.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class FunctionType:
    """`functionItem`: parameter types by name, and the result type (None is Any)."""

    parameters: tuple[tuple[str, str | None], ...]
    result: str | None


@dataclass(frozen=True, slots=True)
class ItemDefinition:
    """A named type (DMN 7.3.2): a reference, components, or a function; perhaps a list of it, perhaps constrained.

    `allowed_values` hold for each element of a collection, `type_constraint` (DMN 1.5) for the value as a whole.
    """

    name: str
    type_ref: str | None = None
    is_collection: bool = False
    components: tuple[ItemDefinition, ...] = ()
    function: FunctionType | None = None
    allowed_values: str | None = None
    type_constraint: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class LiteralExpression:
    """FEEL text as written; empty text is an expression that nobody filled in."""

    text: str
    type_ref: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class ContextEntry:
    """One `contextEntry`; `name` None marks the result cell."""

    name: str | None
    type_ref: str | None
    expression: Boxed | None


@dataclass(frozen=True, slots=True)
class ContextExpression:
    """Boxed context: entries in order, the last may be a result cell."""

    entries: tuple[ContextEntry, ...]
    type_ref: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Binding:
    """One argument of a boxed invocation."""

    parameter: str
    expression: Boxed | None


@dataclass(frozen=True, slots=True)
class InvocationExpression:
    """Boxed invocation: what is called, and its arguments by parameter name."""

    called: Boxed | None
    bindings: tuple[Binding, ...]
    type_ref: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class ListExpression:
    """Boxed list."""

    items: tuple[Boxed | None, ...]
    type_ref: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class RelationExpression:
    """Boxed relation: a list of contexts with the same keys, written as columns and rows."""

    columns: tuple[tuple[str, str | None], ...]
    rows: tuple[tuple[Boxed | None, ...], ...]
    type_ref: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A formal parameter."""

    name: str
    type_ref: str | None = None


@dataclass(frozen=True, slots=True)
class FunctionExpression:
    """Boxed function definition, and the logic of a business knowledge model. Only kind FEEL can be evaluated."""

    parameters: tuple[Parameter, ...]
    body: Boxed | None
    kind: str = "FEEL"
    type_ref: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class ConditionalExpression:
    """Boxed if, then, else."""

    condition: Boxed | None
    then: Boxed | None
    otherwise: Boxed | None
    type_ref: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class FilterExpression:
    """Boxed filter: a list, and what to keep of it."""

    collection: Boxed | None
    match: Boxed | None
    type_ref: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class IterationExpression:
    """Boxed for, some or every over one variable."""

    kind: Literal["for", "some", "every"]
    variable: str
    collection: Boxed | None
    body: Boxed | None
    type_ref: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class InputClause:
    """An input column: its expression, type, and allowed values, each as written."""

    expression: str
    type_ref: str | None = None
    allowed_values: str | None = None
    label: str | None = None
    id: str | None = None

    @property
    def title(self) -> str:
        """What people call the column: its label, else its expression."""
        return self.label or self.expression


@dataclass(frozen=True, slots=True)
class OutputClause:
    """An output column: name, type, ordered output values (the priorities of P and O), default entry."""

    name: str | None
    type_ref: str | None = None
    output_values: str | None = None
    default: LiteralExpression | None = None
    label: str | None = None
    id: str | None = None

    @property
    def title(self) -> str:
        """What people call the column: its label, else its name."""
        return self.label or self.name or "output"


@dataclass(frozen=True, slots=True)
class Cell:
    """One entry of a rule, as written; an empty input entry means any."""

    text: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: `number` counts from 1 in document order."""

    number: int
    id: str | None
    inputs: tuple[Cell, ...]
    outputs: tuple[Cell, ...]
    annotations: tuple[str, ...] = ()
    description: str | None = None

    @property
    def remarks(self) -> tuple[str, ...]:
        """What people wrote beside the row: its annotations, or the description that dmn-js keeps them in."""
        return self.annotations or ((self.description,) if self.description else ())


HitPolicy = Literal["UNIQUE", "ANY", "PRIORITY", "FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT"]
Aggregation = Literal["SUM", "COUNT", "MIN", "MAX"]


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A decision table (DMN clause 8). Orientation is presentation: rules are always `rules`."""

    hit_policy: HitPolicy
    aggregation: Aggregation | None
    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rules: tuple[Rule, ...]
    annotations: tuple[str, ...] = ()
    orientation: str = "Rule-as-Row"
    output_label: str | None = None
    type_ref: str | None = None
    id: str | None = None


Boxed = (
    LiteralExpression
    | ContextExpression
    | InvocationExpression
    | ListExpression
    | RelationExpression
    | FunctionExpression
    | ConditionalExpression
    | FilterExpression
    | IterationExpression
    | DecisionTable
)


@dataclass(frozen=True, slots=True)
class InputData:
    """A value the caller gives; `variable` is its name in expressions, as for every element."""

    id: str
    name: str
    type_ref: str | None = None
    label: str | None = None
    variable: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision: what it requires (hrefs as written) and its logic, None where the model leaves it to the caller."""

    id: str
    name: str
    type_ref: str | None
    expression: Boxed | None
    required: tuple[str, ...] = ()
    label: str | None = None
    question: str | None = None
    description: str | None = None
    variable: str = ""


@dataclass(frozen=True, slots=True)
class BusinessKnowledge:
    """A business knowledge model: a named function and the knowledge it requires."""

    id: str
    name: str
    type_ref: str | None
    logic: FunctionExpression | None
    required: tuple[str, ...] = ()
    variable: str = ""


@dataclass(frozen=True, slots=True)
class DecisionService:
    """A decision service; every member is an href as written."""

    id: str
    name: str
    type_ref: str | None
    output_decisions: tuple[str, ...]
    encapsulated_decisions: tuple[str, ...]
    input_decisions: tuple[str, ...]
    input_data: tuple[str, ...]
    variable: str = ""


Element = InputData | Decision | BusinessKnowledge | DecisionService


@dataclass(frozen=True, slots=True)
class Import:
    """Another model used under a name; an empty name brings its elements in unqualified (DMN 1.4)."""

    name: str
    namespace: str
    location: str | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Definitions:
    """Everything one file says; `elements` by id in document order."""

    file: str
    name: str
    namespace: str
    id: str | None
    version: str
    imports: tuple[Import, ...] = ()
    items: tuple[ItemDefinition, ...] = ()
    elements: dict[str, Element] = field(default_factory=dict)
    exporter: str | None = None
