"""How the product logs: one JSON object a line on standard error, without the values of variables.

Modules log by `logging`: a short event, and what it is about as `extra`. A traceback is written without local
variables, which hold people's data (answers, passwords).
"""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

import orjson

OWN = ("app", "tasks")
"""Loggers of which even what is no warning is written."""

_ALWAYS_THERE = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


def configure_logging(*, human: bool) -> None:
    """Let this process log; `human` writes lines for a person instead of JSON. Whoever has set logging up keeps it."""
    handler = _ToStandardError()
    handler.setFormatter(_LinesForPeople() if human else _JSONLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    for name in OWN:
        logging.getLogger(name).setLevel(logging.INFO)


class _ToStandardError(logging.StreamHandler[TextIO]):
    """Writes to what is standard error when it writes."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


class _JSONLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        said = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **_details(record),
        }
        if record.exc_info:
            said["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(said, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


class _LinesForPeople(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        details = "".join(f" {name}={value}" for name, value in _details(record).items())
        return super().formatMessage(record) + details


def _details(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in vars(record).items() if name not in _ALWAYS_THERE}
