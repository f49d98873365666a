"""The same stage as `tests.conformance.playing`, but through `/v2`: web, services, rows and engine together.

Offers what a client sees: open work, open events, variables, incidents, how it ended. Behaviours that look inside the
engine are not played here.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.engine import make_url

from app.engine import Activate, Move, Terminate
from app.engine.kinds import Ended
from app.engine.timers.reading import read_length
from app.services.create_account import create_account
from app.services.open_session import open_session
from app.storage.instances import ElementInstanceRow, ProcessInstanceRow
from app.storage.jobs import CLOSED
from app.storage.subscriptions import ConditionSubscriptionRow, MessageSubscriptionRow, SignalSubscriptionRow
from app.storage.timers import TimerRow
from app.web.authentication import CSRF_HEADER
from tests.applications import open_app
from tests.conformance.drawing import Node, draw
from tests.desk import NOON, Desk, KeptNudges

Json = Any
CSRF = "a token of this test"
_EVENT_ROWS = (TimerRow, MessageSubscriptionRow, SignalSubscriptionRow, ConditionSubscriptionRow)
_ENDED = {"COMPLETED": Ended.COMPLETED, "TERMINATED": Ended.TERMINATED}


class FrontDoorStage:
    """An installation on SQLite, asked by HTTP. Making one is dear: behaviours share it, and `clear` it before each."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        desk.perform(create_account, "operator", display_name="Operator", roles=["admin"], groups=[])
        self.http: FlaskClient = open_app(desk.runtime).test_client()
        secret = desk.perform(open_session, "operator", browser="a test", address="192.0.2.1")
        with self.http.session_transaction() as session:
            session.update(secret=secret, csrf=CSRF)
        self._plays: dict[int, FrontDoorPlay] = {}
        self._fresh = sqlite3.connect(":memory:")
        with closing(self._open_file()) as file:
            file.backup(self._fresh)

    def clear(self) -> None:
        """Go back to the state at the beginning: rows, clock, and what the process remembers of them."""
        with closing(self._open_file()) as file:
            self._fresh.backup(file)
        desk = self.desk
        desk.clock.pin(NOON)
        desk.nudges = KeptNudges()
        desk.runtime = replace(desk.runtime, nudges=desk.nudges)
        desk.perform = desk.runtime.perform
        self.http.application.extensions["redress"] = desk.runtime
        self._plays.clear()

    def _open_file(self) -> sqlite3.Connection:
        return sqlite3.connect(make_url(self.desk.settings.database_url).database or "")

    def ask(self, method: str, path: str, body: Mapping[str, Json] | None = None) -> Any:
        """Send a request; anything but success fails the test."""
        answer = self.http.open(f"/v2{path}", method=method, json=body, headers={CSRF_HEADER: CSRF})
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
        return json.loads(answer.text, parse_float=Decimal) if answer.text else None

    def search(self, what: str, query: str = "", **conditions: Json) -> list[Any]:
        """Every item that a search finds."""
        return list(
            self.ask("POST", f"/{what}/search{query}", {"filter": conditions, "page": {"limit": 1000}})["items"]
        )

    def deploy(self, *processes: Node) -> str:
        """Deploy one file, and return its first process's id."""
        self.deploy_version(*processes)
        return str(processes[0].get("id"))

    def deploy_version(self, *processes: Node) -> str:
        """Deploy one file, and return the key of its first process's version."""
        files = {"resources": (BytesIO(draw(*processes)), "model.bpmn")}
        answer = self.http.post("/v2/deployments", data=files, headers={CSRF_HEADER: CSRF})
        assert answer.status_code == 200, answer.text
        return str(answer.json["deployments"][0]["processDefinition"]["processDefinitionKey"])

    def play(self, *processes: Node, **variables: Json) -> FrontDoorPlay:
        """Deploy a model and start its first process."""
        request = {"processDefinitionId": self.deploy(*processes), "variables": variables}
        return self._play(int(self.ask("POST", "/process-instances", request)["processInstanceKey"]))

    @property
    def plays(self) -> list[FrontDoorPlay]:
        """Every instance, called ones too, in the order they began."""
        return [self._play(row.key) for row in self.desk.rows(ProcessInstanceRow)]

    def _play(self, key: int) -> FrontDoorPlay:
        return self._plays.setdefault(key, FrontDoorPlay(self, key))

    def advance(self, length: str) -> None:
        """Move the clock by an ISO 8601 duration, firing every timer as it comes due."""
        until = read_length(length).after(self.desk.clock.now())
        while due := [row.due_at for row in self.desk.rows(TimerRow) if row.due_at <= until]:
            self.desk.move(seconds=max(0.0, (min(due) - self.desk.clock.now()).total_seconds()))
        self.desk.clock.pin(until)


