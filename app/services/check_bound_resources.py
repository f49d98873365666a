"""Checks at deployment that what a process binds to its own deployment comes with it: later nothing could be added."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.engine import Definition
from app.engine.errors import Problem
from app.engine.model import Reference
from app.engine.work import Binding
from app.services.read_resource import ReadResource
from app.storage.base import Base
from app.storage.deployments import DecisionDefinitionRow, FormRow, ProcessDefinitionRow


def check_bound_resources(read: Sequence[ReadResource]) -> list[str]:
    """Return every process, decision and form that is bound to this deployment, and is not in it (Camunda 8.6)."""
    declared = [one for resource in read for one in resource.declared]
    deployed = {(one.table, one.id) for one in declared}
    return [
        str(
            Problem(
                definition.file,
                reference.element_id,
                definition.elements[reference.element_id].name,
                f"Expected the {what} {reference.id!r} in this deployment, to which it is bound, but it is not there",
            )
        )
        for definition in (one.definition for one in declared if one.definition is not None)
        for table, what, reference in _references(definition)
        if reference.binding is Binding.DEPLOYMENT
        and reference.id is not None
        and (table, reference.id) not in deployed
    ]


def _references(definition: Definition) -> Iterator[tuple[type[Base], str, Reference]]:
    """Every reference of a process, with the table and the name of what it refers to."""
    for table, what, references in (
        (ProcessDefinitionRow, "process", definition.calls),
        (DecisionDefinitionRow, "decision", definition.decisions),
        (FormRow, "form", definition.forms),
    ):
        for reference in references:
            yield table, what, reference
