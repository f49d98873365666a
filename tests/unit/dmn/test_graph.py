from __future__ import annotations

import pytest

from app.dmn import DmnError, UnknownDecisionError, load
from tests.unit.dmn.models import CLOCK, decision, evaluate, input_data, knowledge, literal, model_xml


def service(name: str, *members: str) -> str:
    inside = "".join(f'<{tag} href="#{href}"/>' for tag, _, href in (member.partition(":") for member in members))
    return f'<decisionService id="{name}" name="{name}"><variable name="{name}"/>{inside}</decisionService>'


def test_required_decisions_come_first_and_once() -> None:
    a = decision("a", literal("1"))
    b, c = decision("b", literal("a + 1"), "decision:a"), decision("c", literal("a + 2"), "decision:a")
    d = decision("d", literal("b + c"), "decision:b", "decision:c")
    outcome = evaluate(model_xml(d + c + b + a), "d", trace=True)
    assert outcome.value == 5
    assert outcome.trace is not None
    assert sorted(each.name for each in outcome.trace.decisions) == ["a", "b", "c", "d"]
    assert outcome.trace.decisions[-1].required == {"b": 2, "c": 3}


def test_a_decision_is_found_by_id_or_by_name() -> None:
    xml = model_xml(f'<decision id="the_id" name="The name"><variable name="The name"/>{literal("1")}</decision>')
    assert evaluate(xml, "the_id").value == evaluate(xml, "The name").value == 1


def test_an_unknown_decision_is_not_found() -> None:
    with pytest.raises(UnknownDecisionError, match=r"'nope', but file model\.dmn has none"):
        evaluate(model_xml(decision("a", literal("1"))), "nope")


def test_the_next_decision_may_use_the_id_as_camunda_has_it() -> None:
    first = f'<decision id="season" name="The season"><variable name="The season"/>{literal(chr(34) + "x" + chr(34))}'
    xml = model_xml(f"{first}</decision>" + decision("d", literal("season + The season"), "decision:season"))
    assert evaluate(xml, "d").value == "xx"


def test_variables_need_no_input_data_in_the_drawing() -> None:
    assert evaluate(model_xml(decision("d", literal("amount * 2"))), "d", {"amount": 21}).value == 42


def test_a_knowledge_model_sees_its_parameters_and_required_knowledge_only() -> None:
    inner = knowledge("inner", {"n": "number"}, literal("n + 1"))
    outer = knowledge("outer", {"n": "number"}, literal("inner(n) * 2"), "knowledge:inner")
    nosy = knowledge("nosy", {}, literal("x"))
    body = inner + outer + nosy + input_data("x", "number")
    assert evaluate(model_xml(body + decision("d", literal("outer(4)"), "knowledge:outer")), "d").value == 10
    asking = decision("d", literal("nosy()"), "knowledge:nosy", "input:x")
    assert evaluate(model_xml(body + asking), "d", {"x": 5}).value is None


def test_a_recursive_knowledge_model_runs_to_its_end() -> None:
    f = knowledge("f", {"n": "number"}, literal("if n <= 1 then 1 else n * f(n - 1)"))
    assert evaluate(model_xml(f + decision("d", literal("f(20)"), "knowledge:f")), "d").value == 2432902008176640000


def test_a_recursion_without_an_end_is_stopped_with_its_place() -> None:
    f = knowledge("f", {"n": "number"}, literal("f(n + 1)"))
    outcome = evaluate(model_xml(f + decision("d", literal("f(0)"), "knowledge:f")), "d")
    assert outcome.value is None
    assert outcome.errors[0].code == "limit"
    assert "decision 'f'" in str(outcome.errors[0])


SERVICE = (
    input_data("x", "number")
    + decision("given", literal("100"), type_ref="number")
    + decision("inside", literal("x * 2"), "input:x", type_ref="number")
    + decision("out", literal("inside + given"), "decision:inside", "decision:given")
    + service("s", "outputDecision:out", "encapsulatedDecision:inside", "inputDecision:given", "inputData:x")
)


def test_a_service_takes_input_data_then_input_decisions() -> None:
    caller = decision("d", literal("s(1, 40)"), "knowledge:s")
    assert evaluate(model_xml(SERVICE + caller), "d").value == 42


def test_a_service_takes_its_arguments_by_name_too() -> None:
    caller = decision("d", literal("s(given: 40, x: 1)"), "knowledge:s")
    assert evaluate(model_xml(SERVICE + caller), "d").value == 42


@pytest.mark.parametrize("call", ["s()", "s(1)", "s(1, 2, 3)", 's("a", 2)', "s(y: 1, given: 2)"])
def test_a_service_called_wrongly_is_null(call: str) -> None:
    assert evaluate(model_xml(SERVICE + decision("d", literal(call), "knowledge:s")), "d").value is None


def test_a_service_can_be_evaluated_itself() -> None:
    assert evaluate(model_xml(SERVICE), "s", {"x": 1, "given": 40}).value == 42


