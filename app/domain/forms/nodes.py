"""A compiled form's parts: fields, groups, repeated rows and what is only shown. Plain records, made by `reading`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.domain.forms.formulas import Formula
from app.domain.forms.options import OptionSource
from app.feel import Run

Path = tuple[str, ...]


@dataclass(frozen=True)
class Surroundings:
    """What a value is checked against: the scope's FEEL values, the evaluation, and today's date in ISO text."""

    context: Mapping[str, Any]
    run: Run
    today: str


Check = Callable[[Any, Surroundings], Any]
"""Takes a present value, returns it as it is stored, or raises AnswerProblem."""


@dataclass(frozen=True)
class Part:
    """What every component has: its place in the drawing order, texts by language, and the component as drawn."""

    number: int
    kind: str
    raw: Mapping[str, Any]
    texts: Mapping[str, str]
    hide: Formula | None

    def text(self, name: str, language: str) -> str:
        """Return `label`, `description` or another text in `language`, else in Chinese, else empty."""
        return self.texts.get(f"{name}:{language}") or self.texts.get(name, "")


@dataclass(frozen=True)
class Field(Part):
    """One answer. `path` leads to it within its scope; `check` is None for a computed field (`formula`)."""

    path: Path
    empty: Any
    required: Formula | None
    check: Check | None
    disabled: bool
    readonly: Formula | None
    default: Any = None
    options: OptionSource | None = None
    formula: Formula | None = None

    @property
    def is_sensitive(self) -> bool:
        """Whether the form says that its answer is shown with a mask once the step is done."""
        return bool((self.raw.get("properties") or {}).get("sensitive") == "true")

    @property
    def name(self) -> str:
        """The path as people and errors write it."""
        return ".".join(self.path)


@dataclass(frozen=True)
class Group(Part):
    """Components drawn together; `path` is where their answers lie, empty for the scope itself."""

    path: Path
    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Repeat(Part):
    """Rows of the same components; each row is a scope of its own."""

    path: Path
    nodes: tuple[Node, ...]
    may_add: bool
    default_rows: int

    @property
    def name(self) -> str:
        """The path as people and errors write it."""
        return ".".join(self.path)


@dataclass(frozen=True)
class Display(Part):
    """Something shown that takes no answer."""


Node = Field | Group | Repeat | Display


@dataclass(frozen=True)
class Shape:
    """Which keys a scope knows, to refuse the others; a nested scope by its key, None for an answer."""

    keys: dict[str, Shape | None] = field(default_factory=dict)
    rows: bool = False
