"""What a deployment refuses and notes, told all at once by element."""

import pytest

from app.engine import ModelRefusedError
from app.engine.reader import read_processes
from tests.conformance.drawing import (
    Node,
    activity,
    again,
    boundary,
    bpmn,
    call,
    cancel,
    catch,
    compensate,
    draw,
    each,
    end,
    error,
    escalation,
    event_sub,
    exclusive,
    formula,
    gate,
    job,
    link,
    mapped,
    message,
    parallel,
    process,
    receive,
    script,
    signal,
    start,
    sub,
    throw,
    timer,
    user_task,
    zeebe,
)


def problems(*processes: Node) -> set[tuple[str | None, str]]:
    """Return (element id, message) of every problem; an empty set if the model is accepted."""
    try:
        read_processes(draw(*processes), file="model.bpmn")
    except ModelRefusedError as refused:
        return {(problem.element_id, problem.message) for problem in refused.problems}
    return set()


def notes(*processes: Node) -> set[tuple[str | None, str]]:
    (definition,) = read_processes(draw(*processes), file="model.bpmn")
    return {(note.element_id, note.message) for note in definition.notes}


HANDLER = user_task("undo", isForCompensation=True)
CASES = {
    "a condition on a flow out of a parallel gateway": (
        process(parallel("g"), flows="s -> g; g -[=x]-> a; g -> b"),
        "g-a",
        "no condition",
    ),
    "a condition on a flow out of a start event": (process(flows="s -[=x]-> a"), "s-a", "no condition"),
    "a flow without condition": (process(exclusive("x"), flows="s -> x; x -> a; x -/-> b"), "x-a", "a condition"),
    "a default flow with a condition": (
        process(exclusive("x"), flows="s -> x; x -/[=n]-> a; x -[=n]-> b"),
        "x-a",
        "without a condition",
    ),
    "a default flow of an event": (process(start("s", default="s-a"), flows="s -> a"), "s", "no default flow"),
    "an event gateway with one way": (
        process(gate("eventBased", "g"), catch("c", timer("PT1H")), flows="s -> g -> c"),
        "g",
        "two ways",
    ),
    "a task at an event gateway": (
        process(gate("eventBased", "g"), catch("c", timer("PT1H")), flows="s -> g -> c; g -> a"),
        "g",
        "catching event",
    ),
    "a boundary event at a task behind an event gateway": (
        process(
            gate("eventBased", "g"),
            catch("c", timer("PT1H")),
            receive("r", "paid", "=order"),
            boundary("b", "r", timer("PT2H")),
            flows="s -> g -> c; g -> r; b -> late",
        ),
        "r",
        "neither boundary events nor a loop",
    ),
    "two boundary events for one message": (
        process(
            user_task("a"),
            boundary("b", "a", message("paid", "=order")),
            boundary("c", "a", message("paid", "=order")),
            flows="s -> a -> e",
        ),
        "c",
        "one event here for the message 'paid'",
    ),
    "a mapping to a path with a gap": (
        process(user_task("a", mapped({}, {"order..id": "=x"})), flows="s -> a -> e"),
        "a",
        "a name or path",
    ),
    "a timer that cannot be read": (process(catch("c", timer("PT5")), flows="s -> c"), "c", "ISO 8601 duration"),
    "a cron expression that cannot be read": (
        process(start("s", bpmn("timerEventDefinition", formula("timeCycle", "0 0 25 * * *"))), flows="s -> a"),
        "s",
        "from 0 to 23",
    ),
    "a timer of two kinds": (
        process(
            catch(
                "c", bpmn("timerEventDefinition", formula("timeDate", "2026-01-01"), formula("timeDuration", "PT1H"))
            ),
            flows="s -> c",
        ),
        "c",
        "timeDate and timeDuration",
    ),
    "a timer of no kind": (
        process(catch("c", bpmn("timerEventDefinition")), flows="s -> c"),
        "c",
        "date, duration or cycle",
    ),
    "an escalation without code": (process(throw("t", escalation()), flows="s -> t"), "t", "have a code"),
    "an error without code": (process(end("x", error()), flows="s -> x"), "x", "code"),
    "an error start that does not interrupt": (
        process(event_sub("h", start("s1", error("x"), interrupting=False), flows="s1 -> b"), flows="s -> a"),
        "s1",
        "interrupt",
    ),
    "an error boundary that does not interrupt": (
        process(boundary("b", "a", error("x"), interrupting=False), flows="s -> a"),
        "b",
        "interrupting",
    ),
    "a cancel end outside a transaction": (process(end("x", cancel()), flows="s -> x"), "x", "transaction"),
    "a cancel boundary on a task": (process(boundary("b", "a", cancel()), flows="s -> a"), "b", "transaction"),
    "a message without correlation key": (process(catch("c", message("m")), flows="s -> c"), "c", "correlation key"),
    "a receive task without correlation key": (
        process(receive("r", "m", None), flows="s -> r"),
        "r",
        "correlation key",
    ),
    "a message event without message": (
        process(catch("c", bpmn("messageEventDefinition")), flows="s -> c"),
        "c",
        "message",
    ),
    "a signal event without signal": (
        process(catch("c", bpmn("signalEventDefinition")), flows="s -> c"),
        "c",
        "signal",
    ),
    "a reference to an error that is not there": (
        process(end("x", bpmn("errorEventDefinition", errorRef="none")), flows="s -> x"),
        "x",
        "'none'",
    ),
    "two message starts of one message": (
        process(start("s1", message("m")), start("s2", message("m")), flows="s1 -> a; s2 -> a"),
        "p",
        "one start event",
    ),
    "two none starts": (process(flows="s1 -> a; s2 -> a"), "s2", "at most one none start"),
    "two events for one error": (
        process(
            boundary("b", "a", error("x")), boundary("c", "a", error("x")), boundary("d", "a", error()), flows="s -> a"
        ),
        "c",
        "'x'",
    ),
    "no start": (process(user_task("a")), "p", "start event"),
    "a start that waits for all": (
        process(start("s", signal("one"), signal("two"), parallelMultiple=True), flows="s -> a"),
        "s",
        "any of its triggers",
    ),
    "a parallel event gateway inside": (
        process(
            gate("eventBased", "g", eventGatewayType="Parallel"),
            catch("c", timer("PT1H")),
            catch("d", timer("PT2H")),
            flows="s -> g; g -> c -> a; g -> d -> b",
        ),
        "g",
        "start the process",
    ),
    "a sub-process without start": (process(sub("sp", user_task("a")), flows="s -> sp"), "sp", "exactly one start"),
    "a sub-process with a timer start": (
        process(sub("sp", start("s1", timer("PT1H")), flows="s1 -> a"), flows="s -> sp"),
        "sp",
        "none start",
    ),
    "an event sub-process without trigger": (
        process(event_sub("h", flows="s1 -> b"), flows="s -> a"),
        "h",
        "wait for something",
    ),
    "a flow to nothing": (
        process(bpmn("sequenceFlow", id="f", sourceRef="a", targetRef="nobody"), flows="s -> a"),
        "f",
        "'nobody'",
    ),
    "a flow across a border": (
        process(
            sub("sp", flows="s1 -> b"), bpmn("sequenceFlow", id="f", sourceRef="a", targetRef="b"), flows="s -> a -> sp"
        ),
        "f",
        "border",
    ),
    "an unknown element": (process(bpmn("choreographyTask", id="c"), flows="s -> a"), "c", "choreographyTask"),
    "two elements of one id": (process(user_task("a"), job("a"), flows="s -> a"), "a", "unique"),
    "a boundary event on nothing": (process(boundary("b", "nobody", timer("PT1H")), flows="s -> a"), "b", "'nobody'"),
    "a boundary event on a gateway": (
        process(exclusive("x"), boundary("b", "x", timer("PT1H")), flows="s -> x -> a"),
        "b",
        "activity",
    ),
    "a link to nowhere": (process(throw("t", link("L")), flows="s -> t"), "t", "'L'"),
    "two targets of one link": (
        process(throw("t", link("L")), catch("c", link("L")), catch("d", link("L")), flows="s -> t; c -> a; d -> b"),
        "c",
        "several",
    ),
    "a flow into a link's target": (
        process(throw("t", link("L")), catch("c", link("L")), parallel("g"), flows="s -> g -> t; g -> c -> a"),
        "c",
        "no flow into",
    ),
    "a compensation event without handler": (process(boundary("b", "a", compensate()), flows="s -> a"), "b", "handler"),
    "a handler nobody calls": (process(HANDLER, flows="s -> a"), "undo", "association"),
    "a flow into a handler": (process(HANDLER, flows="s -> a -> undo"), "a-undo", "compensation handler"),
    "compensation of what is not there": (
        process(throw("t", compensate("nobody")), flows="s -> a -> t"),
        "t",
        "'nobody'",
    ),
    "a service task without work": (process(activity("serviceTask", "a"), flows="s -> a"), "a", "job type"),
    "a script task without expression": (process(activity("scriptTask", "a"), flows="s -> a"), "a", "FEEL expression"),
    "a business rule task without decision": (
        process(activity("businessRuleTask", "a"), flows="s -> a"),
        "a",
        "decision",
    ),
    "a call without process": (process(activity("callActivity", "a"), flows="s -> a"), "a", "called element"),
    "a script that does not parse": (process(script("a", "=1 +", "r"), flows="s -> a"), "a", "FEEL"),
    "a condition that does not parse": (
        process(exclusive("x"), flows="s -> x; x -[=n >]-> a; x -/-> b"),
        "x-a",
        "FEEL",
    ),
    "two kinds of work": (
        process(script("a", "=1", "r", zeebe("taskDefinition", type="t")), flows="s -> a"),
        "a",
        "one kind of work",
    ),
    "a loop without collection": (
        process(user_task("a", loop=bpmn("multiInstanceLoopCharacteristics")), flows="s -> a"),
        "a",
        "inputCollection",
    ),
    "a loop that never begins": (
        process(
            user_task("a", loop=bpmn("multiInstanceLoopCharacteristics", formula("loopCardinality", "-1"))),
            flows="s -> a",
        ),
        "a",
        "a whole number from 0 to 10000",
    ),
    "an output element without collection": (
        process(user_task("a", loop=each("=[1]", element="=x")), flows="s -> a"),
        "a",
        "output collection",
    ),
    "a loop without end": (process(user_task("a", loop=again()), flows="s -> a"), "a", "would not end"),
    "a listener on an unknown event": (
        process(
            user_task("a", zeebe("executionListeners", zeebe("executionListener", eventType="middle", type="t"))),
            flows="s -> a",
        ),
        "a",
        "middle",
    ),
    "a condition that is never true or false": (
        process(exclusive("x"), flows="s -> x; x -[=1 + 1]-> a; x -/-> b"),
        "x-a",
        "true or false, but it is 2",
    ),
    "a collection that is no list": (
        process(user_task("a", loop=each('="Li"')), flows="s -> a"),
        "a",
        "a list, but it is",
    ),
    "a calculated timer that is none": (
        process(catch("c", timer('=duration("PT1H")')), catch("d", timer("=1")), flows="s -> c -> d"),
        "d",
        "a duration, but it is 1",
    ),
    "a form in two ways": (
        process(user_task("a", zeebe("formDefinition", formId="f", externalReference="g")), flows="s -> a"),
        "a",
        "2 are given",
    ),
    "a priority out of range": (
        process(user_task("a", zeebe("priorityDefinition", priority="101")), flows="s -> a"),
        "a",
        "0 to 100",
    ),
    "a due date that is none": (
        process(user_task("a", zeebe("taskSchedule", dueDate="soon")), flows="s -> a"),
        "a",
        "ISO 8601",
    ),
    "a binding to no version tag": (
        process(call("a", "child", bindingType="versionTag"), flows="s -> a"),
        "a",
        "versionTag",
    ),
    "an ad-hoc sub-process with a start event": (
        process(sub("h", start("s1"), user_task("a"), tag="adHocSubProcess"), flows="s -> h"),
        "s1",
        "ad-hoc",
    ),
    "an empty ad-hoc sub-process": (process(sub("h", tag="adHocSubProcess"), flows="s -> h"), "h", "activity"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_model_is_refused_for(case: str) -> None:
    model, element_id, words = CASES[case]
    found = problems(model)
    assert any(found_id == element_id and words in message for found_id, message in found), found
    assert all(message.startswith("Expected ") for _, message in found)


def test_every_problem_is_told_at_once_by_file_element_and_name() -> None:
    drawn = process(activity("serviceTask", "a", name="Ask the bank"), throw("t", link("L")), flows="s -> a -> t")
    with pytest.raises(ModelRefusedError) as refused:
        read_processes(draw(drawn), file="model.bpmn")
    assert [problem.element_id for problem in refused.value.problems] == ["a", "t"]
    assert "model.bpmn, element 'a' (Ask the bank): Expected " in str(refused.value)


def test_a_syntax_error_says_where() -> None:
    ((_, message),) = problems(process(script("a", "=1 + * 2", "r"), flows="s -> a"))
    assert "column" in message


def test_a_document_type_is_refused_and_no_entity_read() -> None:
    xml = draw(process(flows="s -> a")).replace(
        b"?>", b'?><!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>', 1
    )
    with pytest.raises(ModelRefusedError, match="document type"):
        read_processes(xml, file="model.bpmn")
    with pytest.raises(ModelRefusedError, match="entity"):
        read_processes(xml.replace(b'id="a"', b'id="a" name="&secret;"'), file="model.bpmn")


@pytest.mark.parametrize("xml", [b"", b"not xml", b"<a/>", b"<?xml version='1.0'?><a", b"\xff\xfe\x00"])
def test_what_is_no_bpmn_is_refused_in_words(xml: bytes) -> None:
    with pytest.raises(ModelRefusedError, match="Expected "):
        read_processes(xml, file="model.bpmn")


def test_ids_are_unique_across_the_processes_of_a_file() -> None:
    assert ("a", "Expected ids to be unique, but 'a' is there twice") in problems(
        process(flows="s -> a"), process(ident="q", flows="s1 -> a")
    )


def test_a_giant_is_refused_unread() -> None:
    with pytest.raises(ModelRefusedError, match="at most"):
        read_processes(b"<" * 9_000_000, file="model.bpmn")


def test_every_problem_is_told_once() -> None:
    with pytest.raises(ModelRefusedError) as refused:
        read_processes(draw(process(user_task("a"), job("a"), flows="s -> a")), file="model.bpmn")
    assert len(refused.value.problems) == 1


def test_what_never_runs_is_noted() -> None:
    assert ("b", "No way leads here: it never runs") in notes(process(flows="s -> a; b -> c"))


def test_a_choice_without_default_is_noted() -> None:
    found = notes(process(exclusive("x"), flows="s -> x; x -[=n]-> a; x -[=m]-> b"))
    assert [element_id for element_id, _ in found] == ["x"]


def test_extensions_without_effect_are_noted_and_kept() -> None:
    strange = activity(
        "userTask", "a", ext=[zeebe("userTask"), zeebe("surprise", x="1"), zeebe("script", expression="=1")]
    )
    found = notes(process(strange, flows="s -> a"))
    assert any("surprise" in message for _, message in found)
    assert ("a", "zeebe:script has no effect on a bpmn:userTask") in found
    (definition,) = read_processes(draw(process(strange, flows="s -> a")), file="model.bpmn")
    assert "surprise" in definition.elements["a"].extensions[0]


def test_a_sound_model_has_neither_problems_nor_notes() -> None:
    drawn = process(exclusive("x"), flows="s -> a -> x; x -[=n > 1]-> b -> e; x -/-> e")
    assert problems(drawn) == set()
    assert notes(drawn) == set()
