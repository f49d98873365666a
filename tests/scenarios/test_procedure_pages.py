"""The page on which a process owner deploys files, and reads what keeps one back."""

from __future__ import annotations

import re
from io import BytesIO

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.services.shipped_models import ROOT
from tests.bank import Bank, post
from tests.conformance.drawing import draw, process, start, timer

ENQUIRY = (ROOT / "bpmn" / "general_enquiry.bpmn").read_text("utf-8")


def deploy(browser: FlaskClient, **files: str) -> TestResponse:
    sent = [(BytesIO(text.encode()), name.replace("__", ".")) for name, text in files.items()]
    return post(browser, "/procedures", {"files": sent}, content_type="multipart/form-data")


def test_a_process_owner_changes_a_procedure_by_its_file(house: Bank) -> None:
    with house.person("admin", "en") as browser:
        page = browser.get("/procedures").text
        assert ("General enquiry complaint" in page, ">2</td>" in page) == (True, False)
        file = re.findall(r"/procedures/[0-9]+[.]bpmn", page.split("general_enquiry.bpmn")[1])[0]
        changed = browser.get(file).text.replace("客服受理", "受理")
        assert deploy(browser, general_enquiry__bpmn=changed).status_code == 302
        page = browser.get("/procedures").text
    assert ("Deployed: general_enquiry version 2" in page, ">2</td>" in page) == (True, True)


def test_everything_that_keeps_files_back_is_said_at_once_and_in_the_readers_language(house: Bank) -> None:
    broken = ENQUIRY.replace("=now() + duration", "=now( + duration")
    with house.person("admin") as browser:
        refused = deploy(browser, general_enquiry__bpmn=broken, no__form="{", other__bpmn="")
    assert refused.status_code == 422
    problems = refused.text.split('id="problems"')[1].split("</ul>")[0]
    assert problems.count("<li") >= 5
    for file in ("general_enquiry.bpmn", "no.form", "other.bpmn"):
        assert file in problems
    assert "Expected" not in problems


def test_a_start_that_has_no_value_and_a_name_too_long_are_told_on_the_page(house: Bank) -> None:
    timed = draw(process(start("s", timer("=unknown")), ident="timed", flows="s -> e")).decode()
    with house.person("admin") as browser:
        for name, text, told in (("timed", timed, "应有值"), ("n" * 1100, ENQUIRY, "1 到 1024 个字符")):
            refused = deploy(browser, **{f"{name}__bpmn": text})
            problems = refused.text.split('id="problems"')[1].split("</ul>")[0]
            assert (refused.status_code, told in problems) == (422, True)


def test_who_may_not_deploy_is_refused(house: Bank) -> None:
    with house.person("lina") as browser:
        assert browser.get("/procedures").status_code == 403
        assert deploy(browser, general_enquiry__bpmn=ENQUIRY).status_code == 403
        assert "/procedures" not in browser.get("/inbox").text
