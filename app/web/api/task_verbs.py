"""What people do with tasks besides completing them: one operation a verb, and what of it is possible now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.domain.task_verbs import TurnKind
from app.engine import HeldTransition
from app.services.add_signers import add_signers
from app.services.add_to_round import add_to_round
from app.services.cc_task import cc_task, mark_task_read
from app.services.comment_on_task import comment_on_task
from app.services.delegate_task import delegate_task
from app.services.drop_from_round import drop_from_round
from app.services.hand_back_task import hand_back_task
from app.services.read_task_actions import read_task_actions
from app.services.reduce_signer import reduce_signer
from app.services.return_task import return_task
from app.services.set_follow_up import set_follow_up
from app.services.set_priority import set_priority
from app.services.take_back_task import take_back_task
from app.services.transfer_task import transfer_task
from app.services.urge_task import urge_task
from app.services.withdraw_completion import withdraw_completion
from app.web import wire
from app.web.api.blueprint import ProductBlueprint, asking
from app.web.api.task_shapes import ACTIONS, note, person, reason, show_actions
from app.web.authentication import runtime
from app.web.listeners import wait_for_listeners

blueprint = ProductBlueprint("task_verbs", "What people do with user tasks")

TASK = "/tasks/<int:key>"
DONE = wire.result("TaskVerbDone", {"key": wire.key()})
TRANSFER = wire.shape("TaskTransfer", {"to": person(), "reason": reason()})
SIGNERS = wire.shape("TaskSigners", {"people": wire.many(person(), required=True), "reason": reason()})
SIGNER = wire.shape("TaskSigner", {"person": person(), "reason": reason()})
BACK = wire.shape("TaskHandedBack", {"opinion": note(), "answers": wire.a_map()})
WORDS = wire.shape("TaskWords", {"reason": note()})
REASON = wire.shape("TaskReason", {"reason": reason()})
COMMENT = wire.shape("TaskComment", {"text": reason()})
FOLLOW_UP = wire.shape("TaskFollowUp", {"at": wire.instant(required=True, null=True), "note": note()})
PRIORITY = wire.shape("TaskPriority", {"priority": wire.whole(required=True, least=0, most=100), "reason": note()})
RETURN = wire.shape(
    "TaskReturn",
    {"step": wire.key(null=True), "reason": reason(), "resume": wire.flag(), "confirmed": wire.flag()},
)
OPENED = wire.result("TaskOpened", {"key": wire.key(null=True)})
CC = wire.shape("TaskCc", {"people": wire.many(person(), required=True), "note": note()})
SHOWN = wire.result("TaskShown", {"added": wire.many(wire.text())})
URGE = wire.shape("TaskUrge", {"note": note()})
URGED = wire.result(
    "TaskUrged",
    {
        "count": wire.whole(),
        "people": wire.many(wire.text()),
        "groups": wire.many(wire.text()),
        "superior": wire.text(null=True),
    },
)


def _do(use_case: Callable[..., object], key: int, *given: Any, **named: Any) -> dict[str, Any]:
    held = runtime().perform(use_case, asking(), key, *given, **named)
    if isinstance(held, HeldTransition):
        wait_for_listeners(runtime(), held)
    return {"key": key}


@blueprint.operation("GET", f"{TASK}/actions", ACTIONS)
def actions(key: int) -> dict[str, Any]:
    """Tell what the asker may do with a task now, why not, whom and which steps may be chosen, and its history."""
    return show_actions(runtime().perform(read_task_actions, asking(), key))


@blueprint.operation("POST", f"{TASK}/transfer", DONE, body=TRANSFER)
def transfer(body: dict[str, Any], key: int) -> dict[str, Any]:
    """Give a task to another person for good (转办)."""
    return _do(transfer_task, key, body["to"], reason=body["reason"])


@blueprint.operation("POST", f"{TASK}/delegation", DONE, body=TRANSFER)
def delegate(body: dict[str, Any], key: int) -> dict[str, Any]:
    """Let another person work on a task in one's place (委派); it comes back to be finished."""
    return _do(delegate_task, key, body["to"], reason=body["reason"])


@blueprint.operation("POST", f"{TASK}/hand-back", DONE, body=BACK)
def hand_back(body: dict[str, Any], key: int) -> dict[str, Any]:
    """End one's turn as a delegate (with answers) or as a signer before (with an opinion)."""
    return _do(hand_back_task, key, opinion=body.get("opinion", ""), answers=body.get("answers"))


