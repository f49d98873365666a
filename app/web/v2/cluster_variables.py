"""Variables of the whole installation, which expressions of every process read as `camunda.vars.…`."""

from __future__ import annotations

from typing import Any

from marshmallow import validate
from sqlalchemy import Row

from app.errors import NotFoundError
from app.services.create_cluster_variable import create_cluster_variable
from app.services.delete_cluster_variable import delete_cluster_variable
from app.services.update_cluster_variable import get_cluster_variable, update_cluster_variable
from app.storage.cluster_variables import GLOBAL, TENANT
from app.storage.search_processes import TENANT_ID
from app.web import wire
from app.web.v2.operation import Call, operation

NAME = validate.And(validate.Length(1, 256), validate.Regexp(r"^[a-zA-Z0-9_~@.+-]+\Z"))
CREATION = wire.shape(
    "CreateClusterVariableRequest",
    {
        "name": wire.TextField(required=True, validate=NAME),
        "value": wire.anything(required=True),
        "metadata": wire.a_map(),
        "kind": wire.one_of("JSON"),
    },
)
UPDATE = wire.shape("UpdateClusterVariableRequest", {"value": wire.anything(required=True), "metadata": wire.a_map()})
RESULT = wire.result(
    "ClusterVariableResult",
    {
        "name": wire.text(),
        "value": wire.text(),
        "scope": wire.one_of(GLOBAL, TENANT),
        "tenantId": wire.text(null=True),
        "metadata": wire.a_map(),
        "kind": wire.one_of("JSON", "SECRET_REFERENCE"),
    },
)


def _scope(call: Call) -> str:
    tenant = call.path.get("tenant_id")
    if tenant not in (None, TENANT_ID):
        raise NotFoundError(f"Expected the tenant '{TENANT_ID}', which is the only one, but got '{tenant}'")
    return GLOBAL if tenant is None else TENANT


def _show(row: Row[Any]) -> dict[str, Any]:
    tenant = TENANT_ID if row.scope == TENANT else None
    shown = {"name": row.name, "value": row.value, "scope": row.scope, "tenantId": tenant}
    return {**shown, "metadata": row.details, "kind": "JSON"}


def _create(call: Call) -> dict[str, Any]:
    """Create a variable; its value is any JSON."""
    body = call.body
    given = (body["name"], body["value"], body.get("metadata", {}))
    return _show(call.perform(create_cluster_variable, call.actor, _scope(call), *given))


def _update(call: Call) -> dict[str, Any]:
    """Give a variable another value; what is noted about it stays unless it is given, too."""
    given = (call.path["name"], call.body["value"], call.body.get("metadata"))
    return _show(call.perform(update_cluster_variable, call.actor, _scope(call), *given))


def _get(call: Call) -> dict[str, Any]:
    """Read a variable with its whole value."""
    with call.runtime.reading() as connection:
        return _show(get_cluster_variable(connection, _scope(call), call.path["name"]))


def _delete(call: Call) -> None:
    """Delete a variable: expressions that name it see null from now on."""
    call.perform(delete_cluster_variable, call.actor, _scope(call), call.path["name"])


for _whose, _path in (("global", "/cluster-variables/global"), ("tenant", "/cluster-variables/tenants/{tenant_id}")):
    _one = f"{_path}/{{name}}"
    _changes: dict[str, Any] = {"scope": "deploy", "body_needed": True, "result": RESULT}
    operation(f"create_{_whose}_cluster_variable", "POST", _path, body=CREATION, creates=True, **_changes)(_create)
    operation(f"update_{_whose}_cluster_variable", "PUT", _one, body=UPDATE, **_changes)(_update)
    operation(f"get_{_whose}_cluster_variable", "GET", _one, result=RESULT)(_get)
    operation(f"delete_{_whose}_cluster_variable", "DELETE", _one, scope="deploy", status=204)(_delete)
