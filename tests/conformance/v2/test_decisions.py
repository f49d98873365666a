"""The stock client evaluates decisions and expressions, and reads what was evaluated."""

from __future__ import annotations

import json

import pytest
from camunda_orchestration_sdk import CamundaClient
from camunda_orchestration_sdk.errors import BadRequestError, NotFoundError
from camunda_orchestration_sdk.models import (
    DecisionDefinitionSearchQuery,
    DecisionEvaluationByID,
    DecisionInstanceSearchQuery,
    ExpressionEvaluationRequest,
    ExpressionEvaluationRequestVariables,
)

from tests.conformance.v2.conftest import deploy

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
