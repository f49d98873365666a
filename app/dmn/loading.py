"""The front door: a DMN file, with the files it imports, to a model that can be evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.clock import Clock
from app.dmn.dialects import MODEL_NAMESPACES
from app.dmn.errors import DmnError, Place, UnknownDecisionError
from app.dmn.graph import build_unit
from app.dmn.model import Decision, Definitions
from app.dmn.nodes import Node, Unit
from app.dmn.quick_table import DECLINED, quick_table
from app.dmn.reader import read_definitions
from app.dmn.run import DmnRun, Evaluation, LimitError
from app.dmn.session import Session
from app.dmn.table import CompiledTable
from app.dmn.trace import Trace
from app.feel import BuiltIn, Calendars, Environment, FeelLimitError

MAX_IMPORT_DEPTH: Final = 50


class Model:
    """A loaded DMN file: its records in `definitions`, its compiled tables, and evaluation by id or name.

    `problems` are texts that cannot be used (no FEEL, unknown types): evaluating what needs them is null with an error,
    so a deployment should refuse them first. A model is never changed and may be shared between threads.
    """

    def __init__(self, unit: Unit, units: tuple[Unit, ...]) -> None:
        self.definitions: Definitions = unit.definitions
        self.problems: tuple[DmnError, ...] = tuple(
            problem for each in units for problem in (*each.types.problems, *each.boxes.texts.problems)
        )
        self._unit = unit
        self._by_name: dict[str, Node] = {}
        ranked = sorted(unit.nodes.values(), key=lambda node: not isinstance(node.element, Decision))
        for node in ranked:
            self._by_name.setdefault(node.element.id, node)
        for node in ranked:
            self._by_name.setdefault(node.element.name, node)
        ways = {name: quick_table(node) for name, node in self._by_name.items()}
        self._quick = {name: way for name, way in ways.items() if way is not None}

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """The file's decisions in document order."""
        return tuple(each for each in self.definitions.elements.values() if isinstance(each, Decision))

    @property
    def tables(self) -> tuple[CompiledTable, ...]:
        """Every decision table of the file, nested ones too, with its parsed cells."""
        return tuple(self._unit.boxes.tables)

    def table(self, decision: str) -> CompiledTable:
        """Return the decision table that is a decision's whole logic; UnknownDecisionError where there is none."""
        table = self._node(decision).table
        if table is None:
            raise UnknownDecisionError(f"Expected a decision table of {decision!r}, but its logic is none")
        return table

    def evaluate(
        self,
        decision: str,
        context: Mapping[str, Any],
        *,
        clock: Clock,
        calendars: Calendars | None = None,
        trace: bool = False,
        zone: str = "UTC",
        functions: Mapping[str, BuiltIn] | None = None,
    ) -> Evaluation:
        """Evaluate a decision, decision service or knowledge model, by id or name, over JSON or FEEL values.

        `functions` are further ones that its texts may call, by name.

        The value is a FEEL value (`app.feel.to_json` turns it back). What goes wrong inside is null with warnings and
        errors in the result; raised is only UnknownDecisionError, for a name the model does not have.
        """
        if not trace and decision in self._quick:
            value = self._quick[decision](context)
            if value is not DECLINED:
                return Evaluation(value)
        node = self._node(decision)
        tracing = Trace(self.definitions.name, self.definitions.namespace) if trace else None
        run = DmnRun(Environment(clock=clock, calendars=calendars, zone=zone, functions=functions or {}), tracing)
        session = Session(run, node.unit, context)
        try:
            value = session.result(node)
        except LimitError as error:
            run.record(error)
            value = None
        except FeelLimitError as error:
            run.fail("limit", str(error), node.place)
            value = None
        except RecursionError:
            run.fail("limit", "Expected an evaluation of bounded depth, but it goes too deep", node.place)
            value = None
        return run.finish(value)

    def _node(self, name: str) -> Node:
        node = self._by_name.get(name)
        if node is None:
            raise UnknownDecisionError(f"Expected a decision {name!r}, but file {self.definitions.file} has none")
        return node


def load(xml: bytes | str, *, file: str = "model.dmn", imports: Mapping[str, bytes | str] | None = None) -> Model:
    """Return the model in a DMN file; DmnError where it cannot be read.

    `file` is its name in messages. `imports` are the other files of the same deployment by name; only those that the
    model imports, directly or through another, are looked at.
    """
    main = read_definitions(xml, file)
    others = [read_definitions(source, name) for name, source in (imports or {}).items()] if main.imports else []
    library = _Library({each.namespace: each for each in others}, {each.file: each for each in others})
    unit = library.build(main)
    return Model(unit, (*library.units.values(), unit))


class _Library:
    """The files of one deployment, built when something imports them."""

    def __init__(self, by_namespace: dict[str, Definitions], by_file: dict[str, Definitions]) -> None:
        self.by_namespace = by_namespace
        self.by_file = by_file
        self.units: dict[str, Unit] = {}
        self.open: list[str] = []

    def build(self, definitions: Definitions) -> Unit:
        place = Place(definitions.file)
        imports: list[tuple[str, Unit]] = []
        if len(self.open) == MAX_IMPORT_DEPTH:
            reason = f"Expected imports at most {MAX_IMPORT_DEPTH} deep, but {definitions.file} imports more"
            raise DmnError(reason, place, "import")
        self.open.append(definitions.namespace)
        for each in definitions.imports:
            if each.kind and each.kind not in MODEL_NAMESPACES:
                continue
            if each.namespace in self.open:
                raise DmnError(f"Expected imports without a cycle, but {each.namespace!r} is in one", place, "import")
            found = self.by_namespace.get(each.namespace) or self.by_file.get(each.location or "")
            if found is None:
                raise DmnError(f"Expected the model {each.namespace!r} to import, but it is not here", place, "import")
            if found.namespace in self.open:
                raise DmnError(f"Expected imports without a cycle, but {found.file} is one", place, "import")
            imports.append((each.name, self._unit(found)))
        self.open.pop()
        return build_unit(definitions, tuple(imports), self.units)

    def _unit(self, definitions: Definitions) -> Unit:
        if definitions.namespace not in self.units:
            self.units[definitions.namespace] = self.build(definitions)
        return self.units[definitions.namespace]
