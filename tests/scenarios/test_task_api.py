"""The verbs by the product's API, from a browser's session: what each answers, and that the wrong person is refused."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.domain.actor import Actor
from app.services.assign_user_task import assign_user_task
from app.services.see_complaint import see_complaint
from app.storage.complaints import ComplaintRow
from app.storage.user_tasks import UserTaskRow
from tests.bank import CSRF, Bank
from tests.desk import BOSS


def ask(browser: FlaskClient, method: str, path: str, **body: Any) -> TestResponse:
    return browser.open(f"/api/{path}", method=method, json=body, headers={"X-CSRF-Token": CSRF})


@pytest.fixture
def task(house: Bank) -> int:
    """The verification of a complaint, which Zhang Min has taken."""
    house.file()
    house.work("register", accepted="yes")
    key = house.desk.open_task("verify")
    house.desk.perform(assign_user_task, BOSS, key, "zhangmin")
    return key


def test_turns_are_asked_for_given_and_taken_back(house: Bank, task: int) -> None:
    with house.person("zhangmin") as browser:
        assert ask(browser, "POST", f"tasks/{task}/signers-before", people=["chenjie"], reason="law").status_code == 200
        told = ask(browser, "GET", f"tasks/{task}/actions").json
        assert [(one["person"], one["state"], one["reason"]) for one in told["turns"]] == [("chenjie", "OPEN", "law")]
        assert ask(browser, "POST", f"tasks/{task}/take-back").status_code == 200
        assert ask(browser, "POST", f"tasks/{task}/delegation", to="chenjie", reason="knows").status_code == 200
    with house.person("chenjie") as browser:
        assert ask(browser, "POST", f"tasks/{task}/hand-back", answers={"findings": "x"}).status_code == 200
    with house.person("zhangmin") as browser:
        assert ask(browser, "GET", f"tasks/{task}/draft").json["answers"] == {"findings": "x"}
        assert ask(browser, "POST", f"tasks/{task}/signers-after", people=["lina"], reason="two").status_code == 200
        assert ask(browser, "POST", f"tasks/{task}/reduction", person="lina", reason="one").status_code == 200


def test_a_return_and_a_withdrawal_answer_the_new_task(house: Bank, task: int) -> None:
    with house.person("zhangmin") as browser:
        step = ask(browser, "GET", f"tasks/{task}/actions").json["steps"][0]
        answer = ask(browser, "POST", f"tasks/{task}/return", step=step["key"], reason="wrong", confirmed=True)
        assert answer.status_code == 200, answer.text
    register = int(answer.json["key"])
    house.desk.perform(assign_user_task, BOSS, register, "lina")
    with house.person("lina") as browser:
        done = ask(
            browser, "POST", "task-batches", verb="complete", keys=[str(register), "42"], answers={"accepted": "yes"}
        )
        assert [one["done"] for one in done.json] == [True, False]
        again = ask(browser, "POST", f"tasks/{register}/withdrawal").json["key"]
    assert house.desk.row(UserTaskRow, key=int(again)).element_id == "register"


def test_dates_priorities_comments_and_watchers(house: Bank, task: int) -> None:
    with house.person("zhangmin") as browser:
        assert ask(browser, "PUT", f"tasks/{task}/follow-up", at="2026-01-09T09:00:00Z").status_code == 200
        assert ask(browser, "PUT", f"tasks/{task}/priority", priority=80).status_code == 200
        assert ask(browser, "POST", f"tasks/{task}/comments", text="called").status_code == 200
        assert ask(browser, "POST", f"tasks/{task}/cc", people=["liuyang"]).json == {"added": ["liuyang"]}
    number = house.desk.row(ComplaintRow).number
    assert house.desk.perform(see_complaint, Actor("liuyang", scopes=frozenset({"work"})), number).number == number
    with house.person("liuyang") as browser:
        assert ask(browser, "POST", f"tasks/{task}/read").status_code == 200
        assert [act["verb"] for act in ask(browser, "GET", f"tasks/{task}/actions").json["history"]][-1] == "cc"


def test_the_wrong_person_is_refused_by_every_verb(house: Bank, task: int) -> None:
    person, reason = {"to": "lina", "reason": "x"}, {"reason": "x"}
    wishes: dict[str, dict[str, Any]] = {
        "transfer": person,
        "delegation": person,
        "hand-back": {},
        "take-back": {},
        "signers-before": {"people": ["lina"], "reason": "x"},
        "signers-after": {"people": ["lina"], "reason": "x"},
        "reduction": {"person": "lina", "reason": "x"},
        "round": {"person": "lina", "reason": "x"},
        "round/drop": reason,
        "return": reason,
        "withdrawal": {},
        "cc": {"people": ["lina"]},
        "urge": {},
        "comments": {"text": "x"},
    }
    with house.person("liuyang") as browser:
        answers = {
            verb: ask(browser, "POST", f"tasks/{task}/{verb}", **body).status_code for verb, body in wishes.items()
        }
        answers["follow-up"] = ask(browser, "PUT", f"tasks/{task}/follow-up", at=None).status_code
        answers["priority"] = ask(browser, "PUT", f"tasks/{task}/priority", priority=1).status_code
        answers["draft"] = ask(browser, "PUT", f"tasks/{task}/draft", seen=0, answers={}).status_code
        assert ask(browser, "GET", f"tasks/{task}/actions").status_code == 404
        assert ask(browser, "GET", f"tasks/{task}/draft").status_code == 404
    assert set(answers.values()) == {404}, answers
