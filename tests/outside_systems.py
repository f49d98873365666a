"""A CRM and a core banking system to play with: they answer about one customer, and fail as they are told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

CONFIGURATION = """
systems:
  - name: crm
    label: {{zh: 客户关系管理, en: CRM}}
    url: {url}/crm/customers
    headers: {{Authorization: Bearer crm-secret}}
    identities: [number, phone]
    request: '={{by: kind, value: identity}}'
    shown:
      - {{zh: 客户经理, en: Manager, value: '=answer.manager'}}
      - {{zh: 订单, en: Orders, value: '=for o in answer.orders return o.no + " " + o.state'}}
    tags:
      region: {{kind: fact, value: '=answer.region'}}
      churn: {{kind: model, value: '=if answer.churn > 0.5 then "high" else "low"'}}
  - name: core
    label: {{zh: 核心系统, en: Core banking}}
    url: {url}/core/accounts
    method: GET
    identities: [number]
    request: '={{customer: identity}}'
    timeoutSeconds: 1
    tries: 3
    shown:
      - {{zh: 账户, en: Accounts, value: '=answer.accounts.kind'}}
"""
CRM = {
    "manager": "赵经理 13911112222",
    "region": "east",
    "churn": 0.7,
    "orders": [{"no": "D-1", "state": "shipped"}, {"no": "D-2", "state": "paid"}],
}
CORE = {"accounts": [{"kind": "credit_card"}, {"kind": "deposit"}]}


@dataclass
class OutsideSystems:
    """Where they are, what they were asked, and the answers (status, content) to give before the right ones."""

    url: str
    asked: list[tuple[str, dict[str, Any], str | None]] = field(default_factory=list)
    first: list[tuple[int, str]] = field(default_factory=list)

    def answer(self, path: str) -> tuple[int, str]:
        if self.first:
            return self.first.pop(0)
        return 200, json.dumps(CRM if path.startswith("/crm") else CORE)


@contextmanager
def outside_systems() -> Iterator[OutsideSystems]:
    """Both systems on one port of this machine."""

    class Counter(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.reply(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def do_GET(self) -> None:
            self.reply(dict(parse_qsl(urlsplit(self.path).query)))

        def reply(self, asked: dict[str, Any]) -> None:
            path = urlsplit(self.path).path
            played.asked.append((path, asked, self.headers.get("Authorization")))
            status, content = played.answer(path)
            self.send_response(status)
            if status == 302:
                self.send_header("Location", content)
            self.send_header("Content-Length", str(len(content.encode())))
            self.end_headers()
            self.wfile.write(content.encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the parent's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Counter)
    played = OutsideSystems(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield played
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
