"""Reading a file: what is refused, what is noted, what is kept."""

import pytest

from app.engine import ModelRefusedError, read_processes
from app.engine.model import ElementType
from tests.conformance.drawing import (
    activity,
    bpmn,
    catch,
    draw,
    end,
    extended,
    process,
    script,
    sub,
    timer,
    user_task,
    zeebe,
)


def problems(*processes: object) -> dict[str, str]:
    with pytest.raises(ModelRefusedError) as refused:
        read_processes(draw(*processes), file="m.bpmn")
    return {str(problem.element_id): problem.message for problem in refused.value.problems}


def test_every_problem_is_told_at_once_with_element_and_words() -> None:
    found = problems(
        process(
            script("bad", "=1 +", "r"), activity("serviceTask", "idle"), catch("c"), sub("sp", flows="a -> b"),
            activity("choreographyTask", "dance"), flows="s -> bad -> idle -> c -> sp -> e",
        )
    )  # fmt: skip
    assert set(found) >= {"bad", "idle", "c", "sp", "dance"}
    assert "FEEL" in found["bad"]
    assert found["idle"] == "Expected a task definition with a job type, but it has none"
    assert all(message.startswith("Expected ") for message in found.values())


@pytest.mark.parametrize(
    "xml", [b"", b"no xml", b"<a/>", b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>"]
)
def test_what_is_no_bpmn_file_is_refused(xml: bytes) -> None:
    with pytest.raises(ModelRefusedError, match=r"m\.bpmn"):
        read_processes(xml, file="m.bpmn")


def test_a_file_without_an_executable_process_is_refused() -> None:
    root = bpmn("process", id="p", isExecutable=False)
    with pytest.raises(ModelRefusedError, match="executable"):
        read_processes(draw(root), file="m.bpmn")


def test_several_processes_of_a_file_are_read_apart() -> None:
    xml = draw(process(flows="s -> a -> e", ident="one"), process(flows="s2 -> b -> e2", ident="two"))
    assert [definition.process_id for definition in read_processes(xml, file="m.bpmn")] == ["one", "two"]


def test_an_unknown_extension_is_kept_and_noted() -> None:
    task = user_task("a", zeebe("somethingNew", value="1"))
    (definition,) = read_processes(draw(process(task, flows="s -> a -> e")), file="m.bpmn")
    assert "somethingNew" in definition.elements["a"].extensions[0]
    assert any("somethingNew" in note.message for note in definition.notes)


def test_a_definition_tells_its_version_tag_documentation_and_properties() -> None:
    described = [zeebe("versionTag", value="v7"), zeebe("properties", zeebe("property", name="k", value="v"))]
    node = process(bpmn("documentation", text="What for"), flows="s -> a -> e", ext=described)
    (definition,) = read_processes(draw(node), file="m.bpmn")
    assert (definition.version_tag, definition.documentation) == ("v7", "What for")
    assert dict(definition.process.properties) == {"k": "v"}


def test_documentation_of_a_child_is_not_its_scopes() -> None:
    inner = sub("sp", activity("task", "x", bpmn("documentation", text="inside")), flows="s1 -> x -> e1")
    (definition,) = read_processes(draw(process(inner, flows="s -> sp -> e")), file="m.bpmn")
    assert definition.elements["sp"].documentation is None
    assert definition.elements["x"].documentation == "inside"


def test_an_event_definition_can_be_shared_by_reference() -> None:
    shared = timer("PT1H")
    shared.set("id", "hour")
    waiting = catch("c", bpmn("eventDefinitionRef", text="hour"))
    (definition,) = read_processes(draw(process(waiting, flows="s -> c -> e"), extra=[shared]), file="m.bpmn")
    assert len(definition.elements["c"].triggers) == 1


def test_element_types_are_camundas() -> None:
    nodes = [activity("transaction", "tx", *sub("i", flows="s1 -> x -> e1")), activity("complexGateway", "g")]
    (definition,) = read_processes(draw(process(*nodes, flows="s -> tx -> g -> e")), file="m.bpmn")
    assert [definition.elements[key].type for key in ("tx", "g")] == [ElementType.SUB_PROCESS, ElementType.UNKNOWN]


def test_references_to_decisions_forms_and_processes_are_told() -> None:
    nodes = [
        activity("businessRuleTask", "d", ext=[zeebe("calledDecision", decisionId="route", resultVariable="r")]),
        activity("callActivity", "c", ext=[zeebe("calledElement", processId="=which", bindingType="deployment")]),
        user_task("u", zeebe("formDefinition", formId="complaint", bindingType="versionTag", versionTag="v2")),
    ]
    (definition,) = read_processes(draw(process(*nodes, flows="s -> d -> c -> u -> e")), file="m.bpmn")
    assert [(row.element_id, row.id) for row in definition.decisions] == [("d", "route")]
    assert [(row.id, row.binding) for row in definition.calls] == [(None, "deployment")]
    assert [(row.id, row.version_tag) for row in definition.forms] == [("complaint", "v2")]


def test_ids_that_spiffworkflow_uses_itself_can_be_used() -> None:
    node = process(bpmn("startEvent", id="Start"), end("End"), flows="Start -> Root -> End", ident="Main")
    (definition,) = read_processes(draw(node), file="m.bpmn")
    assert definition.none_start == "Start"


def test_an_embedded_form_is_found_in_the_file() -> None:
    form = extended(zeebe("userTaskForm", id="f1"))
    assert form is not None
    form[0].text = '{"components": []}'
    task = user_task("a", zeebe("formDefinition", formKey="camunda-forms:bpmn:f1"))
    (definition,) = read_processes(draw(process(form, task, flows="s -> a -> e")), file="m.bpmn")
    work = definition.elements["a"].user_task
    assert work is not None
    assert work.form is not None
    assert work.form.embedded == '{"components": []}'
