"""What people do with tasks besides completing them: one operation a verb, and what of it is possible now."""

from __future__ import annotations

from typing import Any

from app.domain.task_verbs import Verb
from app.services.cc_task import cc_task
from app.services.read_task_actions import TaskActions, read_task_actions
from app.services.return_task import return_task
from app.services.save_draft import Draft, read_draft, save_draft
from app.services.transfer_task import transfer_task
from app.services.urge_task import urge_task
from app.web import wire
from app.web.api.blueprint import ProductBlueprint, asking
from app.web.authentication import runtime

blueprint = ProductBlueprint("task_verbs", "What people do with user tasks")

TASK = "/tasks/<int:key>"
LONGEST_REASON = 4000


def _reason() -> wire.TextField:
    return wire.text(required=True, shortest=1, longest=LONGEST_REASON)


def _person() -> wire.TextField:
    return wire.text(required=True, shortest=1, longest=255)


DONE = wire.result("TaskVerbDone", {"key": wire.key()})
PERSON = wire.result("TaskColleague", {"username": wire.text(), "name": wire.text()})
REFUSAL = wire.result(
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
ACTIONS = wire.result(
    "TaskActions",
    {
        "verbs": wire.many(REFUSAL),
        "colleagues": wire.many(PERSON),
        "steps": wire.many(STEP),
        "history": wire.many(ACT),
        "watchers": wire.many(wire.text()),
    },
)
TRANSFER = wire.shape("TaskTransfer", {"to": _person(), "reason": _reason()})
RETURN = wire.shape(
    "TaskReturn",
    {"step": wire.key(null=True), "reason": _reason(), "resume": wire.flag(), "confirmed": wire.flag()},
)
RETURNED = wire.result("TaskReturned", {"key": wire.key(null=True)})
CC = wire.shape("TaskCc", {"people": wire.many(_person(), required=True), "note": wire.text(longest=LONGEST_REASON)})
SHOWN = wire.result("TaskShown", {"added": wire.many(wire.text())})
URGE = wire.shape("TaskUrge", {"note": wire.text(longest=LONGEST_REASON)})
URGED = wire.result(
    "TaskUrged",
    {
        "count": wire.whole(),
        "people": wire.many(wire.text()),
        "groups": wire.many(wire.text()),
        "superior": wire.text(null=True),
    },
)
DRAFT = wire.result(
    "TaskDraft",
    {
        "version": wire.whole(),
        "savedBy": wire.text(null=True),
        "savedAt": wire.instant(null=True),
        "answers": wire.a_map(),
    },
)
NEW_DRAFT = wire.shape(
    "NewTaskDraft", {"seen": wire.whole(required=True, least=0), "answers": wire.a_map(required=True)}
)
VERSION = wire.result("TaskDraftVersion", {"version": wire.whole()})


@blueprint.operation("GET", f"{TASK}/actions", ACTIONS)
def actions(key: int) -> dict[str, Any]:
    """Tell what the asker may do with a task now, why not, whom and which steps may be chosen, and its history."""
    return _shown(runtime().perform(read_task_actions, asking(), key))


def _shown(found: TaskActions) -> dict[str, Any]:
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
    names = ("at", "actor", "verb", "person", "said", "details")
    return {
        "verbs": verbs,
        "colleagues": [{"username": username, "name": name} for username, name in found.colleagues],
        "steps": steps,
        "history": [{name: getattr(act, name) for name in names} for act in found.history],
        "watchers": list(found.watchers),
    }


@blueprint.operation("POST", f"{TASK}/transfer", DONE, body=TRANSFER)
def transfer(body: dict[str, Any], key: int) -> dict[str, Any]:
    """Give a task to another person for good (转办)."""
    runtime().perform(transfer_task, asking(), key, body["to"], reason=body["reason"])
    return {"key": key}


@blueprint.operation("POST", f"{TASK}/return", RETURNED, body=RETURN)
def send_back(body: dict[str, Any], key: int) -> dict[str, Any]:
    """Send work back to an earlier step (退回), the last unless `step` names another; answers the new task's key."""
    opened = runtime().perform(
        return_task,
        asking(),
        key,
        reason=body["reason"],
        step_key=body.get("step"),
        resume=body.get("resume", False),
        confirmed=body.get("confirmed", False),
    )
    return {"key": opened}


@blueprint.operation("POST", f"{TASK}/cc", SHOWN, body=CC)
def show(body: dict[str, Any], key: int) -> dict[str, Any]:
    """Show a task to people who need not act (抄送); answers who did not watch it yet."""
    return {"added": runtime().perform(cc_task, asking(), key, body["people"], note=body.get("note", ""))}


@blueprint.operation("POST", f"{TASK}/urge", URGED, body=URGE)
def urge(body: dict[str, Any], key: int) -> dict[str, Any]:
    """Ask for speed (催办): at most once an hour; from the second time on the superior is told, too."""
    done = runtime().perform(urge_task, asking(), key, note=body.get("note", ""))
    return {"count": done.count, "people": done.people, "groups": done.groups, "superior": done.superior}


@blueprint.operation("GET", f"{TASK}/draft", DRAFT)
def get_draft(key: int) -> dict[str, Any]:
    """Read a task's draft; version 0 is none."""
    return _draft(runtime().perform(read_draft, asking(), key))


def _draft(draft: Draft) -> dict[str, Any]:
    return {
        "version": draft.version,
        "savedBy": draft.saved_by,
        "savedAt": draft.saved_at,
        "answers": draft.answers,
    }


@blueprint.operation("PUT", f"{TASK}/draft", VERSION, body=NEW_DRAFT)
def put_draft(body: dict[str, Any], key: int) -> dict[str, Any]:
    """Save a task's draft over the version that was `seen`; 409 when somebody saved another one since."""
    return {"version": runtime().perform(save_draft, asking(), key, body["answers"], seen=body["seen"])}
