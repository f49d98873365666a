"""DMN against the text of DMN 1.5: tables (8), boxed expressions (7, 10.2), types, functions, services (10.4).

Each case is a model's part and the FEEL text of the value it must come to; x is the number 5 unless a case says more.
"""

from __future__ import annotations

import pytest

from app.dmn import load
from app.feel import compile_expression, to_text
from tests.conformance.models import (
    Output,
    boxes,
    component,
    context,
    function,
    invocation,
    item,
    relation,
    service,
    table,
)
from tests.unit.dmn.models import CLOCK, decision, evaluate, input_data, knowledge, literal, model_xml

X = input_data("x", "number")


def shown(text: str) -> str:
    """Return the text of what FEEL evaluates to."""
    return to_text(compile_expression(text).evaluate({}).value)


def found(logic: str, *more: str, type_ref: str | None = None, x: object = 5) -> str:
    """Return the text of what a decision over x with that logic comes to; it requires the knowledge among `more`."""
    required = [f"knowledge:{name}" for name in ("f", "s") if any(f'id="{name}"' in each for each in more)]
    made = model_xml(X + "".join(more) + decision("d", logic, "input:x", *required, type_ref=type_ref))
    return to_text(evaluate(made, "d", {"x": x, "y": 3}).value)


STEPS = ('> 1 | "a"', '> 2 | "b"', '> 3 | "c"')
RANKED = Output(None, "string", '"c","b","a"')
PAIR = (Output("p", "string", '"H","M","L"'), Output("q", "number", "3,2,1"))
PAIRS = ('> 0 | "M" | 1', '> 0 | "H" | 1', '> 0 | "H" | 3', '> 0 | "M" | 2')
NUMBER = Output(None, "number")
NUMBERS = ("> 1 | 10", "> 2 | 20", "> 3 | 20")
FALLBACK = (Output("p", "string", default='"z"'), Output("q", "number", default="9"))

TABLES = [
    ("PRIORITY gives the best output", table("PRIORITY", [RANKED], *STEPS), 5, '"c"'),
    ("PRIORITY without hits", table("PRIORITY", [RANKED], *STEPS), 0, "null"),
    ("PRIORITY goes by the first column, then the next", table("PRIORITY", PAIR, *PAIRS), 5, '{p: "H", q: 3}'),
    ("OUTPUT ORDER sorts by output values", table("OUTPUT ORDER", [RANKED], *STEPS), 5, '["c", "b", "a"]'),
    (
        "OUTPUT ORDER of several outputs",
        table("OUTPUT ORDER", PAIR, *PAIRS),
        5,
        '[{p: "H", q: 3}, {p: "H", q: 1}, {p: "M", q: 2}, {p: "M", q: 1}]',
    ),
    ("OUTPUT ORDER of one hit is a list", table("OUTPUT ORDER", [RANKED], *STEPS), 2, '["a"]'),
    ("RULE ORDER keeps the rules' order", table("RULE ORDER", [RANKED], *STEPS), 5, '["a", "b", "c"]'),
    ("RULE ORDER without hits", table("RULE ORDER", [RANKED], *STEPS), 0, "null"),
    ("FIRST stops at the first", table("FIRST", [RANKED], *STEPS), 5, '"a"'),
    ("ANY of equal outputs", table("ANY", [NUMBER], *NUMBERS[1:]), 5, "20"),
    ("ANY of differing outputs", table("ANY", [NUMBER], *NUMBERS), 5, "null"),
    ("UNIQUE with two hits", table("UNIQUE", [NUMBER], *NUMBERS), 5, "null"),
    ("COLLECT keeps duplicates", table("COLLECT", [NUMBER], *NUMBERS), 5, "[10, 20, 20]"),
    ("COLLECT of several outputs", table("COLLECT", PAIR, *PAIRS[:2]), 5, '[{p: "M", q: 1}, {p: "H", q: 1}]'),
    ("COLLECT SUM", table("COLLECT SUM", [NUMBER], *NUMBERS), 5, "50"),
    ("COLLECT COUNT", table("COLLECT COUNT", [NUMBER], *NUMBERS), 5, "3"),
    ("COLLECT MIN", table("COLLECT MIN", [NUMBER], *NUMBERS), 5, "10"),
    ("COLLECT MAX", table("COLLECT MAX", [NUMBER], *NUMBERS), 5, "20"),
    ("COLLECT SUM without hits", table("COLLECT SUM", [NUMBER], *NUMBERS), 0, "null"),
    ("COLLECT COUNT without hits", table("COLLECT COUNT", [NUMBER], *NUMBERS), 0, "0"),
    ("default outputs", table("UNIQUE", FALLBACK, *PAIRS[:1]), -1, '{p: "z", q: 9}'),
    ("default outputs where the policy gives a list", table("COLLECT", FALLBACK), -1, '[{p: "z", q: 9}]'),
    ("an input outside its values", table("UNIQUE", [NUMBER], NUMBERS[0], values="[1..9]"), 15, "null"),
    ("an output outside its values", table("UNIQUE", [Output(None, "string", '"a"')], '- | "b"'), 5, "null"),
    ("an output of another type", table("UNIQUE", [NUMBER], '- | "b"'), 5, "null"),
    ("an output that is a list of one", table("UNIQUE", [NUMBER], "- | [7]"), 5, "7"),
    ("null is an input too", table("UNIQUE", [NUMBER], "null | 1", "not(null) | 2"), None, "1"),
    ("? within a test", table("UNIQUE", [NUMBER], "? > 4 and ? < 6 | 1"), 5, "1"),
    ("? as an argument", table("UNIQUE", [NUMBER], "1, odd(?), 7 | 1"), 5, "1"),
    ("? in the test of a list", table("UNIQUE", [NUMBER], "? in [1, 5] | 1"), 5, "1"),
    ("? under not", table("UNIQUE", [NUMBER], "not(? > 6) | 1"), 5, "1"),
    ("a test that is an expression", table("UNIQUE", [NUMBER], "x + 0 | 1"), 5, "1"),
    ("an output that computes", table("UNIQUE", [NUMBER], "- | x * 2"), 5, "10"),
]


