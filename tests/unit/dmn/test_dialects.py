"""Files as the editors write them: Camunda Modeler for 8 and for 7, Trisotech, Drools."""

from __future__ import annotations

from typing import Any

import pytest

from app.dmn import load
from tests.unit.dmn.models import evaluate

CAMUNDA_8 = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:biodi="http://bpmn.io/schema/dmn/biodi/2.0"
  xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/"
  xmlns:modeler="http://camunda.org/schema/modeler/1.0" id="Definitions_1" name="DRD"
  namespace="http://camunda.org/schema/1.0/dmn" exporter="Camunda Modeler" exporterVersion="5.20.0"
  modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.5.0">
  <decision id="routing" name="Routing: who gets it?">
    <informationRequirement id="r"><requiredDecision href="#season" /></informationRequirement>
    <decisionTable id="DecisionTable_1">
      <input id="Input_1" label="Season" biodi:width="192">
        <inputExpression id="e1" typeRef="string"><text>season</text></inputExpression>
        <inputValues id="UnaryTests_1"><text>"winter","summer"</text></inputValues></input>
      <input id="Input_2" label="Due"><inputExpression id="e2" typeRef="date"><text>due</text></inputExpression></input>
      <input id="Input_3"><inputExpression id="e3" typeRef="dayTimeDuration"><text>wait</text></inputExpression></input>
      <output id="Output_1" label="Team" name="team" typeRef="string" biodi:width="200" />
      <rule id="R1"><description>cold</description><inputEntry id="a"><text>"winter"</text></inputEntry>
        <inputEntry id="b"><text>&lt; date("2026-05-01")</text></inputEntry>
        <inputEntry id="c"><text></text></inputEntry><outputEntry id="d"><text>"A"</text></outputEntry></rule>
      <rule id="R2"><inputEntry id="f"><text></text></inputEntry>
        <inputEntry id="g"><text>&gt;= date("2026-05-01")</text></inputEntry>
        <inputEntry id="h"><text>&gt; duration("P1D")</text></inputEntry>
        <outputEntry id="i"><text>"B"</text></outputEntry></rule>
    </decisionTable>
  </decision>
  <decision id="season" name="Season of year"><variable id="x" name="seasonName" typeRef="string"/>
    <literalExpression id="l"><text>if month &lt; 4 then "winter" else "summer"</text></literalExpression></decision>
  <dmndi:DMNDI><dmndi:DMNDiagram id="g1"><dmndi:DMNShape dmnElementRef="routing">
    <dc:Bounds height="80" width="180" x="160" y="100" /></dmndi:DMNShape></dmndi:DMNDiagram></dmndi:DMNDI>
