"""Reads one file that is to be deployed: what it declares, and every problem it has."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from app.dmn.errors import DmnError
from app.dmn.loading import load
from app.dmn.model import Decision, DecisionTable, LiteralExpression
from app.dmn.safe_xml import children, local_name, parse_xml
from app.domain.automation import check_event_table
from app.domain.forms import FormRefusedError, compile_form
from app.engine import Definition, ModelRefusedError
from app.engine.reader import read_processes
from app.storage.base import Base
from app.storage.deployments import DecisionDefinitionRow, DecisionRequirementsRow, FormRow, ProcessDefinitionRow


class ModelProblemsError(ValueError):
    """A decision model whose texts cannot be used."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


@dataclass(frozen=True)
class ResourceFile:
    """A file as it came."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Declared:
    """One definition in a file: the table it belongs to, its id, and its row's own columns."""

    table: type[Base]
    id: str
    name: str | None
    columns: Mapping[str, Any] = field(default_factory=dict)
    definition: Definition | None = None


@dataclass(frozen=True)
class ReadResource:
    """A file that can be deployed; one of kind "other" declares nothing but itself."""

    file: ResourceFile
    kind: str
    declared: tuple[Declared, ...] = ()


def read_resource(file: ResourceFile, others: Mapping[str, bytes]) -> tuple[ReadResource | None, list[str]]:
    """Return what a file declares and no problems, or nothing and every problem; a DMN file may import `others`."""
    suffix = PurePosixPath(file.name).suffix.lower()
    try:
        match suffix:
            case ".bpmn" | ".xml":
                return ReadResource(file, "bpmn", _processes(file)), []
            case ".dmn":
                return ReadResource(file, "dmn", _decisions(file, others)), []
            case ".form":
                return ReadResource(file, "form", (_form(file),)), []
            case _:
                return ReadResource(file, "other"), []
    except ModelRefusedError as refused:
        return None, [str(problem) for problem in refused.problems]
    except ModelProblemsError as refused:
        return None, refused.problems
    except (DmnError, FormRefusedError, ValueError) as error:
        return None, [f"{file.name}: {error}"]


def _processes(file: ResourceFile) -> tuple[Declared, ...]:
    declared = []
    for one in read_processes(file.content, file=file.name):
        start_form = one.start_form
        form_id = start_form.form_id.text if start_form is not None and start_form.form_id is not None else None
        columns = {"version_tag": one.version_tag, "name": one.name, "start_form": form_id}
        declared.append(Declared(ProcessDefinitionRow, one.process_id, one.name, columns, one))
    return tuple(declared)


def _decisions(file: ResourceFile, others: Mapping[str, bytes]) -> tuple[Declared, ...]:
    model = load(file.content, file=file.name, imports=others)
    if model.problems:
        raise ModelProblemsError([str(problem) for problem in model.problems])
    wrong = check_event_table(model)
    if wrong:
        raise ModelProblemsError([str(problem) for problem in wrong])
    definitions = model.definitions
    graph_id = definitions.id or definitions.name
    tags = _version_tags(file)
    declared = [Declared(DecisionRequirementsRow, graph_id, definitions.name, {"name": definitions.name})]
    for one in definitions.elements.values():
        if isinstance(one, Decision):
            columns = {"name": one.name, "kind": _kind_of(one), "version_tag": tags.get(one.id)}
            declared.append(Declared(DecisionDefinitionRow, one.id, one.name, columns))
    return tuple(declared)


def _kind_of(decision: Decision) -> str:
    if isinstance(decision.expression, DecisionTable):
        return "DECISION_TABLE"
    return "LITERAL_EXPRESSION" if isinstance(decision.expression, LiteralExpression) else "UNKNOWN"


def _version_tags(file: ResourceFile) -> dict[str, str]:
    """Camunda's `zeebe:versionTag` by decision id; DMN itself knows no such thing, so the model does not keep it."""
    tags = {}
    for decision in children(parse_xml(file.content, file.name), "decision"):
        for element in decision.iter():
            if isinstance(element.tag, str) and local_name(element) == "versionTag":
                tags[str(decision.get("id"))] = str(element.get("value"))
    return tags


def _form(file: ResourceFile) -> Declared:
    try:
        schema = json.loads(file.content)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"Expected a form in JSON, but {error}") from error
    form_id = schema.get("id") if isinstance(schema, dict) else None
    if not isinstance(form_id, str) or not form_id:
        raise ValueError("Expected a form with an id, but it has none")
    if "components" in schema:
        compile_form(schema)  # what could never be checked is told now, not to the person who fills it in
    return Declared(FormRow, form_id, form_id, {"version_tag": schema.get("versionTag")})
