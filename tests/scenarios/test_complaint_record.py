"""The record of a complaint: fields a process owner adds, findings of steps, and finding complaints by either."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from openpyxl import load_workbook

from app.domain.actor import Actor
from app.domain.task_verbs import TurnKind
from app.engine import TaskListenerResult
from app.errors import ConflictError, ForbiddenError, InvalidInputError
from app.services import find_by_fields as find_by_fields_module
from app.services import search_complaints
from app.services.add_signers import add_signers
from app.services.assign_user_task import assign_user_task
from app.services.cancel_process_instance import cancel_process_instance
from app.services.complete_job import complete_job
from app.services.complete_user_task import complete_user_task
from app.services.delete_decision_instance import delete_decision_instance
from app.services.export_list import ask_for_export, run_export, take_export
from app.services.find_by_fields import find_by_fields
from app.services.record_findings import read_findings, record_findings, take_findings
from app.services.reduce_signer import reduce_signer
from app.services.shipped_models import ROOT
from app.storage.complaint_fields import ComplaintFieldRow
from app.storage.complaint_findings import ComplaintFindingRow
from app.storage.complaints import ComplaintEventRow
from app.storage.customers import CustomerRow
from app.storage.decision_instances import DecisionInstanceRow
from app.storage.jobs import JobRow
from app.storage.user_tasks import UserTaskRow
from tests.bank import COMPLAINT, CSRF, Bank, post
from tests.desk import BOSS

ADMIN = Actor("admin", scopes=BOSS.scopes)
OVERSEER = Actor("sunhong", scopes=frozenset({"work", "oversee"}))


def found(house: Bank, actor: Actor = BOSS, **fields: Any) -> list[str]:
    return [row.number for row in house.desk.perform(find_by_fields, actor, fields)]


def findings(house: Bank, number: str) -> dict[str, Any]:
    return {one.name: one.value for one in house.desk.perform(read_findings, BOSS, number)}


def with_field(house: Bank, **component: Any) -> None:
    """Let a process owner add a field to the complaint form and deploy it."""
    form = json.loads((ROOT / "forms" / "complaint.form").read_text(encoding="utf-8"))
    form["components"].append({"type": "textfield", "label": "车牌号", **component})
    house.desk.deploy(complaint__form=json.dumps(form))


def test_a_field_that_a_process_owner_adds_is_stored_shown_and_found_by_without_a_migration(house: Bank) -> None:
    with_field(house, key="plate", properties={"label:en": "Number plate"})
    number, other = house.file(plate="沪Ａ　12345"), house.file(plate="沪B 1")
    assert house.complaint(number).data["plate"] == "沪Ａ　12345"
    with house.person("lina") as browser:
        assert "沪Ａ　12345" in browser.get(f"/complaints/{number}").text
    assert (found(house, plate="沪a 12345"), found(house, plate="沪B  1")) == ([number], [other])
    assert found(house, plate="沪") == []


def test_a_part_of_a_text_finds_by_the_field_that_says_it_and_no_personal_field(house: Bank) -> None:
    with_field(house, key="plate")
    number = house.file(plate="沪Ａ　12345", description="收费 13800138000")
    house.file(plate="沪B", description="车牌 12345", orderNumber="")
    assert found(house, plate={"contains": "234"}) == found(house, description={"contains": "收费"}) == [number]
    assert found(house, plate={"contains": "234"}, channel="phone") == [number]
    assert found(house, plate={"contains": "234"}, channel="web") == []
    assert found(house, description={"contains": "13800138000"}) == []
    for name, wrong in (("customerName", "王小明"), ("personalPassport", "E12"), ("plate", "沪"), ("plate", 3)):
        with pytest.raises(InvalidInputError):
            found(house, **{name: {"contains": wrong}})
    with house.person("lina") as browser:
        for path, says in (("field=plate~234", True), ("field=plate~999", False), ("field=plate~234&q=收费", True)):
            assert (number in browser.get(f"/complaints?{path}").text) is says, path


def test_a_search_by_part_looks_past_those_that_say_it_elsewhere(house: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (search_complaints, find_by_fields_module):
        monkeypatch.setattr(module, "MOST_FOUND", 1)
    number = house.file(request="退还年费")
    house.file(description="退还年费", request="道歉")
    assert found(house, request={"contains": "退还"}) == [number]


def test_what_the_table_hides_from_somebody_does_not_find_it_for_them(house: Bank) -> None:
    number = house.file(description="年费重复收取", customerNumber="C100234")
    table = (ROOT / "dmn" / "field_access.dmn").read_text(encoding="utf-8")
    head, rule = table.rsplit('"masked"', 1)
    told = Actor("lina", scopes=frozenset({"work"}))
    assert found(house, told, description={"contains": "重复"}) == [number]
    assert found(house, told, customerNumber="C100234") == []
    house.desk.deploy(field_access__dmn=f'{head}"hidden"{rule}')
    assert found(house, told, description={"contains": "重复"}) == []
    assert found(house, told, customerPhone="13800138000") == []
    for who, sees in (("lina", False), ("sunhong", True)):
        with house.person(who) as browser:
            assert ("年费" in browser.get(f"/complaints/{number}").text) is sees
            assert (number in browser.get("/complaints?q=重复收取").text) is sees
            assert (number in browser.get("/complaints?field=description~重复收取").text) is sees


def test_registering_a_complaint_asks_the_database_twenty_times_and_three_to_do_it_once(
    house: Bank, database_kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database_kind != "postgres":
        pytest.skip("Expected PostgreSQL, where each statement is a journey")
    house.file()  # the next is like it, and that is found, too
    asked: list[str] = []
    with house.person("lina") as browser:
        for name in ("execute", "executemany"):
            monkeypatch.setattr(psycopg.Cursor, name, counting(getattr(psycopg.Cursor, name), asked))
        assert post(browser, "/complaints/new", COMPLAINT).status_code == 302
    assert len(asked) <= 23, asked


def counting(really: Callable[..., Any], asked: list[str]) -> Callable[..., Any]:
    """A way to the database that notes what is asked."""

    def counted(cursor: Any, query: Any, *rest: Any, **named: Any) -> Any:
        asked.append(str(query))
        return really(cursor, query, *rest, **named)

    return counted


def test_fields_of_every_kind_are_found_by(house: Bank) -> None:
    number = house.file(
        amount="1200.50", expectation=["refund", "apology"], externalNumbers="12378-77，WX 9", orderNumber=""
    )
    house.file()
    assert found(house, amount=1200.5) == found(house, expectation="apology") == [number]
    assert found(house, externalNumbers="wx 9") == found(house, externalNumbers="12378-77") == [number]
    assert len(found(house, channel="phone")) == 2
    assert found(house, channel="phone", amount="1200.5") == [number]


def test_the_counter_asks_for_the_product_and_how_the_customer_wants_to_be_told(house: Bank) -> None:
    number = house.file(customerEmail="w@bank.example", preferredChannel="email", productName="金穗白金卡 W-7")
    assert found(house, productName={"contains": "白金卡"}) == [number]
    assert house.desk.row(CustomerRow, key=house.complaint(number).customer_key).preferred_channel == "email"


def test_personal_fields_are_found_by_and_stand_nowhere_in_the_open(house: Bank) -> None:
    told = {"filedBy": "representative", "representativeName": "李 律师", "representativePhone": "13900139000"}
    number = house.file(**told, customerPhone="13800138001")
    assert found(house, representativeName="李 律师") == found(house, customerPhone="+86 138-0013-8001") == [number]
    rows = house.desk.rows(ComplaintFieldRow)
    assert not any("律师" in row.value or "1390013" in row.value for row in rows)
    assert "李" not in json.dumps(house.complaint(number).data, ensure_ascii=False)


def test_a_field_that_is_called_personal_is_sealed_from_the_day_it_is_added(house: Bank) -> None:
    with_field(house, key="personalPassport", label="护照号")
    number = house.file(personalPassport="E12345678")
    row = house.complaint(number)
    assert "E12345678" not in json.dumps([row.data, house.desk.variables(row.instance_key)], default=str)
    for who in ("lina", "admin"):
        with house.person(who) as browser:
            assert "E12345678" not in browser.get(f"/complaints/{number}").text
    assert found(house, personalPassport="e12345678") == [number]


def test_free_texts_and_nothing_are_refused_as_search(house: Bank) -> None:
    for fields in ({}, {"description": "年费"}, {"plate": ""}, {"plate": "x" * 200}):
        with pytest.raises(InvalidInputError):
            house.desk.perform(find_by_fields, BOSS, fields)


def test_nobody_finds_a_complaint_that_is_not_theirs(house: Bank) -> None:
    house.file(orderNumber="A1", complaintType="product_quality")
    stranger = Actor("zhangmin", groups=frozenset({"dept_legal"}), scopes=frozenset({"work"}))
    assert (len(found(house, orderNumber="A1")), found(house, stranger, orderNumber="A1")) == (1, [])


def test_what_steps_find_out_stands_on_the_record(house: Bank) -> None:
    number = house.file(complaintType="product_quality", orderNumber="A1")
    key = next(task.key for task in house.desk.open_tasks())
    answers = {
        "rootCause": "pricing",
        "compensationAmount": 80,
        "correctiveAction": "通知王小明 13800138000",
        "other": 1,
    }
    house.desk.perform(complete_user_task, BOSS, key, answers)
    shown = findings(house, number)
    assert (shown["rootCause"], shown["compensationAmount"], "other" in shown) == ("pricing", 80, False)
    assert "138****8000" in shown["correctiveAction"]
    assert "王小明" not in "".join(str(row.value) for row in house.desk.rows(ComplaintFindingRow))
    assert found(house, rootCause="pricing") == found(house, compensationAmount=80) == [number]
    names = ["rootCause", "compensationAmount", "correctiveAction"]
    assert house.desk.row(ComplaintEventRow, kind="findings").details == {"names": names}


def test_what_was_found_out_stands_on_the_record_when_the_last_signature_is_not_needed_any_more(house: Bank) -> None:
    number = house.file(complaintType="product_quality")
    key = next(task.key for task in house.desk.open_tasks())
    house.desk.perform(assign_user_task, BOSS, key, BOSS.username)
    house.desk.perform(add_signers, BOSS, key, ["zhouqiang"], kind=TurnKind.AFTER, reason="to be sure")
    house.desk.perform(complete_user_task, BOSS, key, {"rootCause": "pricing"})
    assert findings(house, number) == {}
    house.desk.perform(reduce_signer, BOSS, key, "zhouqiang", reason="sure enough")
    assert findings(house, number) == {"rootCause": "pricing"}


def test_findings_are_set_by_hand_only_with_the_right_and_as_the_form_allows(house: Bank) -> None:
    number = house.file()
    house.desk.perform(record_findings, OVERSEER, number, {"liability": "shared", "liableStaff": "赵六"})
    house.desk.perform(record_findings, OVERSEER, number, {"liability": "bank"})
    assert findings(house, number) == {"liability": "bank", "liableStaff": "赵*"}
    assert (found(house, liability="shared"), found(house, liability="bank")) == ([], [number])
    with pytest.raises(ForbiddenError):
        house.desk.perform(record_findings, Actor("lina", scopes=frozenset({"work"})), number, {"liability": "none"})
    for wrong in ({"liability": "everybody"}, {"npsScore": 11}, {"unknown": 1}, {}):
        with pytest.raises(InvalidInputError):
            house.desk.perform(record_findings, OVERSEER, number, wrong)


def test_an_answer_that_the_record_does_not_allow_is_left_out_and_the_rest_kept(house: Bank) -> None:
    number = house.file()
    answers = {"satisfactionScore": 9, "npsScore": 8, "liability": None}
    house.desk.perform(take_findings, BOSS, number, 1, answers)
    assert findings(house, number) == {"npsScore": 8}


def test_the_findings_page_shows_them_and_lets_who_oversees_set_them(house: Bank) -> None:
    number = house.file()
    with house.person("admin") as browser:
        answers = {"liability": "bank", "satisfactionScore": "5", "correctiveAction": "培训"}
        assert post(browser, f"/complaints/{number}/findings", answers).status_code == 302
        assert post(browser, f"/complaints/{number}/findings", {"npsScore": "12"}).status_code == 302
        page = browser.get(f"/complaints/{number}/findings").text
    assert ("我方全责" in page, "培训" in page, "登记结论" in page) == (True, True, True)
    with house.person("lina", "en") as browser:
        page = browser.get(f"/complaints/{number}/findings").text
        assert ("Ours" in page, "Set findings" in page) == (True, False)
        assert post(browser, f"/complaints/{number}/findings", {"liability": "none"}).status_code == 403


def test_the_api_finds_and_sets_through_the_front_door(house: Bank) -> None:
    number = house.file(customerPhone="13800138002")
    with house.person("admin") as browser:
        headers = {"X-CSRF-Token": CSRF}
        body = {"fields": {"customerPhone": "13800138002"}, "limit": 5}
        (one,) = browser.post("/api/complaints/search", json=body, headers=headers).get_json()
        assert (one["number"], one["status"]) == (number, "pending")
        values = {"values": {"liability": "none"}}
        answer = browser.put(f"/api/complaints/{number}/findings", json=values, headers=headers)
        assert [(f["name"], f["value"], f["actor"]) for f in answer.get_json()] == [("liability", "none", "admin")]
        wrong = browser.put(f"/api/complaints/{number}/findings", json={"values": {"liability": 3}}, headers=headers)
        assert (wrong.status_code, "liability" in wrong.get_json()["fields"]) == (400, True)


def test_an_export_has_a_column_for_each_field_and_finding_that_may_be_told(house: Bank) -> None:
    with_field(house, key="plate", properties={"label:en": "Number plate"})
    number = house.file(plate="=沪A", expectation=["refund", "apology"], filedBy="heir", representativeName="李四")
    house.desk.perform(record_findings, OVERSEER, number, {"liability": "bank", "correctiveAction": "整改"})
    words = {"headings": {"number": "No."}, "statuses": {}, "language": "en"}
    key = house.desk.perform(ask_for_export, ADMIN, "complaints", {}, **words)
    assert run_export(house.desk.runtime, key)
    content = house.desk.perform(take_export, ADMIN, key)
    head, line = load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)
    told = dict(zip(head, line, strict=True))
    assert (told["No."], told["Number plate"], told["Expectation"]) == (number, "=沪A", "Refund, Apology")
    assert (told["Who complains"], told["Liability"]) == ("An heir", "Ours")
    assert not any("李四" in str(one) or "整改" in str(one) for one in line)


def test_no_one_deletes_what_a_complaint_was_decided_by(house: Bank) -> None:
    number = house.file()
    instance = house.complaint(number).instance_key
    made = house.desk.rows(DecisionInstanceRow)[0]
    assert made.root_instance_key == instance
    house.desk.perform(cancel_process_instance, BOSS, instance)
    with pytest.raises(ConflictError, match=f"is of {number}"):
        house.desk.perform(delete_decision_instance, BOSS, made.key)


def test_what_a_denied_completion_found_is_not_recorded_and_an_allowed_one_is_the_persons(house: Bank) -> None:
    drawn, form = (ROOT / "bpmn" / "complaint_handling.bpmn").read_text(encoding="utf-8"), "register_complaint"
    mark = f'<zeebe:formDefinition formId="{form}" />'
    listener = '<zeebe:taskListeners><zeebe:taskListener eventType="completing" type="check" /></zeebe:taskListeners>'
    house.desk.deploy(complaint_handling__bpmn=drawn.replace(mark, mark + listener))
    number = house.file()
    key, robot = house.desk.open_task("register"), Actor("robot", scopes=frozenset({"jobs"}))
    for denied, score in ((True, 3), (False, 8)):
        house.desk.perform(complete_user_task, BOSS, key, {"accepted": True, "npsScore": score})
        (job,) = house.desk.rows(JobRow, type="check", ended_at=None)
        house.desk.perform(complete_job, robot, job.key, {}, result=TaskListenerResult(denied=denied))
        assert findings(house, number) == ({} if denied else {"npsScore": 8})
    assert house.desk.row(UserTaskRow, key=key).ended_by == BOSS.username
