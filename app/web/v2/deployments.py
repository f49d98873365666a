"""Deploying models, and reading what was deployed."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import Response, request
from werkzeug.exceptions import NotAcceptable

from app.errors import InvalidInputError
from app.services.delete_resource import delete_resource
from app.services.deploy_resources import Deployed, Deployment, deploy_resources
from app.services.read_deployed import (
    DeployedFile,
    DeployedForm,
    find_start_form,
    read_decision_file,
    read_deployed_file,
    read_form,
    read_process_file,
    read_requirements_file,
)
from app.services.read_resource import ResourceFile
from app.storage.deployments import DecisionDefinitionRow, DecisionRequirementsRow, FormRow, ProcessDefinitionRow
from app.storage.search_processes import TENANT_ID
from app.web import wire
from app.web.json_body import read_json
from app.web.v2.operation import Call, operation
from app.web.v2.process_instances import REFERENCE

PROCESS = wire.result(
    "DeploymentProcessResult",
    {
        "processDefinitionId": wire.text(),
        "processDefinitionVersion": wire.whole(),
        "resourceName": wire.text(),
        "tenantId": wire.text(),
        "processDefinitionKey": wire.key(),
    },
)
DECISION = wire.result(
    "DeploymentDecisionResult",
    {
        "decisionDefinitionId": wire.text(),
        "version": wire.whole(),
        "name": wire.text(),
        "tenantId": wire.text(),
        "decisionRequirementsId": wire.text(),
        "decisionDefinitionKey": wire.key(),
        "decisionRequirementsKey": wire.key(),
    },
)
REQUIREMENTS = wire.result(
    "DeploymentDecisionRequirementsResult",
    {
        "decisionRequirementsId": wire.text(),
        "decisionRequirementsName": wire.text(),
        "version": wire.whole(),
        "resourceName": wire.text(),
        "tenantId": wire.text(),
        "decisionRequirementsKey": wire.key(),
    },
)
FORM = wire.result(
    "DeploymentFormResult",
    {
        "formId": wire.text(),
        "version": wire.whole(),
        "resourceName": wire.text(),
        "tenantId": wire.text(),
        "formKey": wire.key(),
    },
)
RESOURCE = wire.result(
    "DeploymentResourceResult",
    {
        "resourceId": wire.text(),
        "resourceName": wire.text(),
        "version": wire.whole(),
        "tenantId": wire.text(),
        "resourceKey": wire.key(),
    },
)
METADATA = wire.result(
    "DeploymentMetadataResult",
    {
        "processDefinition": wire.nested(PROCESS, null=True),
        "decisionDefinition": wire.nested(DECISION, null=True),
        "decisionRequirements": wire.nested(REQUIREMENTS, null=True),
        "form": wire.nested(FORM, null=True),
        "resource": wire.nested(RESOURCE, null=True),
    },
)
DEPLOYMENT = wire.result(
    "DeploymentResult",
    {"deploymentKey": wire.key(), "tenantId": wire.text(), "deployments": wire.many(METADATA)},
)
FILES = wire.shape(
    "DeploymentRequest",
    {"resources": wire.many(wire.upload(), required=True), "tenantId": wire.one_of(TENANT_ID)},
)
FORM_RESULT = wire.result(
    "FormResult",
    {
        "tenantId": wire.text(),
        "formId": wire.text(),
        "schema": wire.text(),
        "version": wire.whole(),
        "formKey": wire.key(),
    },
)


@operation(
    "create_deployment",
    "POST",
    "/deployments",
    scope="deploy",
    form=FILES,
    result=DEPLOYMENT,
    creates=True,
)
def create_deployment(call: Call) -> dict[str, Any]:
    """Deploy files together: processes, decisions, forms and others (parts named `resources`)."""
    if (tenant := request.form.get("tenantId", TENANT_ID)) != TENANT_ID:
        raise InvalidInputError(f"Expected the tenant '{TENANT_ID}', which is the only one, but got {tenant[:255]!r}")
    sent = request.files.getlist("resources")
    files = [ResourceFile(part.filename or "", part.stream.read()) for part in sent]
    deployment = call.perform(deploy_resources, call.actor, files)
    deployments = [_metadata(one, deployment) for one in deployment.definitions]
    return {"deploymentKey": str(deployment.key), "tenantId": TENANT_ID, "deployments": deployments}


def _metadata(one: Deployed, deployment: Deployment) -> dict[str, Any]:
    found: dict[str, Any] = dict.fromkeys(
        ("processDefinition", "decisionDefinition", "decisionRequirements", "form", "resource")
    )
    base = {"resourceName": one.resource_name, "tenantId": TENANT_ID}
    key = str(one.key)
    if one.table is ProcessDefinitionRow:
        named = {"processDefinitionId": one.id, "processDefinitionVersion": one.version, "processDefinitionKey": key}
        found["processDefinition"] = {**base, **named}
    elif one.table is DecisionDefinitionRow:
        graph = next(other for other in deployment.definitions if other.key == one.requirements_key)
        found["decisionDefinition"] = {
            "decisionDefinitionId": one.id,
            "version": one.version,
            "name": one.name or one.id,
            "tenantId": TENANT_ID,
            "decisionRequirementsId": graph.id,
            "decisionDefinitionKey": key,
            "decisionRequirementsKey": str(graph.key),
        }
    elif one.table is DecisionRequirementsRow:
        named = {"decisionRequirementsId": one.id, "decisionRequirementsName": one.name or one.id}
        found["decisionRequirements"] = {**base, **named, "version": one.version, "decisionRequirementsKey": key}
    elif one.table is FormRow:
        found["form"] = {**base, "formId": one.id, "version": one.version, "formKey": key}
    else:
        found["resource"] = {**base, "resourceId": one.id, "version": one.version, "resourceKey": key}
    return found


def show_form(form: DeployedForm) -> dict[str, Any]:
    """Return a form as the API shows it."""
    shown = {"formId": form.form_id, "schema": form.schema, "version": form.version, "formKey": str(form.key)}
    return {"tenantId": TENANT_ID, **shown}


@operation("get_form_by_key", "GET", "/forms/{form_key}", scope=None, result=FORM_RESULT)
def get_form_by_key(call: Call) -> dict[str, Any]:
    """Read a form by its key."""
    with call.runtime.reading() as connection:
        return show_form(read_form(connection, call.path["form_key"]))


@operation(
    "get_start_process_form",
    "GET",
    "/process-definitions/{process_definition_key}/form",
    scope=None,
    result=FORM_RESULT,
    may_be_empty=True,
)
def get_start_process_form(call: Call) -> dict[str, Any] | None:
    """Read the form that starts a process by hand."""
    with call.runtime.reading() as connection:
        form = find_start_form(call.runtime, connection, call.path["process_definition_key"])
        return None if form is None else show_form(form)


@operation("get_process_definition_xml", "GET", "/process-definitions/{process_definition_key}/xml", media="text/xml")
def get_process_definition_xml(call: Call) -> Response:
    """Read the BPMN XML of a process definition, as it was deployed."""
    with call.runtime.reading() as connection:
        return _xml(read_process_file(connection, call.path["process_definition_key"]))


@operation(
    "get_decision_definition_xml", "GET", "/decision-definitions/{decision_definition_key}/xml", media="text/xml"
)
def get_decision_definition_xml(call: Call) -> Response:
    """Read the DMN XML that holds a decision definition."""
    with call.runtime.reading() as connection:
        return _xml(read_decision_file(connection, call.path["decision_definition_key"]))


@operation(
    "get_decision_requirements_xml", "GET", "/decision-requirements/{decision_requirements_key}/xml", media="text/xml"
)
def get_decision_requirements_xml(call: Call) -> Response:
    """Read the DMN XML of a decision requirements graph."""
    with call.runtime.reading() as connection:
        return _xml(read_requirements_file(connection, call.path["decision_requirements_key"]))


@operation("get_resource_content", "GET", "/resources/{resource_key}/content", result=None)
def get_resource_content(call: Call) -> Response:
    """Read a deployed file that holds a JSON object: a form, a robot's script."""
    file = _file(call)
    with suppress(InvalidInputError):
        if isinstance(read_json(file.content), dict):
            return Response(file.content, content_type="application/json")
    raise NotAcceptable(
        f"Expected a JSON object in '{file.name}', but it holds something else: read .../content/binary"
    )


