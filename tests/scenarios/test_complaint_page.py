"""A complaint's page: the reader's own step on it, its sections whole and in parts, and what it asks the database."""

from __future__ import annotations

import re

from sqlalchemy import event

from app.web.scripts import MANIFEST
from tests.bank import Bank, post
from tests.scenarios.test_complaint_handling import REGISTERED, VERIFIED

PART = {"HX-Request-Type": "partial"}


def page(house: Bank, path: str, username: str = "lina", language: str = "zh", **headers: str) -> str:
    with house.person(username, language) as browser:
        answer = browser.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_step_of_its_reader_is_done_right_there(house: Bank) -> None:
    number = house.file()
    key = house.desk.open_task("register")
    assert f'action="/tasks/{key}/claim"' in page(house, f"/complaints/{number}")
    with house.person("lina") as browser:
        post(browser, f"/tasks/{key}/claim")
    shown = page(house, f"/complaints/{number}")
    assert re.search(rf'<form[^>]*action="/tasks/{key}"[^>]*data-form', shown)
    assert 'name="accepted"' in shown
    assert ('data-form="task-form"' in shown) is MANIFEST.is_file()  # by form-js, where it was built


def test_somebody_elses_step_is_not_offered(house: Bank) -> None:
    number = house.file()
    assert 'name="accepted"' not in page(house, f"/complaints/{number}", "admin")


def test_a_section_comes_whole_by_its_link_and_alone_to_a_script(house: Bank) -> None:
    number = house.file()
    for section in ("diagram", "timeline", "decisions"):
        whole = page(house, f"/complaints/{number}/{section}")
        part = page(house, f"/complaints/{number}/{section}", **PART)
        assert ("<html" in whole, "<html" in part) == (True, False)
        assert part.strip() in whole


def test_a_part_is_never_kept_for_the_whole(house: Bank) -> None:
    number = house.file()
    with house.person("lina") as browser:
        assert browser.get(f"/complaints/{number}").headers["Vary"].startswith("HX-Request-Type")


def test_the_timeline_tells_steps_rules_and_decisions_and_is_filtered(house: Bank) -> None:
    number = house.file()
    house.work("register", **REGISTERED)
    worker = house.work("verify", **VERIFIED)
    path = f"/complaints/{number}/timeline"
    everything = page(house, path)
    assert [one for one in ("投诉登记", "登记分派", "投诉分派", "步骤完成") if one not in everything] == []
    steps = page(house, f"{path}?kind=work", **PART)
    assert ("步骤完成" in steps, "决策表判定" in steps) == (True, False)
    mine = page(house, f"{path}?kind=work&person={worker}", **PART)
    assert ("核实分析" in mine, "登记分派" in mine) == (True, False)
    assert (f">{worker}<" in everything, ">李娜<" in everything, "set_priority" in everything) == (False, True, False)
    assert "没有这类记录" in page(house, f"{path}?person=nobody", **PART)


def test_a_decision_shows_what_was_asked_which_row_matched_and_the_version(house: Bank) -> None:
    number = house.file()
    house.work("register", **REGISTERED)
    shown = page(house, f"/complaints/{number}/decisions")
    expected = ["投诉分派", "complaint_routing", "第 1 版", "收费争议", "信用卡其他投诉 → 信用卡部", "第 9 行"]
    assert [one for one in expected if one not in shown] == []
    assert "Rules that matched" in page(house, f"/complaints/{number}/decisions", language="en")


def test_an_unknown_section_is_not_there(house: Bank) -> None:
    number = house.file()
    with house.person("lina") as browser:
        assert browser.get(f"/complaints/{number}/nothing").status_code == 404


def test_the_page_asks_the_database_little_however_long_the_complaint(house: Bank) -> None:
    number = house.file()
    house.work("register", **REGISTERED)
    asked: list[str] = []
    engine = house.desk.runtime.engine
    page(house, f"/complaints/{number}")  # what is parsed once is parsed now
    event.listen(engine, "before_cursor_execute", lambda *of: asked.append(of[2]))
    page(house, f"/complaints/{number}")
    first = len(asked)
    house.work("verify", **VERIFIED)
    asked.clear()
    page(house, f"/complaints/{number}")
    assert first <= 30
    assert len(asked) <= first + 2
    assert sum("FROM complaint \n" in one for one in asked) == 1