@pytest.mark.parametrize(("logic", "x", "expected"), [pytest.param(*case[1:], id=case[0]) for case in TABLES])
def test_a_decision_table_follows_clause_8(logic: str, x: object, expected: str) -> None:
    assert found(logic, x=x) == shown(expected)


def some(kind: str, collection: str, body: str) -> str:
    """Return a boxed for, some or every over i."""
    parts = boxes(**{"in": literal(collection), "return" if kind == "for" else "satisfies": body})
    return f'<{kind} iteratorVariable="i">{parts}</{kind}>'


def kept(collection: str, match: str) -> str:
    """Return a boxed filter."""
    return f"<filter>{boxes(**{'in': literal(collection), 'match': literal(match)})}</filter>"


def chosen(condition: str) -> str:
    """Return a boxed conditional between 1 and 2."""
    parts = {"if": literal(condition), "then": literal("1"), "else": literal("2")}
    return f"<conditional>{boxes(**parts)}</conditional>"


FACTORIAL = "if n < 2 then 1 else n * my factorial(n - 1)"
BOXES = [
    ("filter by a test", kept("[1, 2, 9]", "item > 1"), "[2, 9]"),
    ("filter sees what is outside", kept("[1, 2, 9]", "item > x"), "[9]"),
    ("filter by position", kept("[1, 2, 9]", "-1"), "9"),
    ("filter by a position that is not there", kept("[1, 2, 9]", "4"), "null"),
    ("filter sees the entries of its items", kept("[{a: 1}, {a: 2}]", "a > 1"), "[{a: 2}]"),
    ("filter by neither test nor position", kept("[1]", '"a"'), "null"),
    ("filter of null", kept("null", "item > 1"), "null"),
    ("filter of no list", kept("5", "item > 1"), "[5]"),
    ("some", some("some", "[1, 2]", literal("i > 1")), "true"),
    ("some of null", some("some", "null", literal("i > 1")), "null"),
    ("every", some("every", "[1, 2]", literal("i > 1")), "false"),
    ("every of nothing", some("every", "[]", literal("i > 1")), "true"),
    ("for", some("for", "[1, 2]", literal("i + x")), "[6, 7]"),
    ("for sees its results so far", some("for", "[7, 8]", literal("count(partial)")), "[0, 1]"),
    ("for of null", some("for", "null", literal("i")), "null"),
    ("for in for", some("for", "[1]", some("for", "[i, 2]", literal("i"))), "[[1, 2]]"),
    ("conditional, true", chosen("x = 5"), "1"),
    ("conditional, false", chosen("x = 4"), "2"),
    ("conditional of null", chosen("null"), "null"),
    ("conditional of no boolean", chosen('"a"'), "null"),
    ("context", context(("a b", literal("1")), ("c", literal("a b + 1"))), "{a b: 1, c: 2}"),
    ("context with a result", context(("a b", literal("1")), (None, literal("a b + x"))), "6"),
    ("context shadows", context(("x", literal("7")), (None, literal("x"))), "7"),
    ("function in a context", context(("f", function("n: number", literal("n * x"))), (None, literal("f(3)"))), "15"),
    (
        "function that calls itself by a name of two words",
        context(("my factorial", function("n: number", literal(FACTORIAL))), (None, literal("my factorial(5)"))),
        "120",
    ),
    ("function that is given a function", literal("{twice: function(g, n) g(g(n)), r: twice(abs, -2)}.r"), "2"),
    ("relation", relation(["a b", "c"], ["1", "x"], ["3", "4"]), "[{a b: 1, c: 5}, {a b: 3, c: 4}]"),
    ("list of boxes", f"<list>{literal('1')}<list>{literal('x')}</list></list>", "[1, [5]]"),
    (
        "Java is refused",
        context(("f", function("n", literal('{class: "X"}'), kind="Java")), (None, literal("f(1)"))),
        "null",
    ),
    ("PMML is refused", context(("f", function("n", literal("{}"), kind="PMML")), (None, literal("f(1)"))), "null"),
    ("no logic at all", "", "null"),
]


