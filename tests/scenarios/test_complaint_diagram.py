"""The diagram of a complaint: what it tells, in both languages, and whom."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.domain.actor import SYSTEM
from app.services.import_complaints import import_complaints
from app.services.raise_incident import raise_timer_incident
from app.storage.timers import TimerRow
from tests.bank import Bank
from tests.scenarios.test_complaint_handling import executed
from tests.scenarios.test_import_complaints import LINES, published


def diagram(house: Bank, number: str, language: str = "zh", **query: str) -> dict[str, Any]:
    with house.person("lina", language) as browser:
        answer = browser.get(f"/complaints/{number}/diagram.json", query_string=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def test_it_tells_what_ran_which_way_and_what_waits(house: Bank) -> None:
    number = house.file()
    house.work("register", accepted="yes")
    found = diagram(house, number)
    assert found["active"] == ["verify"]
    assert {"filed", "register", "accepted_check"} <= set(found["completed"])
    assert "flow_accepted_check_route" in found["flows"]
    assert "flow_accepted_check_notify_refusal" not in found["flows"]
    assert found["xml"].startswith("<?xml")
    assert [one["name"] for one in found["path"]] == ["投诉处理"]


def test_what_failed_is_told_in_the_picture_and_in_the_page(house: Bank) -> None:
    number = house.file()
    timer = house.desk.rows(TimerRow)[0]
    house.desk.perform(raise_timer_incident, timer.key, "Expected a calendar, but there is none")
    (failed,) = diagram(house, number)["incidents"]
    assert failed == {"element": timer.element_id, "message": "Expected a calendar, but there is none"}
    with house.person("lina") as browser:
        assert "Expected a calendar, but there is none" in browser.get(f"/complaints/{number}/diagram").text


def test_the_same_steps_stand_in_a_list(house: Bank) -> None:
    number = house.file()
    house.work("register", accepted="yes")
    texts = {"zh": ["登记分派", "已完成", "核实分析", "等待处理"], "en": ["Register and dispatch", "waits now"]}
    for language, words in texts.items():
        with house.person("lina", language) as browser:
            page = browser.get(f"/complaints/{number}/diagram").text
        assert [one for one in words if one not in page] == []


def test_an_instance_of_another_complaint_is_not_shown(house: Bank) -> None:
    first, second = house.file(), house.file()
    other = house.complaint(second).instance_key
    with house.person("lina") as browser:
        assert browser.get(f"/complaints/{first}/diagram.json?instance={other}").status_code == 404
        assert browser.get("/complaints/TS-2026-999999/diagram.json").status_code == 404


def test_a_called_instance_is_reached_from_its_call(house: Bank) -> None:
    number = executed(house)
    house.say("customer_confirmed", number)
    house.wait(hours=24)
    (call,) = diagram(house, number)["calls"]
    assert (call["element"], call["name"], call["running"]) == ("survey", "满意度回访", True)
    inner = diagram(house, number, "en", instance=call["instance"])
    assert [one["name"] for one in inner["path"]] == ["Complaint handling", "Satisfaction survey"]
    assert inner["active"] != []


def test_an_imported_complaint_has_no_diagram_and_says_so(house: Bank, tmp_path: Path) -> None:
    import_complaints(house.desk.runtime, SYSTEM, published(tmp_path, LINES[0]), on_reject=print)
    with house.person("admin") as browser:
        assert "该投诉没有在办流程" in browser.get("/complaints/TS-2015-000001/diagram").text
        assert browser.get("/complaints/TS-2015-000001/diagram.json").status_code == 404