@blueprint.operation("POST", f"{TASK}/take-back", DONE, body=WORDS)
def take_back(body: dict[str, Any], key: int) -> dict[str, Any]:
    """Take a task back that was lent to a delegate or to signers before."""
    return _do(take_back_task, key, reason=body.get("reason", ""))


@blueprint.operation("POST", f"{TASK}/signers-before", DONE, body=SIGNERS)
def add_before(body: dict[str, Any], key: int) -> dict[str, Any]:
    """Ask others for their opinions, one after the other, before the task can be completed (前加签)."""
    return _do(add_signers, key, body["people"], kind=TurnKind.BEFORE, reason=body["reason"])


@blueprint.operation("POST", f"{TASK}/signers-after", DONE, body=SIGNERS)
def add_after(body: dict[str, Any], key: int) -> dict[str, Any]:
    """Ask others to act after the task was completed, before the process moves on (后加签)."""
    return _do(add_signers, key, body["people"], kind=TurnKind.AFTER, reason=body["reason"])


@blueprint.operation("POST", f"{TASK}/reduction", DONE, body=SIGNER)
def reduce(body: dict[str, Any], key: int) -> dict[str, Any]:
    """Take a signer off a task who has not acted yet (减签)."""
    return _do(reduce_signer, key, body["person"], reason=body["reason"])


@blueprint.operation("POST", f"{TASK}/round", OPENED, body=SIGNER)
def join_round(body: dict[str, Any], key: int) -> dict[str, Any]:
    """Add a person or a group to the countersign round of a task; null where the round goes in turn."""
    return {"key": runtime().perform(add_to_round, asking(), key, body["person"], reason=body["reason"])}


@blueprint.operation("POST", f"{TASK}/round/drop", DONE, body=REASON)
def leave_round(body: dict[str, Any], key: int) -> dict[str, Any]:
    """Take the member who has this task off its countersign round (减签)."""
    return _do(drop_from_round, key, reason=body["reason"])


@blueprint.operation("POST", f"{TASK}/return", OPENED, body=RETURN)
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


@blueprint.operation("POST", f"{TASK}/withdrawal", OPENED, body=WORDS)
def withdraw(body: dict[str, Any], key: int) -> dict[str, Any]:
    """Take back one's own completion while nobody has acted on what it opened (撤回); answers the new task's key."""
    return {"key": runtime().perform(withdraw_completion, asking(), key, reason=body.get("reason", ""))}


@blueprint.operation("POST", f"{TASK}/cc", SHOWN, body=CC)
def show(body: dict[str, Any], key: int) -> dict[str, Any]:
    """Show a task to people who need not act (抄送); answers who did not watch it yet."""
    return {"added": runtime().perform(cc_task, asking(), key, body["people"], note=body.get("note", ""))}


@blueprint.operation("POST", f"{TASK}/read", DONE)
def mark_read(key: int) -> dict[str, Any]:
    """Set one's own read mark on a task that one watches."""
    return _do(mark_task_read, key)


@blueprint.operation("POST", f"{TASK}/urge", URGED, body=URGE)
def urge(body: dict[str, Any], key: int) -> dict[str, Any]:
    """Ask for speed (催办): at most once an hour; from the second time on the superior is told, too."""
    done = runtime().perform(urge_task, asking(), key, note=body.get("note", ""))
    return {"count": done.count, "people": done.people, "groups": done.groups, "superior": done.superior}


@blueprint.operation("PUT", f"{TASK}/follow-up", DONE, body=FOLLOW_UP)
def follow_up(body: dict[str, Any], key: int) -> dict[str, Any]:
    """Set when a task is to be looked at again; null clears it."""
    return _do(set_follow_up, key, body["at"], note=body.get("note", ""))


@blueprint.operation("PUT", f"{TASK}/priority", DONE, body=PRIORITY)
def prioritize(body: dict[str, Any], key: int) -> dict[str, Any]:
    """Set how pressing a task is."""
    return _do(set_priority, key, body["priority"], reason=body.get("reason", ""))


@blueprint.operation("POST", f"{TASK}/comments", DONE, body=COMMENT)
def comment(body: dict[str, Any], key: int) -> dict[str, Any]:
    """Leave a comment on a task."""
    return _do(comment_on_task, key, body["text"])