@pytest.mark.parametrize(("logic", "expected"), [pytest.param(*case[1:], id=case[0]) for case in BOXES])
def test_a_boxed_expression_follows_clauses_7_and_10_2(logic: str, expected: str) -> None:
    assert found(logic) == shown(expected)


TYPES = "".join(
    [
        item("tPerson", components=component("name", "string") + component("age", "number")),
        item("tPeople", "tPerson", collection=True),
        item("tNumbers", "number", collection=True),
        item("tGrade", "string", allowed='"a","b"'),
        item("tGrades", "string", collection=True, allowed='"a","b"'),
        item("tSeveral", "number", collection=True, constraint="count(?) > 1"),
        item("tSmall", "number", constraint="[1..5]"),
        item("tSmaller", "tSmall", constraint="> 2"),
    ]
)
COERCIONS = [
    ("tNumbers", "1", "[1]"),
    ("number", "[1]", "1"),
    ("number", "[1, 2]", "null"),
    ("number", '"1"', "null"),
    ("tNumbers", '[1, "a"]', "null"),
    ("tNumbers", "[1, null]", "[1, null]"),
    ("dateTime", '@"2020-01-01"', '@"2020-01-01T00:00:00Z"'),
    ("date", '@"2020-01-01T00:00:00"', "null"),
    ("number", "function(a) a", "null"),
    ("tPerson", '{name: "a", age: 1, z: 2}', '{name: "a", age: 1, z: 2}'),
    ("tPerson", '{name: "a", age: null}', '{name: "a", age: null}'),
    ("tPerson", '{name: "a"}', "null"),
    ("tPerson", '{name: "a", age: "x"}', "null"),
    ("tPerson", '[{name: "a", age: 1}]', '{name: "a", age: 1}'),
    ("tPeople", '{name: "a", age: 1}', '[{name: "a", age: 1}]'),
    ("tGrade", '"b"', '"b"'),
    ("tGrade", '"c"', "null"),
    ("tGrades", '"a"', '["a"]'),
    ("tGrades", '["a", "c"]', "null"),
    ("tSeveral", "[1, 2]", "[1, 2]"),
    ("tSeveral", "[1]", "null"),
    ("tSmaller", "3", "3"),
    ("tSmaller", "2", "null"),
    ("tSmaller", "7", "null"),
]


@pytest.mark.parametrize(("type_ref", "text", "expected"), COERCIONS)
def test_a_result_is_held_to_its_type_as_10_3_2_9_4_says(type_ref: str, text: str, expected: str) -> None:
    assert found(literal(text), TYPES, type_ref=type_ref) == shown(expected)


@pytest.mark.parametrize(("type_ref", "text", "expected"), COERCIONS)
def test_an_argument_is_held_to_its_type_or_the_call_is_null(type_ref: str, text: str, expected: str) -> None:
    given = knowledge("f", {"a": type_ref}, literal("{given: a}"))
    wanted = "null" if expected == "null" else f"{{given: {expected}}}"
    assert found(literal(f"f({text})"), TYPES, given) == shown(wanted)


