"""Classification schemes: loaded in versions, and the first and the final class of a complaint both kept."""

from __future__ import annotations

import re

import pytest

from app.domain.actor import Actor
from app.domain.classification import SchemeFileError
from app.errors import ForbiddenError, InvalidInputError, NotFoundError
from app.services.classify_complaint import classify_complaint
from app.services.deploy_resources import deploy_resources
from app.services.load_classification import load_classification, load_shipped_classifications
from app.storage.classifications import ClassificationSchemeRow, find_latest_scheme, list_classes, list_codes
from tests.bank import Bank, post
from tests.clock_desk import file, shipped
from tests.desk import BOSS, Desk

SCHEME = "facet,code,parent,name_zh,name_en\ncause,fee,,收费,Fees\ncause,fee/annual,fee,年费,Annual fee\n"


def load(desk: Desk, text: str = SCHEME, actor: Actor = BOSS) -> int:
    return desk.perform(load_classification, actor, "house", text, file="house.csv")


def test_the_shipped_schemes_are_loaded_once(desk: Desk) -> None:
    for _ in range(2):
        desk.perform(load_shipped_classifications)
    rows = desk.rows(ClassificationSchemeRow)
    assert [(row.name, row.version) for row in rows] == [("cfpb_2015", 1), ("jrt_0169_2018", 1)]
    with desk.runtime.reading() as connection:
        scheme = find_latest_scheme(connection, "jrt_0169_2018")
        causes = [code for code in list_codes(connection, scheme.key) if code.facet == "cause"]
    assert len(causes) == 12


def test_a_changed_text_is_a_new_version_and_the_same_text_is_not(desk: Desk) -> None:
    assert [load(desk), load(desk), load(desk, SCHEME + "cause,other,,其他,\n")] == [1, 1, 2]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("facet,code\ncause,fee\n", "parent, name_zh, name_en is missing"),
        (SCHEME + "cause,fee,,收费,\n", "'fee' is there again (house.csv, line 4)"),
        (SCHEME + "cause,x,nowhere,x,\n", "Expected the parent 'nowhere'"),
        ("facet,code,parent,name_zh,name_en\ncause,a,b,a,\ncause,b,a,b,\n", "stands above itself"),
        ("facet,code,parent,name_zh,name_en\n", "at least one code"),
        ("facet,code,parent,name_zh,name_en\ncause,a,,,\n", "a name"),
    ],
)
def test_a_file_that_cannot_be_taken_is_named_with_its_line(desk: Desk, text: str, said: str) -> None:
    with pytest.raises(SchemeFileError) as refused:
        load(desk, text)
    assert said in str(refused.value)


def test_the_first_and_the_final_class_are_both_kept_with_their_version(desk: Desk) -> None:
    desk.perform(deploy_resources, BOSS, shipped())
    filed = file(desk)
    load(desk)
    desk.perform(classify_complaint, BOSS, filed.number, "house", {"cause": "fee"})
    load(desk, SCHEME + "cause,other,,其他,\n")
    assert desk.perform(classify_complaint, BOSS, filed.number, "house", {"cause": "other"}, final=True) == 2
    desk.perform(classify_complaint, BOSS, filed.number, "house", {"cause": "fee/annual"}, final=True)
    with desk.runtime.reading() as connection:
        kept = [(row.stage, row.version, row.code, row.name_zh) for row in list_classes(connection, filed.key)]
    assert kept == [("final", 2, "fee/annual", "年费"), ("first", 1, "fee", "收费")]


def test_who_may_not_and_what_is_not_there_is_refused(desk: Desk) -> None:
    desk.perform(deploy_resources, BOSS, shipped())
    filed = file(desk)
    load(desk)
    with pytest.raises(ForbiddenError):
        load(desk, actor=Actor("anna", scopes=frozenset({"work"})))
    with pytest.raises(NotFoundError, match="'nowhere'"):
        desk.perform(classify_complaint, BOSS, filed.number, "nowhere", {"cause": "fee"})
    with pytest.raises(InvalidInputError) as refused:
        desk.perform(classify_complaint, BOSS, filed.number, "house", {"cause": "nothing"})
    assert refused.value.fields == {"cause": ["No code 'nothing'"]}


def test_whoever_handles_a_complaint_classifies_it_by_its_page_and_reads_both_classes(house: Bank) -> None:
    house.desk.perform(load_shipped_classifications)
    number = house.file()
    with house.person("lina") as browser:
        page = f"/complaints/{number}/findings"
        cause = re.findall(r'name="facet-cause".*?value="(\w+)">([^<]+)', browser.get(page).text, re.DOTALL)[0]
        for stage in ("first", "final"):
            sent = {"scheme": "jrt_0169_2018", "stage": stage, "facet-cause": cause[0], "facet-channel": ""}
            assert post(browser, f"/complaints/{number}/classification", sent).status_code == 302
        shown = browser.get(page).text
        found = browser.get(f"/api/complaints/{number}/classification").json["items"]
    assert shown.count(f"<td>{cause[1]}</td>") == 2
    assert [(one["stage"], one["code"]) for one in found] == [("final", cause[0]), ("first", cause[0])]