@operation(
    "get_resource_content_binary", "GET", "/resources/{resource_key}/content/binary", media="application/octet-stream"
)
def get_resource_content_binary(call: Call) -> Response:
    """Read a deployed file as bytes."""
    response = Response(_file(call).content, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = "attachment"
    return response


DELETION = wire.shape("DeleteResourceRequest", {**REFERENCE, "deleteHistory": wire.flag()})
DELETED = wire.result("DeleteResourceResponse", {"resourceKey": wire.key(), "batchOperation": wire.a_map(null=True)})


@operation(
    "delete_resource",
    "POST",
    "/resources/{resource_key}/deletion",
    scope="deploy",
    body=DELETION,
    result=DELETED,
)
def delete_deployed(call: Call) -> dict[str, Any]:
    """Delete a version of a process, form or graph of decisions; what runs on it runs on."""
    if call.body.get("deleteHistory"):
        raise InvalidInputError("Expected deleteHistory to be left out: delete ended instances by a batch operation")
    key = call.path["resource_key"]
    call.perform(delete_resource, call.actor, key)
    return {"resourceKey": str(key), "batchOperation": None}


def _file(call: Call) -> DeployedFile:
    with call.runtime.reading() as connection:
        return read_deployed_file(connection, call.path["resource_key"])


def _xml(content: bytes) -> Response:
    return Response(content, content_type="text/xml; charset=utf-8")
