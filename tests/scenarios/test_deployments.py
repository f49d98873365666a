import pytest

from app.errors import ConflictError, ForbiddenError, NotFoundError
from app.services.create_process_instance import StartPlan, create_process_instance
from app.services.delete_resource import delete_resource
from app.services.deploy_resources import DeploymentRefusedError
from app.services.evaluate_decision import evaluate_decision
from app.services.read_deployed import read_form
from app.services.resolve_incident import resolve_incident
from app.services.search_records import UnseenRecordError, get_record
from app.storage.decision_instances import DecisionInstanceRow
from app.storage.deployments import (
    DecisionDefinitionRow,
    DecisionRequirementsRow,
    FormRow,
    ProcessDefinitionRow,
    ResourceRow,
)
from app.storage.incidents import IncidentRow
from app.storage.instances import ProcessInstanceRow
from app.storage.search_decisions import DECISION_REQUIREMENTS
from app.storage.subscriptions import MessageSubscriptionRow
from app.storage.user_tasks import UserTaskRow
from tests.conformance.drawing import activity, call, draw, message, process, start, zeebe
from tests.desk import ANNA, BOSS, Desk, work_for

FORM = '{"id": "answer", "type": "default", "components": []}'
ROUTE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="routing" name="Routing" namespace="http://r.example">
  <decision id="route" name="Route"><decisionTable id="t" hitPolicy="FIRST">
    <input id="i1" label="amount">
      <inputExpression id="e1" typeRef="number"><text>amount</text></inputExpression>
    </input>
    <output id="o1" name="group" typeRef="string"/>
    <rule id="r1">
      <inputEntry id="c1"><text>&gt; 1000</text></inputEntry><outputEntry id="c2"><text>"risk"</text></outputEntry>
    </rule>
    <rule id="r2">
      <inputEntry id="c3"><text>-</text></inputEntry><outputEntry id="c4"><text>"desk"</text></outputEntry>
    </rule>
  </decisionTable></decision>
