"""How the API shows what may be done with a task, and what was: shapes, and making them of what use cases return."""

from __future__ import annotations

from typing import Any

from app.domain.task_verbs import TurnKind, TurnState, Verb
from app.services.read_round import Round
from app.services.read_task_actions import TaskActions
from app.web import wire

LONGEST_REASON = 4000


def reason() -> wire.TextField:
    """A reason that must be given."""
    return wire.text(required=True, shortest=1, longest=LONGEST_REASON)


def note() -> wire.TextField:
    """Words that may be given."""
    return wire.text(longest=LONGEST_REASON)


def person() -> wire.TextField:
    """An account's name."""
    return wire.text(required=True, shortest=1, longest=255)


PERSON = wire.result("TaskColleague", {"username": wire.text(), "name": wire.text()})
STANDING = wire.result(
    "TaskVerbStanding",
    {
        "verb": wire.one_of(*Verb),
        "allowed": wire.flag(),
        "code": wire.text(null=True),
        "reason": wire.text(null=True),
        "who": wire.text(null=True),
    },
)
CANCELLED = wire.result("TaskEndedByReturn", {"name": wire.text(), "assignee": wire.text(null=True)})
STEP = wire.result(
    "TaskReturnStep",
    {
        "key": wire.key(),
        "elementId": wire.text(),
        "name": wire.text(null=True),
        "doneBy": wire.many(wire.text()),
        "doneAt": wire.instant(),
        "isRound": wire.flag(),
        "cancels": wire.many(CANCELLED),
        "effects": wire.many(wire.text()),
        "whyNoResume": wire.text(null=True),
    },
)
ACT = wire.result(
    "TaskAct",
    {
        "at": wire.instant(),
        "actor": wire.text(),
        "verb": wire.text(),
        "person": wire.text(null=True),
        "said": wire.text(null=True),
        "details": wire.a_map(),
    },
)
TURN = wire.result(
    "TaskTurn",
    {
        "person": wire.text(),
        "kind": wire.one_of(*TurnKind),
        "state": wire.one_of(*TurnState),
        "askedBy": wire.text(),
        "askedAt": wire.instant(),
        "endedAt": wire.instant(null=True),
        "reason": wire.text(null=True),
        "opinion": wire.text(null=True),
    },
)
MEMBER = wire.result(
    "RoundMember",
    {
        "taskKey": wire.key(),
        "state": wire.one_of("signed", "open", "removed", "closed"),
        "person": wire.text(null=True),
        "onBehalfOf": wire.text(null=True),
        "candidateGroups": wire.many(wire.text()),
        "openedAt": wire.instant(),
        "endedAt": wire.instant(null=True),
        "answers": wire.a_map(),
    },
)
ROUND = wire.result("TaskRound", {"isRunning": wire.flag(), "signed": wire.whole(), "members": wire.many(MEMBER)})
ACTIONS = wire.result(
    "TaskActions",
    {
        "onBehalfOf": wire.text(null=True),
        "absentUntil": wire.instant(null=True),
        "verbs": wire.many(STANDING),
        "colleagues": wire.many(PERSON),
        "steps": wire.many(STEP),
        "history": wire.many(ACT),
        "turns": wire.many(TURN),
        "round": wire.nested(ROUND, null=True),
        "watchers": wire.many(wire.text()),
    },
)


def show_actions(found: TaskActions) -> dict[str, Any]:
    """Return what may be done with a task as ACTIONS shows it."""
    verbs = [
        {
            "verb": verb,
            "allowed": refusal is None,
            "code": refusal and refusal.code,
            "reason": refusal and refusal.message,
            "who": refusal and refusal.who,
        }
        for verb, refusal in found.refusals.items()
    ]
    steps = [
        {
            "key": one.key,
            "elementId": one.element_id,
            "name": one.name,
            "doneBy": list(one.done_by),
            "doneAt": one.done_at,
            "isRound": one.is_round,
            "cancels": [{"name": name, "assignee": assignee} for name, assignee in one.cancels],
            "effects": list(one.effects),
            "whyNoResume": one.why_no_resume,
        }
        for one in found.steps
    ]
    turns = [
        {
            "person": one.person,
            "kind": one.kind,
            "state": one.state,
            "askedBy": one.asked_by,
            "askedAt": one.asked_at,
            "endedAt": one.ended_at,
            "reason": one.reason,
            "opinion": one.opinion,
        }
        for one in found.turns
    ]
    absent, until = found.in_place_of or (None, None)
    names = ("at", "actor", "verb", "person", "said", "details")
    return {
        "onBehalfOf": absent,
        "absentUntil": until,
        "verbs": verbs,
        "colleagues": [{"username": username, "name": name} for username, name in found.colleagues],
        "steps": steps,
        "history": [{name: getattr(act, name) for name in names} for act in found.history],
        "turns": turns,
        "round": None if found.round is None else _round(found.round),
        "watchers": list(found.watchers),
    }


def _round(found: Round) -> dict[str, Any]:
    members = [
        {
            "taskKey": one.task_key,
            "state": one.state,
            "person": one.person,
            "onBehalfOf": one.on_behalf_of,
            "candidateGroups": list(one.candidate_groups),
            "openedAt": one.opened_at,
            "endedAt": one.ended_at,
            "answers": {field.path[0]: value for field, value in one.answers},
        }
        for one in found.members
    ]
    return {"isRunning": found.is_running, "signed": found.signed, "members": members}
