import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from app.config import Settings
from app.errors import InvalidInputError, UnavailableError
from app.services.call_http import call_http
from app.storage.incidents import IncidentRow
from tasks.jobs import do_jobs
from tests.conformance.drawing import boundary, error, inputs, process
from tests.conftest import TestDatabase
from tests.desk import Desk, built_in, open_desk, work_for


@dataclass
class Service:
    """A web service next door, which notes what it was asked and answers as told."""

    url: str
    status: int = 200
    answer: bytes = b'{"score": 7.10}'
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def service() -> Iterator[Service]:
    found = Service("")

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            found.asked.append((self.command, self.path, dict(self.headers), body))
            self.send_response(found.status)
            if found.status == 302:
                self.send_header("Location", "http://169.254.169.254/secrets")
            self.end_headers()
            self.wfile.write(found.answer)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answering)
    found.url = f"http://localhost:{server.server_port}/check"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def open_desk_to_localhost(database: TestDatabase) -> Iterator[Desk]:
    with open_desk(database.url, http_job_allowed_hosts=frozenset({"localhost"})) as desk:
        yield desk


def settings(*hosts: str) -> Settings:
    return Settings("sqlite://", None, "x" * 32, http_job_timeout_seconds=2, http_job_allowed_hosts=frozenset(hosts))


def test_a_process_calls_a_service_and_gets_its_answer(open_desk_to_localhost: Desk, service: Service) -> None:
    desk = open_desk_to_localhost
    asking = inputs(url=f'="{service.url}"', body="={amount: amount}")
    call = built_in("call", "redress:http", asking, headers={"resultVariable": "risk"})
    desk.deploy(process(call, work_for("after"), flows="s -> call -> after -> e"))
    key = desk.start(amount=5)
    (nudge,) = desk.nudges.sent
    assert do_jobs(desk.runtime, [one for (one,) in nudge.ids]) == 1
    assert str(desk.variables(key)["risk"]["body"]["score"]) == "7.10"
    method, path, headers, body = service.asked[0]
    assert (method, path, body) == ("POST", "/check", b'{"amount":5}')
    assert headers["Idempotency-Key"] == str(nudge.ids[0][0])


def test_a_listed_status_is_a_bpmn_error(open_desk_to_localhost: Desk, service: Service) -> None:
    desk, service.status = open_desk_to_localhost, 404
    call = built_in("call", "redress:http", inputs(url=f'="{service.url}"'), headers={"errorStatuses": "404, 409"})
    none = boundary("none", "call", error("HTTP_404"))
    desk.deploy(process(call, none, flows="s -> call -> e; none -> ask -> e1"))
    desk.start()
    do_jobs(desk.runtime, [one for (one,) in desk.nudges.sent[0].ids])
    assert [row.element_id for row in desk.open_tasks()] == ["ask"]


def test_a_refused_call_takes_a_retry_and_says_what_came(open_desk_to_localhost: Desk, service: Service) -> None:
    desk, service.status = open_desk_to_localhost, 400
    desk.deploy(process(built_in("call", "redress:http", inputs(url=f'="{service.url}"')), flows="s -> call -> e"))
    desk.start()
    for _ in range(3):
        do_jobs(desk.runtime, [one for (one,) in desk.nudges.sent[0].ids])
        desk.move(hours=1)
    assert "it answered 400" in desk.row(IncidentRow).message


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/", "http://[::1]:1/", "http://169.254.169.254/latest", "http://10.0.0.8/", "http://0.0.0.0/",
        "http://2130706433/", "file:///etc/passwd", "http://user:word@example.com/", "gopher://x/", "http://", "",
    ],
)  # fmt: skip
def test_what_is_not_public_is_not_called(url: str) -> None:
    with pytest.raises(InvalidInputError, match="Expected"):
        call_http(settings(), {}, {"url": url}, idempotency_key="1")


def test_a_redirect_is_not_followed(service: Service) -> None:
    service.status = 302
    answer = call_http(settings("localhost"), {}, {"url": service.url}, idempotency_key="1")
    assert answer.variables["response"]["status"] == 302
    assert len(service.asked) == 1


def test_a_service_that_is_down_or_overloaded_may_be_tried_again(service: Service) -> None:
    with pytest.raises(UnavailableError, match="to answer within 2 s"):
        call_http(settings("localhost"), {}, {"url": "http://localhost:1/"}, idempotency_key="1")
    service.status = 503
    with pytest.raises(UnavailableError, match="it answered 503"):
        call_http(settings("localhost"), {}, {"url": service.url}, idempotency_key="1")


def test_an_endless_answer_is_cut_off(service: Service) -> None:
    service.answer = b"x" * 1_000_001
    with pytest.raises(InvalidInputError, match="at most 1,000,000 bytes"):
        call_http(settings("localhost"), {}, {"url": service.url}, idempotency_key="1")
