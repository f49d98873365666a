"""Templates, quiet hours, and what the law wants in a notice."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.domain.notices import MissingPartsError, TemplateError, after_quiet_hours, find_template, list_templates
from app.domain.notices.templates import Template

SHANGHAI = ZoneInfo("Asia/Shanghai")
DECISION: dict[str, Any] = {
    "number": "TS-2026-000001",
    "verification": "经核实，年费重复收取一次",
    "decision": "退还年费 200 元",
    "basis": "信用卡领用合约第 8 条",
    "reasons": "系统重复入账",
    "routes": ["review", "mediation", "arbitration", "court"],
}


def test_a_complete_decision_notice_is_filled_in_both_languages() -> None:
    template = find_template("decision_notice")
    template.check(DECISION)
    assert "向上级机构书面申请核查" in template.fill("zh", DECISION).text
    assert "apply for mediation" in template.fill("en", DECISION).text


@pytest.mark.parametrize("left_out", ["verification", "decision", "basis", "reasons", "routes"])
def test_what_a_decision_notice_lacks_is_named_with_its_article(left_out: str) -> None:
    with pytest.raises(MissingPartsError, match="第19条") as caught:
        find_template("decision_notice").check({**DECISION, left_out: None})
    assert list(caught.value.fields) == [left_out]


def test_a_decision_notice_names_every_redress_route() -> None:
    with pytest.raises(MissingPartsError, match="arbitration and court"):
        find_template("decision_notice").check({**DECISION, "routes": ["review", "mediation", "court"]})


def test_an_extension_notice_needs_reason_deadline_and_approval() -> None:
    with pytest.raises(MissingPartsError) as caught:
        find_template("extension_notice").check({"number": "TS-1", "reason": " "})
    assert set(caught.value.fields) == {"reason", "newDeadline", "approvedBy"}


@pytest.mark.parametrize(("hours", "said"), [(5, "in 5 hours"), (-331, "331 hours ago"), (None, "2026-01-20 00:00.")])
def test_a_deadline_that_has_passed_is_not_said_to_be_near(hours: int | None, said: str) -> None:
    given = {"number": "TS-1", "dueAt": "2026-01-20 00:00", "hoursToDeadline": hours}
    assert said in find_template("deadline_near").fill("en", given).text


@pytest.mark.parametrize("template", list_templates(), ids=lambda one: one.id)
def test_every_shipped_template_uses_only_its_own_parameters(template: Template) -> None:
    given = {name: ["review"] if name == "routes" else f"<{name}>" for name in template.parameters}
    for language in ("zh", "en"):
        part = template.fill(language, given)
        assert part.subject
        assert part.text
        assert template.names[language]


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ number.__init__.__globals__ }}",
        "{% for a in range(999999999) %}x{% endfor %}",
        "{{ 'x' * 30000 }}",
        "{{ cycler }}{{ nobody }}",
    ],
)
def test_a_template_reaches_nothing_but_its_parameters(text: str) -> None:
    texts = {"subject": "s", "body": text}
    template = Template("t", 1, {}, {"zh": texts, "en": texts}, ("number",))
    with pytest.raises(TemplateError):
        template.fill("zh", {"number": "TS-1"})


@pytest.mark.parametrize(
    ("now", "then"),
    [("21:59", "21:59"), ("22:00", "08:00"), ("07:59", "08:00"), ("08:00", "08:00"), ("12:00", "12:00")],
)
def test_what_comes_in_quiet_hours_waits_until_they_end(now: str, then: str) -> None:
    at = datetime.fromisoformat(f"2026-01-05T{now}").replace(tzinfo=SHANGHAI)
    found = after_quiet_hours(at, SHANGHAI, "22:00", "08:00")
    assert found.astimezone(SHANGHAI).strftime("%H:%M") == then
    assert found >= at
