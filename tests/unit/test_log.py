"""What a process writes about itself."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

PROGRAM = """
import logging
from app.log import configure_logging
configure_logging(human={human})
log = logging.getLogger("tasks.somewhere")
log.info("looked", extra={{"count": 3}})
def fail(password):
    raise ValueError("no use")
try:
    fail("seven at the counter")
except ValueError:
    log.exception("failed", extra={{"key": 2**60}})
logging.getLogger("elsewhere").info("nothing to tell")
"""


def written(*, human: bool) -> str:
    program = PROGRAM.format(human=human)
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stderr


def test_every_line_is_an_object_with_what_it_is_about_and_no_value_of_a_variable() -> None:
    text = written(human=False)
    first, second = (json.loads(line) for line in text.splitlines())
    told: dict[str, Any] = {name: first[name] for name in ("level", "logger", "event", "count")}
    assert told == {"level": "info", "logger": "tasks.somewhere", "event": "looked", "count": 3}
    assert second["key"] == 2**60
    assert second["exception"].endswith("ValueError: no use")
    assert "seven" not in text


def test_lines_for_a_person_tell_the_same() -> None:
    text = written(human=True)
    assert "INFO tasks.somewhere: looked count=3\n" in text
    assert "ValueError: no use" in text
