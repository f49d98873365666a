"""A bank at its front door: people register complaints and answer forms by the pages; customers by messages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Row
from werkzeug.test import TestResponse

from app.domain.actor import SYSTEM
from app.jobs import RUN_JOBS
from app.services.create_account import create_account
from app.services.open_session import open_session
from app.services.publish_message import Message, publish_message
from app.services.run_built_in_job import run_built_in_job
from app.services.seed_demo import PEOPLE
from app.services.shipped_models import deploy_shipped_models
from app.services.simulated_people import who_works
from app.storage.accounts import AccountRow
from app.storage.audit import OutboxRow
from app.storage.complaints import ComplaintRow
from app.storage.user_tasks import UserTaskRow
from tests.applications import open_app
from tests.desk import Desk

CSRF = "a token of this test"
COMPLAINT: dict[str, Any] = {
    "customerName": "王小明",
    "customerPhone": "13800138000",
    "customerTier": "standard",
    "channel": "phone",
    "complaintType": "fee_dispute",
    "productLine": "credit_card",
    "region": "east",
    "urgency": "normal",
    "amount": "1200",
    "description": "年费重复收取",
}
CONTACT = {"contactWay": "phone", "contactedAt": "2026-01-05T15:00"}


def settle(desk: Desk, *, with_models: bool = True) -> None:
    """Give an installation the demo bank's people, and the shipped procedures."""
    for person in PEOPLE:
        desk.perform(
            create_account,
            person.username,
            display_name=person.display_name,
            roles=person.roles,
            groups=person.groups,
        )
    if with_models:
        desk.perform(deploy_shipped_models)


class Bank:
    """The demo bank's people on one installation, which may be a copy of one where they have settled."""

    def __init__(self, desk: Desk, *, with_models: bool = True) -> None:
        self.desk = desk
        self.app: Flask = open_app(desk.runtime)
        if not desk.rows(AccountRow):
            settle(desk, with_models=with_models)

    @contextmanager
    def person(self, username: str, language: str = "zh") -> Iterator[FlaskClient]:
        """A browser in which this person is signed in."""
        with self.app.test_client() as client:
            secret = self.desk.perform(open_session, username, browser="a browser of this test", address="192.0.2.1")
            with client.session_transaction() as session:
                session.update(secret=secret, csrf=CSRF, language=language)
            yield client

    def file(self, **changes: Any) -> str:
        """Register a complaint at the counter; returns its number."""
        with self.person("lina") as browser:
            answer = post(browser, "/complaints/new", COMPLAINT | changes)
        assert answer.status_code == 302, answer.text
        return answer.location.rsplit("/", 1)[1]

    def work(self, element_id: str, **answers: Any) -> str:
        """Let somebody who may take the one open task of a step claim and complete it; returns who it was."""
        return self.work_task(self.desk.open_task(element_id), **answers)

    def work_task(self, key: int, **answers: Any) -> str:
        who = who_works(self.desk.row(UserTaskRow, key=key).candidate_groups).username
        with self.person(who) as browser:
            assert post(browser, f"/tasks/{key}/claim").status_code == 302
            answer = post(browser, f"/tasks/{key}", answers)
        assert answer.status_code == 302, re.findall(r"invalid-feedback[^>]*>([^<]+)", answer.text)
        self.do_jobs()
        return who

    def do_jobs(self) -> None:
        """Do the built-in jobs that workers were asked to do."""
        sent, self.desk.nudges.sent = self.desk.nudges.sent, []
        for nudge in sent:
            if nudge.task == RUN_JOBS:
                for (key,) in nudge.ids:
                    run_built_in_job(self.desk.runtime, key)

    def wait(self, **length: float) -> None:
        self.desk.move(**length)
        self.do_jobs()

    def say(self, message: str, number: str, **variables: Any) -> None:
        """Let the customer say something."""
        publish_message(self.desk.runtime, SYSTEM, Message(message, number, variables))
        self.do_jobs()

    def open_steps(self) -> list[str]:
        return sorted(row.element_id for row in self.desk.open_tasks())

    def groups_of(self, element_id: str) -> list[str]:
        return list(self.desk.row(UserTaskRow, key=self.desk.open_task(element_id)).candidate_groups)

    def complaint(self, number: str) -> Row[Any]:
        return self.desk.row(ComplaintRow, number=number)

    def notices(self) -> list[tuple[str, list[str]]]:
        """What was left to be told: (template, recipients) of each notice."""
        payloads = [row.payload for row in self.desk.rows(OutboxRow, topic="notice")]
        return [
            (one["headers"]["template"], one["variables"]["recipients"]) for one in payloads if one["event"] == "notify"
        ]


def post(browser: FlaskClient, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
    """Post a page's form with the session's token."""
    return browser.post(path, data={"csrf_token": CSRF, **(data or {})}, **options)
