"""What may be searched of variables: all, one of each name, and those that an element instance sees."""

from __future__ import annotations

from sqlalchemy import CTE, BigInteger, ColumnElement, and_, case, exists, func, literal, literal_column, select
from sqlalchemy.orm import aliased

from app.storage.cluster_variables import GLOBAL, ClusterVariableRow
from app.storage.cluster_variables import TENANT as TENANT_SCOPE
from app.storage.instances import ElementInstanceRow, ProcessInstanceRow
from app.storage.search import Field, Resource
from app.storage.search_conditions import Kind
from app.storage.search_processes import TENANT
from app.storage.variables import VariableRow

instance = ProcessInstanceRow.__table__.c
variable = VariableRow.__table__.c
element = ElementInstanceRow.__table__.c

VALUE_SHOWN = 8192
"""A variable's JSON text is cut to this many characters in a search unless the whole is asked for."""

VARIABLES = Resource(
    name="Variable",
    source=VariableRow.__table__.join(ProcessInstanceRow.__table__, instance.key == variable.instance_key),
    key="variableKey",
    fields={
        "name": Field(variable.name, Kind.TEXT),
        "value": Field(variable.value, Kind.TEXT),
        "isTruncated": Field(func.length(variable.value) > VALUE_SHOWN, Kind.FLAG, sorted=False, read=bool),
        "tenantId": Field(TENANT, Kind.TEXT),
        "variableKey": Field(variable.key, Kind.KEY),
        "scopeKey": Field(variable.scope_key, Kind.KEY),
        "processInstanceKey": Field(variable.instance_key, Kind.KEY),
        "rootProcessInstanceKey": Field(instance.root_key, Kind.KEY, null=True, filtered=False, sorted=False),
    },
)

cluster = ClusterVariableRow.__table__.c

CLUSTER_VARIABLES = Resource(
    name="ClusterVariable",
    source=ClusterVariableRow.__table__,
    key="clusterVariableKey",
    fields={
        "name": Field(cluster.name, Kind.TEXT),
        "value": Field(cluster.value, Kind.TEXT),
        "scope": Field(cluster.scope, Kind.CHOICE, choices=(GLOBAL, TENANT_SCOPE)),
        "tenantId": Field(case((cluster.scope == TENANT_SCOPE, TENANT)), Kind.TEXT, null=True),
        "isTruncated": Field(func.length(cluster.value) > VALUE_SHOWN, Kind.FLAG, sorted=False, read=bool),
        "metadata": Field(cluster.details, Kind.MAP, filtered=False, sorted=False),
        "kind": Field(literal_column("'JSON'"), Kind.CHOICE, sorted=False, choices=("JSON", "SECRET_REFERENCE")),
        "clusterVariableKey": Field(cluster.key, Kind.KEY, shown=False, filtered=False, sorted=False),
    },
)

_namesake = aliased(VariableRow)
_of_namesake = aliased(ProcessInstanceRow)

VARIABLE_NAMES = Resource(
    name="VariableName",
    source=VariableRow.__table__.join(ProcessInstanceRow.__table__, instance.key == variable.instance_key),
    key="name",
    fields={"name": Field(variable.name, Kind.TEXT)},
)


def named_in(definition_key: int) -> ColumnElement[bool]:
    """Return the condition that a variable is the first of its name among the instances of a process definition."""
    first = (
        select(func.min(_namesake.key))
        .join(_of_namesake, _of_namesake.key == _namesake.instance_key)
        .where(_namesake.name == variable.name, _of_namesake.definition_key == definition_key)
    )
    return and_(instance.definition_key == definition_key, variable.key == first.scalar_subquery())


def visible_from(element_key: int) -> ColumnElement[bool]:
    """Return the condition that a variable is held by the element instance `element_key` or by a scope around it."""
    return variable.scope_key.in_(select(_chain(element_key).c.key))


def nearest_from(element_key: int) -> ColumnElement[bool]:
    """Return the condition that a variable is what its name means at `element_key`: no nearer scope has that name."""
    chain = _chain(element_key)
    nearer, own = chain.alias("nearer"), chain.alias("own")
    hiding = aliased(VariableRow)
    outer = VariableRow.__table__
    depth = select(own.c.depth).where(own.c.key == variable.scope_key).correlate(outer).scalar_subquery()
    hidden = (
        select(1)
        .select_from(hiding)
        .join(nearer, nearer.c.key == hiding.scope_key)
        .where(hiding.name == variable.name, nearer.c.depth < depth)
        .correlate(outer)
    )
    return and_(variable.scope_key.in_(select(chain.c.key)), ~exists(hidden))


def _chain(element_key: int) -> CTE:
    inner = select(literal(element_key, BigInteger).label("key"), literal(0).label("depth")).cte(
        "chain", recursive=True
    )
    around = select(element.scope_key, inner.c.depth + 1).join(inner, element.key == inner.c.key)
    return inner.union_all(around.where(element.scope_key != element.key))
