"""What may be searched of decisions: their graphs, their versions and their evaluations."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, String, cast, func, select
from sqlalchemy.orm import aliased

from app.storage.decision_instances import DecisionInstanceRow
from app.storage.deployments import DecisionDefinitionRow, DecisionRequirementsRow, ResourceRow
from app.storage.instances import ProcessInstanceRow
from app.storage.search import Field, Resource, search
from app.storage.search_conditions import Kind
from app.storage.search_processes import TENANT

decision = DecisionDefinitionRow.__table__.c
requirements = DecisionRequirementsRow.__table__.c
evaluation = DecisionInstanceRow.__table__.c
instance = ProcessInstanceRow.__table__.c
resource = ResourceRow.__table__.c

_newest = aliased(DecisionDefinitionRow)
_is_latest = decision.version == (
    select(func.max(_newest.version))
    .where(_newest.decision_id == decision.decision_id, _newest.effective_at.is_not(None))
    .scalar_subquery()
)

DECISION_DEFINITIONS = Resource(
    name="DecisionDefinition",
    source=DecisionDefinitionRow.__table__.join(
        DecisionRequirementsRow.__table__, requirements.key == decision.requirements_key
    ),
    key="decisionDefinitionKey",
    fields={
        "decisionDefinitionId": Field(decision.decision_id, Kind.TEXT),
        "decisionDefinitionKey": Field(decision.key, Kind.KEY),
        "decisionRequirementsId": Field(requirements.drg_id, Kind.TEXT),
        "decisionRequirementsKey": Field(decision.requirements_key, Kind.KEY),
        "decisionRequirementsName": Field(requirements.name, Kind.TEXT),
        "decisionRequirementsVersion": Field(requirements.version, Kind.WHOLE),
        "name": Field(decision.name, Kind.TEXT),
        "tenantId": Field(TENANT, Kind.TEXT),
        "version": Field(decision.version, Kind.WHOLE),
        "isLatestVersion": Field(_is_latest, Kind.FLAG, shown=False, sorted=False),
    },
)

DECISION_REQUIREMENTS = Resource(
    name="DecisionRequirements",
    source=DecisionRequirementsRow.__table__.join(ResourceRow.__table__, resource.key == requirements.resource_key),
    key="decisionRequirementsKey",
    fields={
        "decisionRequirementsId": Field(requirements.drg_id, Kind.TEXT),
        "decisionRequirementsKey": Field(requirements.key, Kind.KEY),
        "decisionRequirementsName": Field(requirements.name, Kind.TEXT),
        "resourceName": Field(resource.name, Kind.TEXT, sorted=False),
        "tenantId": Field(TENANT, Kind.TEXT),
        "version": Field(requirements.version, Kind.WHOLE),
    },
)

DECISION_IS_THERE = decision.deleted_at.is_(None)
REQUIREMENTS_ARE_THERE = requirements.deleted_at.is_(None)

_DECISION_KINDS = ("DECISION_TABLE", "LITERAL_EXPRESSION", "UNSPECIFIED", "UNKNOWN")

DECISION_INSTANCES = Resource(
    name="DecisionInstance",
    source=DecisionInstanceRow.__table__.outerjoin(
        ProcessInstanceRow.__table__, instance.key == evaluation.instance_key
    ).join(DecisionDefinitionRow.__table__, decision.key == evaluation.definition_key),
    key="decisionEvaluationInstanceKey",
    fields={
        "businessId": Field(instance.business_id, Kind.TEXT, null=True),
        "decisionDefinitionId": Field(evaluation.decision_id, Kind.TEXT),
        "decisionDefinitionKey": Field(evaluation.definition_key, Kind.KEY),
        "decisionDefinitionName": Field(evaluation.decision_name, Kind.TEXT),
        "decisionDefinitionType": Field(evaluation.kind, Kind.CHOICE, choices=_DECISION_KINDS),
        "decisionDefinitionVersion": Field(evaluation.decision_version, Kind.WHOLE),
        "decisionEvaluationInstanceKey": Field(
            cast(evaluation.key, String) + "-" + cast(evaluation.position, String), Kind.TEXT
        ),
        "decisionEvaluationKey": Field(evaluation.key, Kind.KEY),
        "elementInstanceKey": Field(evaluation.element_key, Kind.KEY, null=True),
        "evaluationDate": Field(evaluation.evaluated_at, Kind.INSTANT),
        "evaluationFailure": Field(evaluation.failure, Kind.TEXT, null=True),
        "processDefinitionKey": Field(evaluation.process_definition_key, Kind.KEY, null=True),
        "processInstanceKey": Field(evaluation.instance_key, Kind.KEY, null=True),
        "result": Field(evaluation.result, Kind.JSON, filtered=False, sorted=False),
        "rootDecisionDefinitionKey": Field(evaluation.root_definition_key, Kind.KEY),
        "rootProcessInstanceKey": Field(
            evaluation.root_instance_key, Kind.KEY, null=True, filtered=False, sorted=False
        ),
        "state": Field(evaluation.state, Kind.CHOICE, choices=("EVALUATED", "FAILED", "UNSPECIFIED", "UNKNOWN")),
        "tenantId": Field(TENANT, Kind.TEXT),
        "decisionRequirementsKey": Field(decision.requirements_key, Kind.KEY, shown=False, sorted=False),
    },
)


EVALUATIONS = Resource(
    name="DecisionInstance",
    source=DECISION_INSTANCES.source,
    key="decisionEvaluationKey",
    fields=DECISION_INSTANCES.fields,
)
"""The same, by the key that the decisions of one evaluation have in common."""


class EvaluatedDecisions:
    """Evaluated decisions with their details: inputs and matched rules, and the graph they belong to."""

    resource = Resource(
        name="DecisionInstance",
        source=DECISION_INSTANCES.source.join(
            DecisionRequirementsRow.__table__, requirements.key == decision.requirements_key
        ),
        key="decisionEvaluationInstanceKey",
        fields={
            **DECISION_INSTANCES.fields,
            "decisionRequirementsKey": Field(decision.requirements_key, Kind.KEY),
            "decisionRequirementsId": Field(requirements.drg_id, Kind.TEXT),
            "_inputs": Field(evaluation.inputs, Kind.RECORDS),
            "_rules": Field(evaluation.rules, Kind.RECORDS),
            "_position": Field(evaluation.position, Kind.WHOLE),
        },
    )

    def list(self, connection: Connection, evaluation_key: int) -> builtins.list[Mapping[str, Any]]:
        """Return the decisions of one evaluation, required ones first, the asked one last."""
        asked = {"decisionEvaluationKey": {"$eq": evaluation_key}}
        return [*search(connection, self.resource, asked, [("_position", False)]).items]


EVALUATED_DECISIONS = EvaluatedDecisions()
# `decisionEvaluationInstanceKey` is the evaluation's key and the decision's position in it, as `key-position`.
