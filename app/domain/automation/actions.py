"""The catalogue of actions: what a rule's row may ask for, and its typed parameters (docs/automation.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.errors import InvalidInputError


class Kind(StrEnum):
    """The types of parameters."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "true or false"
    TEXTS = "text or list of texts"
    CONTEXT = "context"


@dataclass(frozen=True)
class Parameter:
    """One parameter: its type, whether it must be given, and for numbers the least and most."""

    kind: Kind
    required: bool = False
    least: int = 0
    most: int = 100_000

    def problem(self, value: Any) -> str | None:
        """Return what is expected where `value` is not it."""
        if value is None:
            return "a value" if self.required else None
        good = {
            Kind.TEXT: isinstance(value, str) and bool(value),
            Kind.NUMBER: not isinstance(value, bool) and _is_between(value, self.least, self.most),
            Kind.FLAG: isinstance(value, bool),
            Kind.TEXTS: isinstance(value, str)
            or (isinstance(value, list) and all(isinstance(one, str) for one in value) and bool(value)),
            Kind.CONTEXT: isinstance(value, dict),
        }[self.kind]
        if good:
            return None
        return f"a number from {self.least} to {self.most:,}" if self.kind is Kind.NUMBER else f"a {self.kind}"


@dataclass(frozen=True)
class Action:
    """One action of the catalogue; `one_of` are parameters of which exactly one must be given."""

    name: str
    parameters: Mapping[str, Parameter]
    one_of: tuple[str, ...] = ()


class ActionError(InvalidInputError):
    """A rule asks for an action that is not in the catalogue, or not with these parameters."""


def _is_between(value: Any, least: int, most: int) -> bool:
    try:
        return bool(least <= value <= most)
    except TypeError:
        return False


TEXT, TEXT_NEEDED = Parameter(Kind.TEXT), Parameter(Kind.TEXT, required=True)
HOURS = Parameter(Kind.NUMBER, least=1, most=8760)
PRIORITY = Parameter(Kind.NUMBER, least=0, most=100)

ACTIONS: Mapping[str, Action] = {
    one.name: one
    for one in (
        Action("assign", {"group": TEXT, "user": TEXT, "add": Parameter(Kind.FLAG)}, ("group", "user")),
        Action("set_priority", {"priority": Parameter(Kind.NUMBER, required=True, most=100)}),
        Action("set_flag", {"flag": TEXT_NEEDED}),
        Action(
            "notify",
            {
                "recipients": Parameter(Kind.TEXTS, required=True),
                "channels": Parameter(Kind.TEXTS),
                "template": TEXT_NEEDED,
            },
        ),
        Action("create_task", {"title": TEXT_NEEDED, "group": TEXT_NEEDED, "dueHours": HOURS, "priority": PRIORITY}),
        Action("start_process", {"processId": TEXT_NEEDED, "variables": Parameter(Kind.CONTEXT)}),
        Action("tag_customer", {"tag": TEXT_NEEDED, "days": Parameter(Kind.NUMBER, least=1, most=3660)}),
        Action("propose_major", {}),
        Action("archive", {}),
        Action("webhook", {"system": TEXT_NEEDED}),
    )
}
PARAMETERS = frozenset(name for action in ACTIONS.values() for name in action.parameters)


def wanted_action(outputs: Mapping[str, Any]) -> tuple[Action, dict[str, Any]]:
    """Return the action a row asks for and its parameters; raises ActionError where the catalogue does not allow it."""
    name = outputs.get("action")
    action = ACTIONS.get(name) if isinstance(name, str) else None
    if action is None:
        raise ActionError(f"Expected an action among {', '.join(ACTIONS)}, but got {name!r}")
    given = {key: value for key, value in outputs.items() if key != "action" and value is not None}
    for problem in parameter_problems(action, given):
        raise ActionError(problem[1])
    return action, given


def parameter_problems(action: Action, given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what is wrong with the parameters of an action, each with the parameter's name."""
    found = [
        (name, f"Expected no {name!r} for the action {action.name!r}, but it has one")
        for name in given
        if name not in action.parameters
    ]
    for name, parameter in action.parameters.items():
        expected = parameter.problem(given.get(name))
        if expected is not None:
            got = f"got {given[name]!r}" if name in given else "it has none"
            found.append((name, f"Expected {expected} as {name!r} of the action {action.name!r}, but {got}"))
    chosen = [name for name in action.one_of if name in given]
    if action.one_of and len(chosen) != 1:
        either = " or ".join(map(repr, action.one_of))
        found.append((action.one_of[0], f"Expected one of {either} for {action.name!r}, but got {len(chosen)}"))
    return found