SUM = knowledge("f", {"a": "number", "b": "number"}, literal("10 * a + b"))
CALLS = [
    ("by position", literal("f(1, 2)"), "12"),
    ("by name", literal("f(b: 1, a: 2)"), "21"),
    ("by a name it has not", literal("f(a: 1, z: 2)"), "null"),
    ("too few", literal("f(1)"), "null"),
    ("too many", literal("f(1, 2, 3)"), "null"),
    ("a type that does not fit", literal('f("1", 2)'), "null"),
    ("null", literal("f(null, 2)"), "null"),
    ("boxed", invocation("f", b="1", a="2"), "21"),
    ("boxed, too few", invocation("f", b="1"), "null"),
    ("boxed, too many", invocation("f", a="1", b="2", c="3"), "null"),
    ("boxed, of a built-in", invocation("abs", n="-x"), "5"),
    ("boxed, of nothing", invocation("nothing", n="1"), "null"),
    ("as a value", literal("{g: f, r: for i in [1, 2] return g(i, 0)}.r"), "[10, 20]"),
]


@pytest.mark.parametrize(("logic", "expected"), [pytest.param(*case[1:], id=case[0]) for case in CALLS])
def test_a_knowledge_model_is_called_as_10_3_2_8_says(logic: str, expected: str) -> None:
    assert found(logic, SUM) == shown(expected)


GRAPH = (
    input_data("y", "number")
    + decision("e", literal("x + 1"), "input:x")
    + decision("d1", literal("e * 10 + y"), "decision:e", "input:y")
    + decision("d2", literal("e"), "decision:e")
)
WHOLE = service("s", ["d1"], encapsulated=["e"], inputs=["x", "y"])
BOTH = service("s", ["d1", "d2"], encapsulated=["e"], inputs=["x", "y"])
GIVEN = service("s", ["d1"], decisions=["e"], inputs=["y"])
SERVICES = [
    ("by position", WHOLE, literal("s(1, 3)"), "23"),
    ("by name", WHOLE, literal("s(y: 3, x: 1)"), "23"),
    ("arguments are converted", WHOLE, literal("s([1], 3)"), "23"),
    ("too few", WHOLE, literal("s(1)"), "null"),
    ("too many", WHOLE, literal("s(1, 2, 3)"), "null"),
    ("a name it has not", WHOLE, literal("s(x: 1, z: 3)"), "null"),
    ("a type that does not fit", WHOLE, literal('s("a", 3)'), "null"),
    ("boxed", WHOLE, invocation("s", y="3", x="1"), "23"),
    ("as a value", WHOLE, literal("{g: s, r: g(1, 3)}.r"), "23"),
    ("several outputs are a context", BOTH, literal("s(1, 3)"), "{d1: 23, d2: 2}"),
    ("one of several outputs", BOTH, literal("s(1, 3).d2"), "2"),
    ("input data, then input decisions", GIVEN, literal("s(3, 5)"), "53"),
    ("input decisions by name", GIVEN, literal("s(e: 5, y: 3)"), "53"),
    ("a result of another type", service("s", ["d2"], inputs=["x"], type_ref="string"), literal("s(1)"), "null"),
]


@pytest.mark.parametrize(("made", "logic", "expected"), [pytest.param(*case[1:], id=case[0]) for case in SERVICES])
def test_a_decision_service_is_a_function_as_10_4_says(made: str, logic: str, expected: str) -> None:
    assert found(logic, GRAPH, made) == shown(expected)


NAMES = (
    "a b|a-b|a.b|a/b|a'b|a+b|a*b|été|名前|👍|a 👍 b|_a|?a|a1|Mike's age|date of birth|a and b|in stock|for all|not ok"
)


@pytest.mark.parametrize("name", [*NAMES.split("|"), "true north", "date", "item", "function a", "some one", "or else"])
def test_a_name_may_hold_what_10_3_1_4_allows(name: str) -> None:
    made = f'<inputData id="i" name="{name}"><variable name="{name}" typeRef="number"/></inputData>'
    source = model_xml(made + decision("d", literal(f"{name} + 1"), "input:i"))
    assert to_text(load(source).evaluate("d", {name: 5}, clock=CLOCK).value) == "6"


def test_unnamed_imports_bring_what_they_define_under_its_own_name() -> None:
    first = model_xml(item("tA", "number") + decision("a", literal("1")), namespace="urn:a")
    second = model_xml(item("tB", "string") + decision("b", literal("2")), namespace="urn:b")
    imports = "".join(f'<import name="" namespace="urn:{each}"/>' for each in "ab")
    asks = literal('[a, b, 1 instance of tA, "" instance of tB]')
    source = model_xml(imports + decision("d", asks, "decision:urn:a#a", "decision:urn:b#b"))
    model = load(source, imports={"a.dmn": first, "b.dmn": second})
    assert to_text(model.evaluate("d", {}, clock=CLOCK).value) == "[1, 2, true, true]"
