"""What a diagram may hold beside its flow: lanes, data, notes, pools, other processes."""

import pytest

from tests.conformance.drawing import Node, activity, bpmn, call, draw, process, user_task, zeebe
from tests.conformance.playing import Stage


def plays_as_usual(stage: Stage, *more: Node) -> bool:
    return stage.play(process(*more, flows="s -> a -> e")).complete("a").done


def test_lanes_even_nested_change_nothing(stage: Stage) -> None:
    inner = bpmn("childLaneSet", bpmn("lane", bpmn("flowNodeRef", text="a"), id="inner", name="Desk 5"), id="inside")
    assert plays_as_usual(
        stage, bpmn("laneSet", bpmn("lane", bpmn("flowNodeRef", text="a"), inner, id="outer"), id="lanes")
    )


@pytest.mark.parametrize(
    "node",
    [
        bpmn("dataObject", id="d"),
        bpmn("dataObjectReference", id="dr", dataObjectRef="d"),
        bpmn("dataStoreReference", id="store", name="Ledger"),
        bpmn("textAnnotation", bpmn("text", text="Mind the clock"), id="note"),
        bpmn("association", id="line", sourceRef="a", targetRef="note"),
        bpmn("group", id="group"),
        bpmn("documentation", text="Why"),
        bpmn("property", id="prop", name="x"),
    ],
    ids=lambda node: node.tag.split("}")[1],
)
def test_data_and_annotations_change_nothing(stage: Stage, node: Node) -> None:
    assert plays_as_usual(stage, node)


def test_data_associations_of_a_task_change_nothing(stage: Stage) -> None:
    reads = bpmn("dataInputAssociation", bpmn("sourceRef", text="dr"), id="reads")
    task = activity("userTask", "a", reads, bpmn("property", id="pr"), ext=[zeebe("userTask")])
    assert stage.play(process(task, bpmn("dataObjectReference", id="dr"), flows="s -> a -> e")).complete("a").done


def test_pools_with_message_flows_are_separate_processes(stage: Stage) -> None:
    pools = bpmn(
        "collaboration",
        bpmn("participant", id="bank", processRef="p"),
        bpmn("participant", id="customer", processRef="q"),
        bpmn("messageFlow", id="letter", sourceRef="a", targetRef="b"),
        id="together",
    )
    xml = draw(process(flows="s -> a -> e"), process(ident="q", flows="s1 -> b -> e1"), extra=[pools])
    play = stage.play_file(xml)
    assert play.waiting == ["a"]
    assert stage.begin(stage.definitions["q"], {}).waiting == ["b"]


def test_a_process_that_cannot_be_run_is_left_out(stage: Stage) -> None:
    other = process(ident="q", flows="s1 -> b -> e1")
    other.set("isExecutable", "false")
    stage.deploy(process(flows="s -> a -> e"), other)
    assert list(stage.definitions) == ["p"]


def test_texts_about_elements_are_kept(stage: Stage) -> None:
    task = activity("userTask", "a", bpmn("documentation", text="Ask twice"), ext=[zeebe("userTask")], name="Ask")
    tagged = process(task, flows="s -> a", name="Complaint", ext=[zeebe("versionTag", value="v3")])
    definition = stage.deploy(tagged)
    assert (definition.name, definition.version_tag) == ("Complaint", "v3")
    assert (definition.elements["a"].name, definition.elements["a"].documentation) == ("Ask", "Ask twice")


def test_properties_are_kept(stage: Stage) -> None:
    marked = user_task("a", zeebe("properties", zeebe("property", name="clock", value="15 days")))
    assert dict(stage.deploy(process(marked, flows="s -> a")).elements["a"].properties) == {"clock": "15 days"}


def test_a_definition_tells_what_it_needs_deployed(stage: Stage) -> None:
    rule = activity("businessRuleTask", "r", ext=[zeebe("calledDecision", decisionId="route", resultVariable="x")])
    form = user_task("a", zeebe("formDefinition", formId="complaint"))
    definition = stage.deploy(process(rule, form, call("c", "=which"), flows="s -> r -> a -> c"))
    needed = [(row.element_id, row.id) for row in (*definition.decisions, *definition.forms, *definition.calls)]
    assert needed == [("r", "route"), ("a", "complaint"), ("c", None)]
