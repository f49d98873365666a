"""form-js in a browser and the server's own check agree: which answers are wrong, which fields are left out, what is
computed. The same schemas and answers go through both; where they differ on purpose, docs/frontend.md says so."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Browser

from app.domain.forms import FormError, compile_form
from app.web.scripts import MANIFEST
from tests.bank import Bank
from tests.browser.test_journey import browser, open_page, site

__all__ = ["browser", "site"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not MANIFEST.is_file(), reason="Expected built scripts, but there are none: parity is unproved"),
]
Component = dict[str, Any]
Case = tuple[str, list[Component], dict[str, Any]]


def part(kind: str, key: str, **more: Any) -> Component:
    return {"type": kind, "key": key, "id": f"Field_{key}", "label": key, **more}


def rules(**validate: Any) -> dict[str, Any]:
    return {"validate": validate}


def hidden_if(condition: str) -> dict[str, Any]:
    return {"conditional": {"hide": condition}}


COLOURS = {"values": [{"label": "Red", "value": "red"}, {"label": "Blue", "value": "blue"}]}
ITEMS = {
    "type": "dynamiclist", "path": "items", "id": "Items", "label": "Items", "isRepeating": True,
    "allowAddRemove": True, "defaultRepetitions": 1,
    "components": [
        part("textfield", "name", **rules(required=True)),
        part("number", "price", **rules(min=1)),
        part("textfield", "why", **rules(required=True), **hidden_if("=this.price < 100")),
    ],
}  # fmt: skip
PERSON = {
    "type": "group", "path": "person", "id": "Person", "label": "Person",
    "components": [part("textfield", "name", **rules(required=True, maxLength=4))],
}  # fmt: skip
CASES: tuple[Case, ...] = (
    ("required text is there", [part("textfield", "a", **rules(required=True))], {"a": "x"}),
    ("required text is not", [part("textfield", "a", **rules(required=True))], {}),
    ("required text is empty", [part("textarea", "a", **rules(required=True))], {"a": ""}),
    ("blanks are a text", [part("textfield", "a", **rules(required=True))], {"a": "  "}),
    ("a required box is not ticked", [part("checkbox", "a", **rules(required=True))], {"a": False}),
    ("a required box is ticked", [part("checkbox", "a", **rules(required=True))], {"a": True}),
    ("a required list is empty", [part("checklist", "a", **COLOURS, **rules(required=True))], {"a": []}),
    ("a list has a choice", [part("checklist", "a", **COLOURS, **rules(required=True))], {"a": ["red"]}),
    ("tags", [part("taglist", "a", **COLOURS)], {"a": ["blue", "red"]}),
    ("a required radio is open", [part("radio", "a", **COLOURS, **rules(required=True))], {}),
    ("a select has a choice", [part("select", "a", **COLOURS, **rules(required=True))], {"a": "blue"}),
    ("too short", [part("textfield", "a", **rules(minLength=3))], {"a": " ab "}),
    ("long enough", [part("textfield", "a", **rules(minLength=3))], {"a": "abc"}),
    ("too long", [part("textfield", "a", **rules(maxLength=3))], {"a": "abcd"}),
    ("an empty text has no length", [part("textfield", "a", **rules(minLength=3))], {"a": ""}),
    ("the pattern is found within", [part("textfield", "a", **rules(pattern="[0-9]{2}"))], {"a": "x12y"}),
    ("the pattern is missed", [part("textfield", "a", **rules(pattern="^[0-9]{2}$"))], {"a": "x12y"}),
    ("a line break is no end", [part("textarea", "a", **rules(pattern="^[0-9]+$"))], {"a": "12\n"}),
    ("an address", [part("textfield", "a", **rules(validationType="email"))], {"a": "wang@example.com"}),
    ("no address", [part("textfield", "a", **rules(validationType="email"))], {"a": "wang at example"}),
    ("below the least", [part("number", "a", **rules(min=1))], {"a": 0}),
    ("at the least", [part("number", "a", **rules(min=1))], {"a": 1}),
    ("above the most", [part("number", "a", **rules(max=10))], {"a": 10.5}),
    ("no number needed", [part("number", "a", **rules(min=1))], {}),
    ("a decimal too many", [part("number", "a", decimalDigits=1)], {"a": 1.25}),
    ("no decimals at all", [part("number", "a", decimalDigits=0)], {"a": 1.5}),
    ("off the step", [part("number", "a", increment="0.5")], {"a": 1.3}),
    ("on the step", [part("number", "a", increment="0.5")], {"a": 1.5}),
    ("the least is computed", [part("number", "a"), part("number", "b", **rules(min="=a + 1"))], {"a": 5, "b": 5}),
    ("the most is computed", [part("number", "a"), part("number", "b", **rules(max="=a"))], {"a": 5, "b": 5}),
    ("hidden, so not asked", [part("textfield", "a", **rules(required=True), **hidden_if("=true"))], {}),
    ("hidden, so left out", [part("checkbox", "y"), part("textfield", "a", **hidden_if("=y"))], {"y": True, "a": "x"}),
    ("shown, so asked", [
        part("select", "c", **COLOURS), part("textfield", "a", **rules(required=True), **hidden_if('=c != "red"'))
    ], {"c": "red"}),
    ("a hidden group hides its fields", [{**PERSON, **hidden_if("=true")}], {"person": {"name": "Long name"}}),
    ("a group has a path", [PERSON], {"person": {"name": "Wang"}}),
    ("wrong within a group", [PERSON], {"person": {"name": "Wang Xiaoming"}}),
    ("computed", [part("number", "a"), part("expression", "b", expression="=a * 2", computeOn="change")], {"a": 4}),
    ("rows", [ITEMS], {"items": [{"name": "x", "price": 5}, {"name": "y", "price": 7}]}),
    ("wrong in the second row", [ITEMS], {"items": [{"name": "x", "price": 5}, {"price": 0}]}),
    ("hidden by its own row", [ITEMS], {"items": [{"name": "x", "price": 5}, {"name": "y", "price": 200}]}),
    ("choices from data", [part("select", "a", valuesKey="known", **rules(required=True))], {"known": ["p"], "a": "p"}),
    ("numbers to choose from", [part("radio", "a", valuesExpression="=[1, 2.5]")], {"a": 2.5}),
    ("a labelled number", [
        part("select", "a", valuesExpression='=[{label: "Two", value: 2}]'),
        part("textfield", "b", **hidden_if("=a = 2")),
    ], {"a": 2, "b": "x"}),
    ("yes and no to choose from", [part("checklist", "a", valuesKey="known")], {"known": [True, False], "a": [False]}),
    ("choices computed", [part("radio", "a", valuesExpression='=["p", "q"]')], {"a": "q"}),
    ("a default stands in", [part("textfield", "a", defaultValue="usual", **rules(required=True))], {}),
)  # fmt: skip
ASK = """async ({module, cases}) => {
  const { openForm, errorsOf } = await import(module);
  const drawn = () => new Promise((done) => requestAnimationFrame(done));
  const answers = [];
  for (const { schema, data } of cases) {
    const box = document.body.appendChild(document.createElement("div"));
    const form = await openForm(box, { schema, data, errors: {}, messages: {} });
    for (let round = 0; round < 5; round += 1) await drawn();
    const sent = form.submit();
    answers.push({ data: sent.data, wrong: Object.keys(errorsOf(form)).sort() });
    form.destroy();
    box.remove();
  }
  return answers;
}"""


def schema_of(components: list[Component]) -> dict[str, Any]:
    return {"type": "default", "schemaVersion": 19, "id": "parity", "components": components}


def filled(value: Any) -> Any:
    """A value without what is empty: form-js sends null where the server stores "", and either may leave it out."""
    if isinstance(value, dict):
        kept = {name: filled(one) for name, one in value.items()}
        return {name: one for name, one in kept.items() if one not in (None, "", [], {}, False)}
    return [filled(one) for one in value] if isinstance(value, list) else value


def on_the_server(components: list[Component], data: dict[str, Any]) -> dict[str, Any]:
    form = compile_form(schema_of(components))
    own = {name: value for name, value in data.items() if name in form.shape.keys}
    try:
        return {"data": form.check(own, variables=data), "wrong": []}
    except FormError as error:
        return {"data": None, "wrong": sorted(error.fields)}


def test_form_js_and_the_server_decide_alike(browser: Browser, site: tuple[str, Bank]) -> None:
    address, _ = site
    page, _ = open_page(browser, "en-GB", 1280, islands=True)
    page.goto(f"{address}/login")
    built = json.loads(MANIFEST.read_text(encoding="utf-8"))["src/form-viewer.ts"]["file"]
    cases = [{"schema": schema_of(components), "data": data} for _, components, data in CASES]
    answers = page.evaluate(ASK, {"module": f"/static/dist/{built}", "cases": cases})
    differences = []
    for (name, components, data), browsers in zip(CASES, answers, strict=True):
        servers = on_the_server(components, data)
        if servers["wrong"] != browsers["wrong"]:
            differences.append((name, "wrong", servers["wrong"], browsers["wrong"]))
        elif not servers["wrong"] and filled(servers["data"]) != filled(browsers["data"]):
            differences.append((name, "data", servers["data"], browsers["data"]))
    assert differences == []