</definitions>"""
DECIDE = activity(
    "businessRuleTask", "decide", ext=(zeebe("calledDecision", decisionId="route", resultVariable="group"),)
)
ROUTED = process(DECIDE, work_for("work", groups="=[group]"), flows="s -> decide -> work -> e")


def test_the_same_files_again_are_the_same_deployment(desk: Desk) -> None:
    first = desk.deploy(ROUTED, routing__dmn=ROUTE, answer__form=FORM)
    assert desk.deploy(ROUTED, routing__dmn=ROUTE, answer__form=FORM) == first
    assert [row.version for row in desk.rows(ProcessDefinitionRow)] == [1]


def test_files_deployed_together_get_new_versions_together(desk: Desk) -> None:
    desk.deploy(ROUTED, routing__dmn=ROUTE)
    desk.deploy(ROUTED, routing__dmn=ROUTE.replace('"desk"', '"front"'))
    assert [row.version for row in desk.rows(ProcessDefinitionRow)] == [1, 2]
    assert [row.version for row in desk.rows(DecisionDefinitionRow)] == [1, 2]


def test_every_problem_of_every_file_is_told_at_once(desk: Desk) -> None:
    with pytest.raises(DeploymentRefusedError) as refused:
        desk.deploy(bad__bpmn="<nothing/>", bad__dmn="no xml", bad__form="[]")
    assert len(refused.value.problems) == 3
    assert {problem.split(":")[0].split(",")[0] for problem in refused.value.problems} == {
        "bad.bpmn",
        "bad.dmn",
        "bad.form",
    }
    assert desk.rows(ResourceRow) == []


def test_what_a_process_binds_to_its_deployment_must_come_with_it(desk: Desk) -> None:
    form = zeebe("formDefinition", formId="answer", bindingType="deployment")
    bound = process(call("c", "child", bindingType="deployment"), work_for("a", form), flows="s -> c -> a -> e")
    child = process(ident="child", flows="s -> e")
    with pytest.raises(DeploymentRefusedError) as refused:
        desk.deploy(bound)
    assert "the process 'child'" in str(refused.value)
    assert "the form 'answer'" in str(refused.value)
    desk.deploy(bound, child, answer__form=FORM)
    desk.start()
    assert desk.open_task("a")


def test_only_who_may_deploys(desk: Desk) -> None:
    from app.services.deploy_resources import deploy_resources

    with pytest.raises(ForbiddenError, match="deploy"):
        desk.perform(deploy_resources, ANNA, [])


def test_a_running_instance_keeps_its_version(desk: Desk) -> None:
    desk.deploy(process(work_for("a"), flows="s -> a -> b -> e"))
    desk.start()
    desk.deploy(process(work_for("a"), flows="s -> a -> c -> e"))
    desk.complete("a")
    assert [row.element_id for row in desk.open_tasks()] == ["b"]


def test_an_older_version_may_be_started(desk: Desk) -> None:
    desk.deploy(process(flows="s -> a -> e"))
    desk.deploy(process(flows="s -> b -> e"))
    desk.perform(create_process_instance, BOSS, StartPlan(process_id="p", version=1), {})
    assert [row.element_id for row in desk.open_tasks()] == ["a"]
    with pytest.raises(NotFoundError, match="version 9"):
        desk.perform(create_process_instance, BOSS, StartPlan(process_id="p", version=9), {})


def test_a_table_routes_and_its_evaluation_is_kept(desk: Desk) -> None:
    desk.deploy(ROUTED, routing__dmn=ROUTE)
    key = desk.start(amount=5000)
    assert desk.row(UserTaskRow).candidate_groups == ["risk"]
    row = desk.row(DecisionInstanceRow, instance_key=key)
    assert (row.decision_id, row.state, row.result, row.kind) == ("route", "EVALUATED", "risk", "DECISION_TABLE")
    assert row.inputs == [{"inputId": "i1", "inputName": "amount", "inputValue": 5000}]
    assert [(rule["ruleId"], rule["ruleIndex"]) for rule in row.rules] == [("r1", 1)]


def test_a_decision_that_is_not_deployed_is_an_incident(desk: Desk) -> None:
    desk.deploy(ROUTED)
    desk.start(amount=1)
    assert desk.row(IncidentRow).error_type == "CALLED_DECISION_ERROR"


def test_a_task_knows_the_form_that_was_the_latest_when_it_opened(desk: Desk) -> None:
    form = zeebe("formDefinition", formId="answer")
    desk.deploy(process(work_for("a", form), flows="s -> a -> e"), answer__form=FORM)
    desk.start()
    desk.deploy(answer__form=FORM.replace("[]", '[{"type": "text"}]'))
    desk.start()
    first, second = [row.form_key for row in desk.rows(UserTaskRow)]
    assert [row.key for row in desk.rows(FormRow)] == [first, second]
    assert desk.deploy(draw__bpmn=draw(process(ident="other", flows="s -> e"))).definitions[0].version == 1


def test_a_form_that_is_not_deployed_is_an_incident_until_it_is(desk: Desk) -> None:
    desk.deploy(process(work_for("a", zeebe("formDefinition", formId="answer")), flows="s -> a -> e"))
    key = desk.start()
    incident = desk.row(IncidentRow, instance_key=key)
    assert (incident.error_type, incident.element_id) == ("FORM_NOT_FOUND", "a")
    desk.deploy(answer__form=FORM)
    desk.perform(resolve_incident, BOSS, incident.key)
    assert desk.row(UserTaskRow).form_key == desk.row(FormRow).key
    assert desk.row(ProcessInstanceRow, key=key).incidents == 0


def test_a_form_whose_answers_could_not_be_checked_is_refused_by_its_component(desk: Desk) -> None:
    broken = '{"id": "answer", "components": [{"type": "textfield", "key": "a", "validate": {"pattern": "("}}]}'
    with pytest.raises(DeploymentRefusedError, match=r"answer\.form: .*component 'a'"):
        desk.deploy(answer__form=broken)
    assert desk.rows(FormRow) == []


def test_a_deleted_version_starts_nothing_and_what_runs_on_it_runs_on(desk: Desk) -> None:
    first = desk.deploy(process(work_for("a"), flows="s -> a -> e")).definitions[0].key
    second = desk.deploy(process(work_for("b"), work_for("c"), flows="s -> b -> c -> e")).definitions[0].key
    desk.start()
    desk.perform(delete_resource, BOSS, second)
    desk.start()
    assert [row.definition_key for row in desk.rows(ProcessInstanceRow)] == [second, first]
    desk.perform(delete_resource, BOSS, first)
    for plan in (StartPlan(process_id="p"), StartPlan(definition_key=second)):
        with pytest.raises(NotFoundError):
            desk.perform(create_process_instance, BOSS, plan, {})
    desk.complete("b")
    assert [row.element_id for row in desk.open_tasks()] == ["a", "c"]
    assert desk.deploy(process(work_for("a"), flows="s -> a -> e")).definitions[0].version == 3


def test_the_version_before_a_deleted_one_waits_for_its_messages_again(desk: Desk) -> None:
    for name in ("old", "new"):
        desk.deploy(process(start("s", message(name)), work_for("a"), flows="s -> a -> e"))
    (waiting,) = desk.rows(MessageSubscriptionRow)
    desk.perform(delete_resource, BOSS, waiting.definition_key)
    assert [row.name for row in desk.rows(MessageSubscriptionRow)] == ["old"]


def test_a_deleted_form_is_shown_where_it_is_open_and_opened_by_nothing_more(desk: Desk) -> None:
    asking = process(work_for("a", zeebe("formDefinition", formId="answer")), flows="s -> a -> e")
    desk.deploy(asking, answer__form=FORM)
    form = desk.rows(FormRow)[0].key
    desk.start()
    desk.perform(delete_resource, BOSS, form)
    with desk.runtime.reading() as connection:
        assert read_form(connection, form).form_id == "answer"
    desk.start()
    assert [row.error_type for row in desk.rows(IncidentRow)] == ["FORM_NOT_FOUND"]
    desk.complete("a")
    assert desk.deploy(answer__form=FORM).definitions[0].version == 2


def test_a_deleted_decision_gives_way_to_the_version_before_it(desk: Desk) -> None:
    desk.deploy(ROUTED, routing__dmn=ROUTE)
    desk.deploy(routing__dmn=ROUTE.replace('"desk"', '"front"'))
    first, second = (row.key for row in desk.rows(DecisionRequirementsRow))
    desk.perform(delete_resource, BOSS, second)
    desk.start(amount=5)
    assert [row.candidate_groups for row in desk.rows(UserTaskRow)] == [["desk"]]
    desk.perform(delete_resource, BOSS, first)
    desk.start(amount=5)
    assert [row.error_type for row in desk.rows(IncidentRow)] == ["CALLED_DECISION_ERROR"]
    with pytest.raises(NotFoundError):
        desk.perform(evaluate_decision, BOSS, {"amount": 5}, definition_key=desk.rows(DecisionDefinitionRow)[0].key)


def test_what_is_not_there_or_no_version_of_its_own_is_not_deleted(desk: Desk) -> None:
    desk.deploy(routing__dmn=ROUTE)
    (decision,), (graph,) = desk.rows(DecisionDefinitionRow), desk.rows(DecisionRequirementsRow)
    with pytest.raises(ForbiddenError):
        desk.perform(delete_resource, ANNA, graph.key)
    desk.perform(delete_resource, BOSS, graph.key)
    for key, failure in ((decision.key, ConflictError), (graph.key, NotFoundError), (12345, NotFoundError)):
        with pytest.raises(failure):
            desk.perform(delete_resource, BOSS, key)


def test_asking_for_what_was_deleted_is_no_refusal_to_whoever_asks(desk: Desk) -> None:
    desk.deploy(routing__dmn=ROUTE)
    (graph,) = desk.rows(DecisionRequirementsRow)
    desk.perform(delete_resource, BOSS, graph.key)
    with desk.runtime.reading() as connection, pytest.raises(NotFoundError) as failure:
        get_record(connection, BOSS, DECISION_REQUIREMENTS, graph.key)
    assert not isinstance(failure.value, UnseenRecordError)
