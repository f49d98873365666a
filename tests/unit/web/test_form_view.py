"""Browser posts read as answers, and forms drawn for a page: what the two agree on, for every kind of component."""

from decimal import Decimal
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from app.domain.forms import compile_form
from app.feel import Environment
from app.web.pages.form_view import Drawing, change_rows, hidden_numbers, read_answers

ZONE = "Asia/Shanghai"


def form(*components: dict[str, Any]) -> Any:
    return compile_form({"id": "f", "components": list(components)})


def read(component: dict[str, Any], *sent: tuple[str, str]) -> dict[str, Any]:
    return read_answers(form({"key": "a", **component}), MultiDict(sent), ZONE)


def draw(component: dict[str, Any], value: Any) -> Any:
    made = Drawing(form({"key": "a", **component}), {"a": value}, {}, "zh", Environment(zone=ZONE)).widgets()
    return made[0]


def test_a_box_that_is_not_ticked_is_an_answer() -> None:
    assert read({"type": "checkbox"}, ("a.sent", "1")) == {"a": False}
    assert read({"type": "checkbox"}, ("a.sent", "1"), ("a", "true")) == {"a": True}


def test_what_was_not_sent_at_all_is_no_answer() -> None:
    assert read({"type": "textfield"}) == {}


VALUES = {"values": [{"label": "壹", "value": 1}, {"label": "贰", "value": "2"}]}


@pytest.mark.parametrize(
    ("component", "sent", "taken"),
    [
        ({"type": "select"} | VALUES, ["1"], 1),
        ({"type": "checklist"} | VALUES, ["1", "2"], [1, "2"]),
        ({"type": "radio", "valuesExpression": "=[1, 2.5]"}, ["2.5"], Decimal("2.5")),
        ({"type": "select", "valuesExpression": '=[{label: "Yes", value: true}]'}, ["true"], True),
        ({"type": "taglist", "valuesExpression": '=[2, "2"]'}, ["2"], ["2"]),
        ({"type": "select", "valuesExpression": '=[{label: "East", value: {id: 7}}]'}, ['{"id":7}'], {"id": 7}),
    ],
)
def test_choices_keep_the_type_of_their_values(component: dict[str, Any], sent: list[str], taken: Any) -> None:
    made = form({"key": "a", **component}, {"type": "textfield", "key": "b", "conditional": {"hide": "=a = 1"}})
    answers = read_answers(made, MultiDict([*(("a", one) for one in sent), ("b", "x")]), ZONE)
    checked = made.check(answers)
    assert (checked["a"], type(checked["a"])) == (taken, type(taken))
    assert ("b" in checked) is (sent != ["1"])  # conditions see the choice, not its text
    assert (sent[0], True) in [(value, chosen) for value, _, chosen in draw(component, answers["a"]).options]


def test_an_empty_number_or_choice_is_null_and_line_breaks_are_plain() -> None:
    assert read({"type": "number"}, ("a", " ")) == {"a": None}
    assert read({"type": "radio", "values": []}, ("a", "")) == {"a": None}
    assert read({"type": "textarea"}, ("a", "x\r\ny")) == {"a": "x\ny"}


def test_a_local_time_gets_the_institutions_zone_and_is_shown_in_it_again() -> None:
    kind = {"type": "datetime", "subtype": "datetime", "timeSerializingFormat": "utc_offset"}
    assert read(kind, ("a", "2026-03-01T09:30")) == {"a": "2026-03-01T09:30+08:00"}
    normalized = kind | {"timeSerializingFormat": "utc_normalized"}
    assert read(normalized, ("a", "2026-03-01T09:30")) == {"a": "2026-03-01T01:30Z"}
    assert draw(normalized, "2026-03-01T01:30Z").value == "2026-03-01T09:30"


def test_an_input_the_form_does_not_have_is_passed_on_to_be_refused() -> None:
    assert read({"type": "textfield"}, ("a", "x"), ("csrf_token", "t"), ("isAdmin", "1")) == {"a": "x", "isAdmin": "1"}


def test_rows_are_read_and_drawn_by_their_place() -> None:
    rows = form({"type": "dynamiclist", "path": "items", "components": [{"type": "number", "key": "n"}]})
    sent = MultiDict([("items.0.n", "1"), ("items.1.n", "2")])
    data = read_answers(rows, sent, ZONE)
    assert data == {"items": [{"n": "1"}, {"n": "2"}]}
    (drawn,) = Drawing(rows, data, {}, "zh", Environment(), {"items[1].n": ["错"]}).widgets()
    assert [row[0].name for row in drawn.rows] == ["items.0.n", "items.1.n"]
    assert drawn.rows[1][0].errors == ["错"]


def test_rows_are_added_and_removed_by_their_buttons() -> None:
    inner = {"type": "dynamiclist", "path": "parts", "components": [{"type": "number", "key": "n"}]}
    rows = form({"type": "dynamiclist", "path": "items", "components": [{"type": "number", "key": "n"}, inner]})
    sent = MultiDict([("items.0.n", "1"), ("items.1.n", "2"), ("items.1.parts.0.n", "3"), ("_add", "items.1.parts")])
    data = read_answers(rows, sent, ZONE)
    assert change_rows(data, sent)
    assert data["items"][1]["parts"] == [{"n": "3"}, {}]
    assert change_rows(data, MultiDict([("_remove", "items.0")]))
    assert [row["n"] for row in data["items"]] == ["2"]
    assert change_rows(data, MultiDict([("_remove", "items.9")]))
    assert not change_rows(data, MultiDict())


def test_hidden_parts_are_named_by_their_numbers() -> None:
    hidden = {"type": "group", "components": [{"type": "textfield", "key": "b"}], "conditional": {"hide": "=a = null"}}
    made = form({"type": "textfield", "key": "a"}, hidden)
    assert hidden_numbers(Drawing(made, {"a": "x"}, {}, "zh", Environment()).widgets()) == []
    assert hidden_numbers(Drawing(made, {"a": None}, {}, "zh", Environment()).widgets()) == [2, 3]


def test_a_page_never_offers_to_change_what_is_read_only() -> None:
    widget = draw({"type": "textfield", "readonly": True}, "forged")
    assert (widget.readonly, widget.value) == (True, "")
