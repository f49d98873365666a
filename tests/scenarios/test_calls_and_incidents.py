import pytest

from app.errors import ConflictError
from app.services.cancel_process_instance import cancel_process_instance
from app.services.resolve_incident import resolve_incident
from app.services.set_variables import set_variables
from app.storage.deployments import ProcessDefinitionRow
from app.storage.incidents import IncidentRow
from app.storage.instances import ProcessInstanceRow
from app.storage.user_tasks import UserTaskRow
from tests.conformance.drawing import (
    activity,
    boundary,
    call,
    catch,
    draw,
    end,
    error,
    exclusive,
    message,
    process,
    user_task,
    zeebe,
)
from tests.desk import BOSS, Desk, work_for

CHILD = process(work_for("look"), ident="child", flows="s -> look -> e")
PARENT = process(call("ask", "child"), work_for("after"), flows="s -> ask -> after -> e")


def statuses(desk: Desk) -> dict[str, str]:
    return {row.process_id: row.status for row in desk.rows(ProcessInstanceRow)}


def test_a_called_process_is_an_instance_of_its_own_and_gives_its_variables_back(desk: Desk) -> None:
    desk.deploy(PARENT, CHILD)
    key = desk.start(n=1)
    child = desk.row(ProcessInstanceRow, process_id="child")
    assert (child.parent_key, child.root_key) == (key, key)
    desk.complete("look", found="x")
    assert statuses(desk) == {"p": "ACTIVE", "child": "COMPLETED"}
    assert desk.variables(key)["found"] == "x"
    assert [row.element_id for row in desk.open_tasks()] == ["after"]


def test_a_call_chain_completes_in_one_command(desk: Desk) -> None:
    middle = process(call("deeper", "child"), ident="middle", flows="s -> deeper -> e")
    desk.deploy(process(call("ask", "middle"), flows="s -> ask -> e"), middle, CHILD)
    desk.start()
    desk.complete("look")
    assert statuses(desk) == {"p": "COMPLETED", "middle": "COMPLETED", "child": "COMPLETED"}


def test_cancelling_the_caller_cancels_what_it_called(desk: Desk) -> None:
    desk.deploy(PARENT, CHILD)
    key = desk.start()
    desk.perform(cancel_process_instance, BOSS, key)
    assert statuses(desk) == {"p": "TERMINATED", "child": "TERMINATED"}
    assert desk.row(UserTaskRow).state == "CANCELED"


def test_a_called_instance_is_not_cancelled_by_itself(desk: Desk) -> None:
    desk.deploy(PARENT, CHILD)
    desk.start()
    with pytest.raises(ConflictError, match="cancel that"):
        desk.perform(cancel_process_instance, BOSS, desk.row(ProcessInstanceRow, process_id="child").key)


def test_an_error_of_the_called_process_is_caught_by_the_caller(desk: Desk) -> None:
    child = process(work_for("look"), end("e", error("E1")), ident="child", flows="s -> look -> e")
    caught = boundary("caught", "ask", error("E1"))
    desk.deploy(process(call("ask", "child"), caught, flows="s -> ask -> e; caught -> repair -> e1"), child)
    desk.start()
    desk.complete("look")
    assert statuses(desk) == {"p": "ACTIVE", "child": "TERMINATED"}
    assert [row.element_id for row in desk.open_tasks()] == ["repair"]
    assert {row.incidents for row in desk.rows(ProcessInstanceRow)} == {0}


def test_a_call_of_nothing_is_an_incident_that_a_deployment_repairs(desk: Desk) -> None:
    desk.deploy(PARENT)
    key = desk.start()
    incident = desk.row(IncidentRow, instance_key=key)
    assert incident.error_type == "CALLED_ELEMENT_ERROR"
    desk.deploy(child__bpmn=draw(CHILD))
    desk.perform(resolve_incident, BOSS, incident.key)
    assert [row.element_id for row in desk.open_tasks()] == ["look"]
    assert desk.row(ProcessInstanceRow, key=key).incidents == 0


def test_an_expression_that_fails_is_an_incident_that_new_variables_repair(desk: Desk) -> None:
    choice = process(
        exclusive("x"), work_for("big"), work_for("small"),
        flows="s -> x; x -[=amount > 10]-> big; x -[=amount <= 10]-> small",
    )  # fmt: skip
    desk.deploy(choice)
    key = desk.start()
    incident = desk.row(IncidentRow, instance_key=key)
    assert incident.element_id == "x"
    desk.perform(set_variables, BOSS, key, {"amount": 12})
    desk.perform(resolve_incident, BOSS, incident.key)
    assert [row.element_id for row in desk.open_tasks()] == ["big"]
    with pytest.raises(ConflictError, match="RESOLVED"):
        desk.perform(resolve_incident, BOSS, incident.key)


@pytest.mark.parametrize("text", ["a\0b", "a" * 256])
@pytest.mark.parametrize("element", ["assignee", "groups", "key", "type"])
def test_a_name_that_no_database_keeps_and_finds_is_an_incident(desk: Desk, element: str, text: str) -> None:
    drawn = {
        "assignee": user_task("a", zeebe("assignmentDefinition", assignee="=text")),
        "groups": user_task("a", zeebe("assignmentDefinition", candidateGroups="=[text]")),
        "key": catch("a", message("paid", "=text")),
        "type": activity("serviceTask", "a", ext=[zeebe("taskDefinition", type="=text")]),
    }
    desk.deploy(process(drawn[element], flows="s -> a -> e"))
    desk.start(text=text)
    assert text.replace("\0", "\N{SYMBOL FOR NULL}") in desk.row(IncidentRow).message


def test_a_retry_that_fails_again_is_a_new_incident(desk: Desk) -> None:
    desk.deploy(process(work_for("a", groups="=team"), flows="s -> a -> e"))
    key = desk.start(team=7)
    first = desk.row(IncidentRow, instance_key=key)
    desk.perform(resolve_incident, BOSS, first.key)
    assert [row.state for row in desk.rows(IncidentRow, instance_key=key)] == ["RESOLVED", "ACTIVE"]
    assert desk.row(ProcessInstanceRow, key=key).incidents == 1


def test_a_call_is_bound_to_the_latest_version_when_it_is_made(desk: Desk) -> None:
    desk.deploy(PARENT, CHILD)
    desk.deploy(child__bpmn=draw(process(work_for("other"), ident="child", flows="s -> other -> e")))
    desk.start()
    assert [row.element_id for row in desk.open_tasks()] == ["other"]
    assert [row.version for row in desk.rows(ProcessDefinitionRow, process_id="child")] == [1, 2]
