"""Read what was deployed: files of processes, decisions and others, and the forms tasks and starts show."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from app.engine.work import FormReference
from app.errors import NotFoundError
from app.services.unit_of_work import Runtime
from app.storage.deployments import (
    DecisionDefinitionRow,
    FormRow,
    ResourceRow,
    find_by_key,
    find_form_schema,
    find_process,
    find_requirements,
)

SHIPPED_FORMS = Path(__file__).parents[2] / "forms"


@dataclass(frozen=True)
class DeployedFile:
    """A file as it was deployed."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True)
class DeployedForm:
    """One version of a form; `schema` is the form-js JSON text."""

    key: int
    form_id: str
    version: int
    schema: str


def read_process_file(connection: Connection, definition_key: int) -> bytes:
    """Return the BPMN XML of a process definition; raises NotFoundError."""
    row = find_process(connection, definition_key)
    if row is None:
        raise NotFoundError(f"Expected a process definition with the key {definition_key}, but there is none")
    return bytes(row.content)


def read_requirements_file(connection: Connection, requirements_key: int) -> bytes:
    """Return the DMN XML of a decision requirements graph; raises NotFoundError."""
    row = find_requirements(connection, requirements_key)
    if row is None:
        raise NotFoundError(f"Expected decision requirements with the key {requirements_key}, but there are none")
    return bytes(row.content)


def read_decision_file(connection: Connection, definition_key: int) -> bytes:
    """Return the DMN XML that holds a decision definition; raises NotFoundError."""
    row = find_by_key(connection, DecisionDefinitionRow, definition_key)
    if row is None:
        raise NotFoundError(f"Expected a decision definition with the key {definition_key}, but there is none")
    return read_requirements_file(connection, row.requirements_key)


def read_deployed_file(connection: Connection, resource_key: int) -> DeployedFile:
    """Return a deployed file by its resource key; raises NotFoundError."""
    row = find_by_key(connection, ResourceRow, resource_key)
    if row is None:
        raise NotFoundError(f"Expected a resource with the key {resource_key}, but there is none")
    return DeployedFile(row.name, row.kind, bytes(row.content))


def read_form(connection: Connection, form_key: int) -> DeployedForm:
    """Return a form by its key; raises NotFoundError."""
    row = find_form_schema(connection, form_key)
    if row is None:
        raise NotFoundError(f"Expected a form with the key {form_key}, but there is none")
    return DeployedForm(row.key, row.form_id, row.version, bytes(row.content).decode())


def read_named_schema(runtime: Runtime, connection: Connection, form_id: str) -> str:
    """Return the schema (form-js, as text) of the deployed form of this id; the shipped one where none is deployed."""
    row = runtime.models.find(connection, FormRow, form_id)
    if row is None:
        return (SHIPPED_FORMS / f"{form_id}.form").read_text(encoding="utf-8")
    return read_form(connection, row.key).schema


def find_start_form(runtime: Runtime, connection: Connection, definition_key: int) -> DeployedForm | None:
    """Return the form that starts a process by hand, or None; NotFoundError for no such process."""
    process = runtime.models.process(connection, definition_key)
    reference = process.definition.start_form
    return None if reference is None else _find_form(runtime, connection, reference, process.deployment_key)


def _find_form(
    runtime: Runtime, connection: Connection, reference: FormReference, deployment_key: int
) -> DeployedForm | None:
    if reference.form_id is None:
        return None
    row = runtime.models.find(
        connection,
        FormRow,
        reference.form_id.text,
        binding=reference.binding,
        deployment_key=deployment_key,
        version_tag=reference.version_tag,
    )
    return None if row is None else read_form(connection, row.key)