def test_a_service_of_two_outputs_gives_both_by_name() -> None:
    two = service("two", "outputDecision:inside", "outputDecision:given", "inputData:x")
    assert evaluate(model_xml(SERVICE + two), "two", {"x": 4}).value == {"inside": 8, "given": 100}


def test_a_service_sees_nothing_of_its_caller() -> None:
    peeking = decision("peeking", literal("secret")) + service("p", "outputDecision:peeking")
    caller = decision("d", literal("p()"), "knowledge:p")
    assert evaluate(model_xml(peeking + caller), "d", {"secret": 1}).value is None


def test_a_decision_without_logic_is_for_the_caller_to_decide() -> None:
    xml = model_xml(decision("open", "", type_ref="number") + decision("d", literal("open + 1"), "decision:open"))
    assert evaluate(xml, "d", {"open": 1}).value == 2
    left = evaluate(xml, "d")
    assert left.value is None
    assert left.errors[0].code == "NO_LOGIC"


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_circle_of_decisions_is_refused_by_name(size: int) -> None:
    circle = [decision(f"d{at}", literal("1"), f"decision:d{(at + 1) % size}") for at in range(size)]
    with pytest.raises(DmnError, match="Expected requirements without a cycle, but found d0 → ") as refused:
        load(model_xml("".join(circle)), file="circle.dmn")
    assert refused.value.place.file == "circle.dmn"


def test_a_long_chain_of_decisions_is_no_recursion() -> None:
    chain = [decision("d0", literal("0"))]
    chain += [decision(f"d{at}", literal(f"d{at - 1} + 1"), f"decision:d{at - 1}") for at in range(1, 2000)]
    assert evaluate(model_xml("".join(reversed(chain))), "d1999").value == 1999


def test_a_requirement_of_nothing_is_refused() -> None:
    with pytest.raises(DmnError, match="Expected an element '#gone' to require"):
        load(model_xml(decision("d", literal("1"), "decision:gone")))


LIBRARY = model_xml(
    '<itemDefinition name="tAge"><typeRef>number</typeRef><allowedValues><text>[0..150]</text></allowedValues>'
    "</itemDefinition>"
    + input_data("the age", "tAge").replace('id="the age"', 'id="age"')
    + decision("adult", literal("the age >= 18"), "input:age")
    + knowledge("next", {"n": "number"}, literal("n + 1")),
    namespace="urn:library",
)


def importing(body: str, name: str = "lib") -> str:
    return model_xml(f'<import name="{name}" namespace="urn:library" importType=""/>{body}')


def test_an_import_is_used_by_its_name() -> None:
    required = ("decision:urn:library#adult", "knowledge:urn:library#next")
    xml = importing(decision("d", literal("if lib.adult then lib.next(1) else 0"), *required))
    model = load(xml, imports={"library.dmn": LIBRARY})
    assert model.evaluate("d", {"the age": 20}, clock=CLOCK).value == 2


def test_an_import_without_a_name_brings_plain_names() -> None:
    xml = importing(decision("d", literal("next(1)"), "knowledge:urn:library#next"), name="")
    assert load(xml, imports={"library.dmn": LIBRARY}).evaluate("d", {}, clock=CLOCK).value == 2


def test_a_type_is_imported_with_its_allowed_values() -> None:
    xml = importing(input_data("x", "lib.tAge") + decision("d", literal("x"), "input:x"))
    model = load(xml, imports={"library.dmn": LIBRARY})
    assert model.evaluate("d", {"x": 30}, clock=CLOCK).value == 30
    assert model.evaluate("d", {"x": 300}, clock=CLOCK).value is None


def test_an_import_that_is_not_there_is_refused() -> None:
    with pytest.raises(DmnError, match="Expected the model 'urn:library' to import, but it is not here"):
        load(importing(decision("d", literal("1"))))


def test_imports_in_a_circle_are_refused() -> None:
    back = LIBRARY.replace("<itemDefinition", '<import name="back" namespace="urn:test"/><itemDefinition', 1)
    xml = importing(decision("d", literal("1")))
    with pytest.raises(DmnError, match="Expected imports without a cycle"):
        load(xml, imports={"library.dmn": back, "self.dmn": xml})


def test_outputs_with_spaces_are_reached_by_their_path() -> None:
    rule = "<rule><outputEntry><text>1</text></outputEntry><outputEntry><text>2</text></outputEntry></rule>"
    table = f'<decisionTable><output name="risk level"/><output name="the fee"/>{rule}</decisionTable>'
    asking = decision("d", literal("t.risk level + t.the fee"), "decision:t")
    assert evaluate(model_xml(decision("t", table) + asking), "d").value == 3


def test_an_untyped_input_decision_of_a_service_takes_any_value() -> None:
    given = decision("given", literal('"text"')) + decision("out", literal("given"), "decision:given")
    of = service("s", "outputDecision:out", "inputDecision:given")
    assert evaluate(model_xml(given + of + decision("d", literal("s(5)"), "knowledge:s")), "d").value == 5
