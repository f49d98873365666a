"""The stock client evaluates decisions and expressions, and reads what was evaluated."""

from __future__ import annotations

import json

import pytest
from camunda_orchestration_sdk import CamundaClient
from camunda_orchestration_sdk.errors import ApiError, BadRequestError, NotFoundError
from camunda_orchestration_sdk.models import (
    AuditLogSearchQueryRequest,
    DecisionDefinitionSearchQuery,
    DecisionEvaluationByID,
    DecisionInstanceDeletionBatchOperationRequest,
    DecisionInstanceSearchQuery,
    DeleteDecisionInstanceRequest,
    ExpressionEvaluationRequest,
    ExpressionEvaluationRequestVariables,
)

from tests.conformance.drawing import activity, draw, process, zeebe
from tests.conformance.v2.conftest import deploy, eventually, sign_in, start, tasks
from tests.conformance.v2.live import Live

TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="severities" name="Severities" namespace="n">
  <decision id="severity" name="Severity">
    <decisionTable id="table" hitPolicy="FIRST">
      <input id="in" label="Amount">
        <inputExpression id="e" typeRef="number"><text>amount</text></inputExpression>
      </input>
      <output id="out" label="Level" name="level" typeRef="string"/>
      <rule id="high"><inputEntry id="i1"><text>&gt; 1000</text></inputEntry>
        <outputEntry id="o1"><text>"high"</text></outputEntry></rule>
      <rule id="low"><inputEntry id="i2"><text>-</text></inputEntry>
        <outputEntry id="o2"><text>"low"</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>
"""


def test_a_decision_is_evaluated_with_the_rule_that_matched(client: CamundaClient) -> None:
    deploy(client, "severity.dmn", TABLE)
    asked = DecisionEvaluationByID.from_dict({"decisionDefinitionId": "severity", "variables": {"amount": 5000}})
    said = client.evaluate_decision(data=asked)
    assert (json.loads(said.output), said.failure_message) == ("high", None)
    (decision,) = said.evaluated_decisions
    assert [rule.rule_id for rule in decision.matched_rules] == ["high"]
    assert [(one.input_name, one.input_value) for one in decision.evaluated_inputs] == [("Amount", "5000")]
    stored = client.get_decision_instance(decision.decision_evaluation_instance_key)
    assert (stored.state.value, stored.matched_rules[0].evaluated_outputs[0].output_value) == ("EVALUATED", '"high"')
    by_key = {"filter": {"decisionEvaluationKey": said.decision_evaluation_key}}
    assert client.search_decision_instances(data=DecisionInstanceSearchQuery.from_dict(by_key)).page.total_items == 1


def test_a_decision_is_found_with_its_graph_and_its_file(client: CamundaClient) -> None:
    deploy(client, "severity.dmn", TABLE)
    wanted = {"filter": {"decisionDefinitionId": "severity", "isLatestVersion": True}}
    (found,) = client.search_decision_definitions(data=DecisionDefinitionSearchQuery.from_dict(wanted)).items
    assert client.get_decision_definition_xml(found.decision_definition_key) == TABLE
    graph = client.get_decision_requirements(found.decision_requirements_key)
    assert (graph.decision_requirements_id, graph.resource_name) == ("severities", "severity.dmn")


def test_an_unknown_decision_is_not_found(client: CamundaClient) -> None:
    with pytest.raises(NotFoundError):
        client.evaluate_decision(data=DecisionEvaluationByID(decision_definition_id="nobody_decides"))


def test_an_expression_is_evaluated_with_its_variables_and_its_warnings(client: CamundaClient) -> None:
    price = ExpressionEvaluationRequestVariables.from_dict({"price": 0.2})
    asked = ExpressionEvaluationRequest(expression="=0.1 + price", variables=price)
    assert client.evaluate_expression(data=asked).result == 0.3
    odd = client.evaluate_expression(data=ExpressionEvaluationRequest(expression="=missing + 1"))
    assert odd.result is None
    assert odd.warnings
    with pytest.raises(BadRequestError):
        client.evaluate_expression(data=ExpressionEvaluationRequest(expression="=1 +"))


def test_evaluations_are_deleted_one_by_one_and_by_filter(client: CamundaClient, live: Live) -> None:
    deploy(client, "severity.dmn", TABLE)
    asked = DecisionEvaluationByID(decision_definition_id="severity")
    first, second, third = (client.evaluate_decision(data=asked).decision_evaluation_key for _ in range(3))
    client.delete_decision_instance(first, data=DeleteDecisionInstanceRequest())
    wanted = {"filter": {"decisionEvaluationKey": second}}
    batch = client.delete_decision_instances_batch_operation(
        data=DecisionInstanceDeletionBatchOperationRequest.from_dict(wanted)
    )
    eventually(lambda: client.get_batch_operation(batch.batch_operation_key).end_date, "the batch to end")
    left = client.search_decision_instances(data=DecisionInstanceSearchQuery.from_dict({})).items
    assert {first, second, third} & {one.decision_evaluation_key for one in left} == {third}
    with pytest.raises(NotFoundError):
        client.delete_decision_instance(first, data=DeleteDecisionInstanceRequest())
    with sign_in(live, "auditor") as auditor, pytest.raises(ApiError) as refused:
        auditor.delete_decision_instance(third, data=DeleteDecisionInstanceRequest())
    assert refused.value.status_code == 403
    deleted = {"filter": {"entityType": "DECISION", "operationType": "DELETE", "entityKey": first}}
    (line,) = client.search_audit_logs(data=AuditLogSearchQueryRequest.from_dict(deleted)).items
    assert line.actor_id == "operator"


def test_an_evaluation_stays_while_the_instance_that_asked_runs(client: CamundaClient) -> None:
    deploy(client, "severity.dmn", TABLE)
    called = zeebe("calledDecision", decisionId="severity", resultVariable="level")
    ask = activity("businessRuleTask", "ask", ext=(called,))
    deploy(client, "asking.bpmn", draw(process(ask, ident="asking", flows="s -> ask -> a -> e")))
    key = start(client, "asking", {"amount": 1}).process_instance_key
    mine = DecisionInstanceSearchQuery.from_dict({"filter": {"processInstanceKey": key}})
    (made,) = client.search_decision_instances(data=mine).items
    with pytest.raises(ApiError) as refused:
        client.delete_decision_instance(made.decision_evaluation_key, data=DeleteDecisionInstanceRequest())
    assert refused.value.status_code == 409
    client.complete_user_task(tasks(client, key)[0].user_task_key)
    client.delete_decision_instance(made.decision_evaluation_key, data=DeleteDecisionInstanceRequest())
    assert client.search_decision_instances(data=mine).items == []