</definitions>"""

CAMUNDA_7 = """<definitions xmlns="http://www.omg.org/spec/DMN/20151101/dmn.xsd" id="d" name="d" namespace="n"
  xmlns:camunda="http://camunda.org/schema/1.0/dmn">
  <decision id="dish" name="Dish" camunda:historyTimeToLive="P180D">
    <decisionTable id="t" hitPolicy="RULE ORDER">
      <input id="i" label="Guests"><inputExpression id="e" typeRef="integer" expressionLanguage="feel">
        <text>guestCount</text></inputExpression></input>
      <output id="o" name="desiredDish" typeRef="double" />
      <rule id="r1"><inputEntry id="c1"><text>[5..8]</text></inputEntry>
        <outputEntry id="o1"><text>1.5</text></outputEntry></rule>
      <rule id="r2"><inputEntry id="c2"><text><![CDATA[< 10]]></text></inputEntry>
        <outputEntry id="o2"><text>2</text></outputEntry></rule>
    </decisionTable></decision></definitions>"""

TRISOTECH = """<semantic:definitions xmlns:semantic="http://www.omg.org/spec/DMN/20180521/MODEL/"
  xmlns:feel="http://www.omg.org/spec/DMN/20180521/FEEL/" xmlns:triso="http://www.trisotech.com/2015/triso/modeling"
  expressionLanguage="http://www.omg.org/spec/DMN/20180521/FEEL/" name="m" namespace="http://trisotech.com/m">
  <semantic:extensionElements/>
  <semantic:itemDefinition name="tLoan"><semantic:itemComponent name="the rate">
    <semantic:typeRef>feel:number</semantic:typeRef></semantic:itemComponent></semantic:itemDefinition>
  <semantic:inputData id="_1" name="Loan"><semantic:variable name="Loan" typeRef="tLoan"/></semantic:inputData>
  <semantic:decision id="_2" name="Payment" triso:useOutputTypeAsAnswer="false">
    <semantic:variable name="Payment" typeRef="feel:number"/>
    <semantic:informationRequirement><semantic:requiredInput href="#_1"/></semantic:informationRequirement>
    <semantic:literalExpression triso:unparsed="true"><semantic:text>Loan.the rate * 2</semantic:text>
    </semantic:literalExpression></semantic:decision></semantic:definitions>"""

DROOLS = """<dmn:definitions xmlns:dmn="http://www.omg.org/spec/DMN/20180521/MODEL/" xmlns="https://kie.org/dmn/_1"
  xmlns:feel="http://www.omg.org/spec/DMN/20180521/FEEL/" xmlns:kie="http://www.drools.org/kie/dmn/1.2" name="Fine"
  typeLanguage="http://www.omg.org/spec/DMN/20180521/FEEL/" namespace="https://kie.org/dmn/_1">
  <dmn:extensionElements/>
  <dmn:inputData id="_a" name="Points"><dmn:variable id="_b" name="Points" typeRef="number"/></dmn:inputData>
  <dmn:decision id="_c" name="Suspended?"><dmn:extensionElements/>
    <dmn:variable id="_d" name="Suspended?" typeRef="string"/>
    <dmn:informationRequirement id="_e"><dmn:requiredInput href="#_a"/></dmn:informationRequirement>
    <dmn:context id="_f"><dmn:contextEntry><dmn:variable id="_g" name="Total" typeRef="number"/>
      <dmn:literalExpression id="_h"><dmn:text>Points + 1</dmn:text></dmn:literalExpression></dmn:contextEntry>
      <dmn:contextEntry><dmn:literalExpression id="_i"><dmn:text>if Total &gt; 20 then "Yes" else "No"</dmn:text>
      </dmn:literalExpression></dmn:contextEntry></dmn:context></dmn:decision></dmn:definitions>"""


@pytest.mark.parametrize(
    ("xml", "name", "context", "expected"),
    [
        (CAMUNDA_8, "routing", {"month": 1, "due": "2026-03-01", "wait": "P2D"}, "A"),
        (CAMUNDA_8, "Routing: who gets it?", {"month": 7, "due": "2026-06-01", "wait": "P2D"}, "B"),
        (CAMUNDA_7, "dish", {"guestCount": 6}, [1.5, 2]),
        (TRISOTECH, "Payment", {"Loan": {"the rate": 2}}, 4),
        (DROOLS, "Suspended?", {"Points": 20}, "Yes"),
    ],
)
def test_a_file_runs_as_its_editor_wrote_it(xml: str, name: str, context: dict[str, Any], expected: Any) -> None:
    model = load(xml)
    assert model.problems == ()
    assert evaluate(model, name, context).value == expected


def test_the_records_keep_what_the_editor_wrote() -> None:
    table = load(CAMUNDA_8).table("routing").table
    first = table.inputs[0]
    assert (first.id, first.label, first.expression) == ("Input_1", "Season", "season")
    assert (table.outputs[0].id, table.outputs[0].title, table.rules[0].remarks) == ("Output_1", "Team", ("cold",))
    assert [(rule.number, rule.id, rule.inputs[0].id) for rule in table.rules] == [(1, "R1", "a"), (2, "R2", "f")]
