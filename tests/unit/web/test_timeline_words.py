"""The words of a timeline: nothing that is recorded or done by a rule is shown by the name it has in the program."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from app.domain.automation.actions import ACTIONS
from app.domain.task_verbs import Verb
from app.services.read_timeline import WORK
from app.services.record_clock_event import RECORDABLE
from app.web.pages.notices import ACTION_WORDS
from app.web.pages.presenting import EVENTS
from app.web.pages.timelines import NAMES

SERVICES = Path(__file__).parents[3] / "app" / "services"


def recorded_kinds() -> Iterator[str]:
    """Give the kinds that the services write out in what they add to a timeline."""
    for path in SERVICES.glob("*.py"):
        text = path.read_text("utf-8")
        if "add_event" in text:
            for made in (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Dict)):
                for key, value in zip(made.keys, made.values, strict=True):
                    if isinstance(key, ast.Constant) and key.value == "kind" and isinstance(value, ast.Constant):
                        yield str(value.value)


def test_every_kind_of_a_timeline_has_words() -> None:
    verbs = {f"task-{verb}" for verb in Verb} - {"task-claim", "task-release", "task-draft"}  # those are no events
    clocks = {f"clock-{kind}" for kind in (*RECORDABLE, "warning", "overdue", "lapsed")}
    work = {f"work-{operation.lower()}" for operation in WORK}
    kinds = {*recorded_kinds(), "filed"}  # written with the complaint's other rows, by position
    assert "new-facts" in kinds
    assert (kinds | verbs | clocks | work) - EVENTS.keys() - NAMES.keys() == set()


def test_every_action_of_a_rule_has_words() -> None:
    assert ACTIONS.keys() == ACTION_WORDS.keys()
