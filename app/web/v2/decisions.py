"""Decisions and expressions: evaluate them, and read what was evaluated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.services.delete_decision_instance import delete_decision_instance
from app.services.evaluate_decision import evaluate_decision
from app.services.evaluate_expression import evaluate_expression
from app.services.search_records import get_record
from app.storage import search_decisions
from app.storage.search_decisions import EVALUATED_DECISIONS
from app.storage.search_processes import TENANT_ID
from app.web import wire
from app.web.json_body import write_json
from app.web.v2.operation import Call, operation
from app.web.v2.process_instances import ONLY_REFERENCE
from app.web.v2.records import record_schema, show_record

INPUT = wire.result(
    "EvaluatedDecisionInputItem", {"inputId": wire.text(), "inputName": wire.text(), "inputValue": wire.text()}
)
OUTPUT = wire.result(
    "EvaluatedDecisionOutputItem",
    {
        "outputId": wire.text(),
        "outputName": wire.text(),
        "outputValue": wire.text(),
        "ruleId": wire.text(null=True),
        "ruleIndex": wire.whole(null=True),
    },
)
RULE = wire.result(
    "MatchedDecisionRuleItem",
    {"ruleId": wire.text(), "ruleIndex": wire.whole(), "evaluatedOutputs": wire.many(OUTPUT)},
)
DETAILS: wire.Names = {"evaluatedInputs": wire.many(INPUT), "matchedRules": wire.many(RULE)}
INSTANCE = record_schema(search_decisions.DECISION_INSTANCES, "DecisionInstanceGetQueryResult", DETAILS)
EVALUATED = wire.result(
    "EvaluatedDecisionResult",
    {
        "decisionDefinitionId": wire.text(),
        "decisionDefinitionName": wire.text(),
        "decisionDefinitionVersion": wire.whole(),
        "decisionDefinitionType": wire.text(),
        "output": wire.text(),
        "tenantId": wire.text(),
        "matchedRules": wire.many(RULE),
        "evaluatedInputs": wire.many(INPUT),
        "decisionDefinitionKey": wire.key(),
        "decisionEvaluationInstanceKey": wire.text(),
    },
)
EVALUATION = wire.result(
    "EvaluateDecisionResult",
    {
        "decisionDefinitionId": wire.text(),
        "decisionDefinitionKey": wire.key(),
        "decisionDefinitionName": wire.text(),
        "decisionDefinitionVersion": wire.whole(),
        "decisionEvaluationKey": wire.key(),
        "decisionInstanceKey": wire.key(),
        "decisionRequirementsId": wire.text(),
        "decisionRequirementsKey": wire.key(),
        "evaluatedDecisions": wire.many(EVALUATED),
        "failedDecisionDefinitionId": wire.text(null=True),
        "failureMessage": wire.text(null=True),
        "output": wire.text(),
        "tenantId": wire.text(),
    },
)
REQUEST = wire.shape(
    "DecisionEvaluationInstruction",
    {
        "decisionDefinitionId": wire.text(shortest=1),
        "decisionDefinitionKey": wire.key(),
        "variables": wire.a_map(null=True),
        "tenantId": wire.one_of(TENANT_ID),
    },
)


@operation(
    "evaluate_decision",
    "POST",
    "/decision-definitions/evaluation",
    scope="decide",
    body=REQUEST,
    body_needed=True,
    result=EVALUATION,
    creates=True,
)
def evaluate(call: Call) -> dict[str, Any]:
    """Evaluate a decision by key, or the latest version by id; the evaluation is recorded."""
    body = call.body
    key = call.perform(
        evaluate_decision,
        call.actor,
        body.get("variables") or {},
        decision_id=body.get("decisionDefinitionId"),
        definition_key=body.get("decisionDefinitionKey"),
    )
    if call.work is not None:
        call.work.writes.flush()
        rows = EVALUATED_DECISIONS.list(call.work.connection, key)
    else:
        with call.runtime.reading() as connection:
            rows = EVALUATED_DECISIONS.list(connection, key)
    return _show_evaluation(key, rows)


def _show_evaluation(key: int, rows: list[Mapping[str, Any]]) -> dict[str, Any]:
    asked = rows[-1]
    failed = next((row for row in rows if row["evaluationFailure"] is not None), None)
    return {
        "decisionDefinitionId": asked["decisionDefinitionId"],
        "decisionDefinitionKey": str(asked["decisionDefinitionKey"]),
        "decisionDefinitionName": asked["decisionDefinitionName"],
        "decisionDefinitionVersion": asked["decisionDefinitionVersion"],
        "decisionEvaluationKey": str(key),
        "decisionInstanceKey": str(key),
        "decisionRequirementsId": asked["decisionRequirementsId"],
        "decisionRequirementsKey": str(asked["decisionRequirementsKey"]),
        "evaluatedDecisions": [_show_evaluated(row) for row in rows],
        "failedDecisionDefinitionId": None if failed is None else failed["decisionDefinitionId"],
        "failureMessage": None if failed is None else failed["evaluationFailure"],
        "output": _json(asked["result"]),
        "tenantId": TENANT_ID,
    }


def _show_evaluated(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "decisionDefinitionId": row["decisionDefinitionId"],
        "decisionDefinitionName": row["decisionDefinitionName"],
        "decisionDefinitionVersion": row["decisionDefinitionVersion"],
        "decisionDefinitionType": row["decisionDefinitionType"],
        "output": _json(row["result"]),
        "tenantId": TENANT_ID,
        "decisionDefinitionKey": str(row["decisionDefinitionKey"]),
        "decisionEvaluationInstanceKey": row["decisionEvaluationInstanceKey"],
        **_show_details(row),
    }


def _show_details(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "evaluatedInputs": [_show_value(one, "input") for one in row["_inputs"] or ()],
        "matchedRules": [_show_rule(rule) for rule in row["_rules"] or ()],
    }


def _show_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    named = {"ruleId": rule["ruleId"] or "", "ruleIndex": rule["ruleIndex"]}
    outputs: Iterable[Mapping[str, Any]] = rule["outputs"]
    return {**named, "evaluatedOutputs": [{**_show_value(one, "output"), **named} for one in outputs]}


def _show_value(one: Mapping[str, Any], side: str) -> dict[str, Any]:
    told = {f"{side}Id": one[f"{side}Id"] or "", f"{side}Name": one[f"{side}Name"] or ""}
    return {**told, f"{side}Value": _json(one[f"{side}Value"])}


def _json(value: Any) -> str:
    return write_json(value).decode()


@operation(
    "get_decision_instance",
    "GET",
    "/decision-instances/{decision_evaluation_instance_key}",
    scope=None,
    result=INSTANCE,
)
def get_decision_instance(call: Call) -> dict[str, Any]:
    """Read one evaluated decision with its inputs and the rules that matched."""
    with call.runtime.reading() as connection:
        key = call.path["decision_evaluation_instance_key"]
        row = get_record(connection, call.actor, EVALUATED_DECISIONS.resource, key)
    return {**show_record(search_decisions.DECISION_INSTANCES, row), **_show_details(row)}


EXPRESSION = wire.shape(
    "ExpressionEvaluationRequest",
    {
        "expression": wire.text(required=True, shortest=1),
        "tenantId": wire.one_of(TENANT_ID),
        "scopeKey": wire.key(),
        "variables": wire.a_map(null=True),
    },
)
WARNING = wire.result("ExpressionEvaluationWarningItem", {"message": wire.text()})
VALUE = wire.result(
    "ExpressionEvaluationResult",
    {
        "expression": wire.text(),
        "result": wire.anything(),
        "warnings": wire.many(WARNING),
        "referencedSecrets": wire.many(wire.a_map()),
    },
)


@operation(
    "evaluate_expression",
    "POST",
    "/expression/evaluation",
    scope="decide",
    body=EXPRESSION,
    body_needed=True,
    result=VALUE,
)
def evaluate_feel(call: Call) -> dict[str, Any]:
    """Evaluate a FEEL expression ("=" first) with variables, or with those a scope sees."""
    body = call.body
    with call.runtime.reading() as connection:
        found = evaluate_expression(
            call.runtime,
            connection,
            call.actor,
            body["expression"],
            body.get("variables") or {},
            body.get("scopeKey"),
        )
    warnings = [{"message": message} for message in found.warnings]
    told = {"expression": body["expression"], "result": found.value}
    return {**told, "warnings": warnings, "referencedSecrets": []}


@operation(
    "delete_decision_instance",
    "POST",
    "/decision-instances/{decision_evaluation_key}/deletion",
    scope="admin",
    body=ONLY_REFERENCE,
    status=204,
)
def delete_evaluation(call: Call) -> None:
    """Delete an evaluation with all its decisions."""
    call.perform(delete_decision_instance, call.actor, call.path["decision_evaluation_key"])