class FrontDoorPlay:
    """One instance, as a client sees it."""

    def __init__(self, stage: FrontDoorStage, key: int) -> None:
        self.stage, self.key = stage, key

    # --- looking

    @property
    def ended(self) -> Ended | None:
        return _ENDED.get(self.stage.ask("GET", f"/process-instances/{self.key}")["state"])

    @property
    def done(self) -> bool:
        return self.ended is Ended.COMPLETED

    @property
    def waiting(self) -> list[str]:
        return sorted(row["elementId"] for row in (*self._tasks(), *self._jobs()))

    @property
    def catching(self) -> list[str]:
        found = [row for kind in _EVENT_ROWS for row in self.stage.desk.rows(kind, instance_key=self.key)]
        return sorted(row.element_id for row in found if getattr(row, "state", "CREATED") in ("CREATED", "MIGRATED"))

    @property
    def terminated(self) -> list[str]:
        """Ids of terminated elements, in the order they began."""
        ids = [row.element_id for row in self._elements() if row.state == "TERMINATED"]
        return [*ids, *(["p"] if self.ended is Ended.TERMINATED else [])]

    @property
    def variables(self) -> dict[str, Json]:
        return self._variables_at(self.key)

    @property
    def errors(self) -> list[tuple[str, str]]:
        return sorted((row["elementId"], row["errorType"]) for row in self._incidents())

    @property
    def children(self) -> dict[int, FrontDoorPlay]:
        """The running called instances."""
        rows = self.stage.search("process-instances", parentProcessInstanceKey=str(self.key), state="ACTIVE")
        keys = sorted(int(row["processInstanceKey"]) for row in rows)
        return {key: self.stage._play(key) for key in keys}

    def sees(self, element_id: str) -> dict[str, Json]:
        """The variables visible at the only live instance of an element."""
        scopes = {row.key: row.scope_key for row in self._elements()}
        key, chain = self.key_of(element_id), []
        while key != self.key:
            chain.append(key)
            key = scopes[key]
        seen = self.variables
        for scope in reversed(chain):
            seen |= self._variables_at(scope)
        return seen

    def key_of(self, element_id: str, index: int = 0) -> int:
        """The element-instance key of a live element."""
        live = [row.key for row in self._elements() if row.element_id == element_id and row.state == "ACTIVE"]
        return int(live[index])

    # --- acting

    def complete(self, element_id: str, index: int = 0, **variables: Json) -> FrontDoorPlay:
        """Complete the open user task or job of an element (the `index`th opened)."""
        tasks = [row for row in self._tasks() if row["elementId"] == element_id]
        if tasks:
            path = f"/user-tasks/{tasks[index]['userTaskKey']}/completion"
        else:
            path = f"/jobs/{self._job_key(element_id, index)}/completion"
        self.stage.ask("POST", path, {"variables": variables})
        return self

    def listen(self, listener_type: str, **variables: Json) -> FrontDoorPlay:
        """Complete the open listener job of a type."""
        key = next(
            row["jobKey"] for row in self._jobs() if row["type"] == listener_type and row["kind"] != "BPMN_ELEMENT"
        )
        self.stage.ask("POST", f"/jobs/{key}/completion", {"variables": variables})
        return self

    def fail(self, element_id: str, code: str, index: int = 0, **variables: Json) -> FrontDoorPlay:
        """Throw a BPMN error from an open job."""
        body = {"errorCode": code, "errorMessage": "it failed", "variables": variables}
        self.stage.ask("POST", f"/jobs/{self._job_key(element_id, index)}/error", body)
        return self

    def message(self, name: str, key: str = "", **variables: Json) -> FrontDoorPlay:
        """Publish a message that is not kept."""
        body = {"name": name, "correlationKey": key, "timeToLive": 0, "variables": variables}
        self.stage.ask("POST", "/messages/publication", body)
        return self

    def signal(self, name: str, **variables: Json) -> FrontDoorPlay:
        """Broadcast a signal."""
        self.stage.ask("POST", "/signals/broadcast", {"signalName": name, "variables": variables})
        return self

    def set(self, scope: str | None = None, *, local: bool = False, **variables: Json) -> FrontDoorPlay:
        """Set variables at a live element, or at the process."""
        key = self.key if scope is None else self.key_of(scope)
        self.stage.ask("PUT", f"/element-instances/{key}/variables", {"variables": variables, "local": local})
        return self

    def retry(self) -> FrontDoorPlay:
        """Resolve the only open incident."""
        (incident,) = self._incidents()
        self.stage.ask("POST", f"/incidents/{incident['incidentKey']}/resolution", {})
        return self

    def migrate(self, *processes: Node, **mapping: str) -> FrontDoorPlay:
        """Go on under another version."""
        target = self.stage.deploy_version(*processes)
        pairs = [{"sourceElementId": old, "targetElementId": new} for old, new in mapping.items()]
        plan = {"targetProcessDefinitionKey": target, "mappingInstructions": pairs}
        self.stage.ask("POST", f"/process-instances/{self.key}/migration", plan)
        return self

    def modify(
        self, *, activate: Sequence[Activate] = (), terminate: Sequence[Terminate] = (), move: Sequence[Move] = ()
    ) -> FrontDoorPlay:
        """Activate, terminate and move elements."""
        plan = {
            "activateInstructions": [_activation(one) for one in activate],
            "terminateInstructions": [
                {"elementInstanceKey": str(one.key)} if one.key else {"elementId": one.element_id} for one in terminate
            ],
            "moveInstructions": [
                {
                    "sourceElementInstruction": {"sourceType": "byId", "sourceElementId": one.source_id},
                    "targetElementId": one.target_id,
                }
                for one in move
            ],
        }
        self.stage.ask("POST", f"/process-instances/{self.key}/modification", plan)
        return self

    # --- rows

    def _tasks(self) -> list[Any]:
        rows = self.stage.search("user-tasks", processInstanceKey=str(self.key))
        return sorted((row for row in rows if row["state"] not in CLOSED), key=_by("userTaskKey"))

    def _jobs(self) -> list[Any]:
        rows = self.stage.search("jobs", processInstanceKey=str(self.key))
        return sorted((row for row in rows if row["state"] not in CLOSED), key=_by("jobKey"))

    def _job_key(self, element_id: str, index: int) -> str:
        keys = [row["jobKey"] for row in self._jobs() if row["elementId"] == element_id]
        assert keys, f"no open task or job at {element_id}; open: {self.waiting}"
        return str(keys[index])

    def _incidents(self) -> list[Any]:
        return self.stage.search("incidents", processInstanceKey=str(self.key), state="ACTIVE")

    def _elements(self) -> list[Any]:
        return list(self.stage.desk.rows(ElementInstanceRow, instance_key=self.key))

    def _variables_at(self, scope: int) -> dict[str, Json]:
        rows = self.stage.search(
            "variables", "?truncateValues=false", processInstanceKey=str(self.key), scopeKey=str(scope)
        )
        return {row["name"]: json.loads(row["value"], parse_float=Decimal) for row in rows}


def _activation(one: Activate) -> dict[str, Json]:
    given = [
        {"variables": each.variables, **({"scopeId": each.scope_id} if each.scope_id else {})} for each in one.variables
    ]
    return {"elementId": one.element_id, "variableInstructions": given}


def _by(name: str) -> Any:
    return lambda row: int(row[name])
