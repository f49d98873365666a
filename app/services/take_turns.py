"""Turns at a task: lends it to a delegate or a signer before, brings it back, passes it on to signers after.

Owns the order of turns and where the task goes next (docs/task-verbs.md). Who may is decided before; what a verb
records is the verb's. A task that is lent has hold DELEGATED or BEFORE; one that signers wait for has hold AFTER.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from app.domain.task_verbs import Hold, TurnKind, TurnState
from app.errors import ConflictError
from app.services.act_on_task import TaskInHand
from app.services.tell_of_task import tell_of_task
from app.services.unit_of_work import UnitOfWork
from app.storage.task_turns import add_turn, list_turns, write_turn
from app.storage.types import read_json, write_json
from app.storage.user_tasks import write_hold

OCCASIONS = {TurnKind.DELEGATE: "delegate", TurnKind.BEFORE: "add-before", TurnKind.AFTER: "add-after"}
LENT = (TurnKind.DELEGATE, TurnKind.BEFORE)
STILL_TO_COME = (TurnState.OPEN, TurnState.WAITING)


def ask_for_turns(hand: TaskInHand, kind: TurnKind, people: Sequence[str], reason: str, action_key: int) -> None:
    """Add a turn for each of `people`, in that order; a delegate's or the first signer's before begins at once.

    ConflictError where task listeners decide on assignments.
    """
    require_no_say(hand)
    work, task = hand.work, hand.task
    holder = task.on_behalf_of or task.assignee or hand.actor.username
    for name in people:
        key = work.next_key()
        row = {"key": key, "task_key": hand.task.key, "instance_key": hand.instance.key, "kind": str(kind)}
        row |= {"person": name, "asked_by": holder, "asked_at": work.now, "state": str(TurnState.WAITING)}
        sealed = seal_turn(work, key, {"reason": reason})
        add_turn(work.connection, {**row, "ended_by": None, "ended_at": None, "sealed": sealed})
    if kind in LENT:
        go_to_next(hand, action_key, back_to=holder)
    else:
        write_hold(work.connection, hand.task.key, Hold.AFTER)


def open_turns(work: UnitOfWork, task_key: int) -> list[Row[Any]]:
    """Return the turns that are not over: the one under way first, then those to come."""
    turns = [row for row in list_turns(work.connection, task_key) if row.state in STILL_TO_COME]
    return sorted(turns, key=lambda row: (row.state != TurnState.OPEN, row.kind == TurnKind.AFTER, row.key))


def end_turn(hand: TaskInHand, turn: Row[Any], state: TurnState, **said: Any) -> None:
    """Close a turn, keeping what was `said` in it (opinion, answers)."""
    values: dict[str, Any] = {"state": str(state), "ended_by": hand.actor.username, "ended_at": hand.work.now}
    if said:
        values["sealed"] = seal_turn(hand.work, turn.key, {**unseal_turn(hand.work, turn), **said})
    write_turn(hand.work.connection, turn.key, values)


def go_to_next(hand: TaskInHand, action_key: int, *, back_to: str) -> None:
    """Give the task to whose lent turn is next, or back to who is accountable for it."""
    work, task = hand.work, hand.task
    lent = [row for row in open_turns(work, task.key) if row.kind in LENT]
    after = [row for row in open_turns(work, task.key) if row.kind == TurnKind.AFTER]
    if lent:
        turn, kind = lent[0], TurnKind(lent[0].kind)
        hold: Hold | None = Hold.DELEGATED if kind is TurnKind.DELEGATE else Hold.BEFORE
        _move(hand, turn.person, hold, OCCASIONS[kind])
        write_turn(work.connection, turn.key, {"state": str(TurnState.OPEN)})
        tell_of_task(hand, OCCASIONS[kind], [turn.person], action_key=action_key, reason=reason_of(work, turn))
    else:
        _move(hand, back_to, Hold.AFTER if after else None, "hand-back")
        tell_of_task(hand, "hand-back", [back_to], action_key=action_key)


def pass_on(hand: TaskInHand, variables: Mapping[str, Any]) -> tuple[Mapping[str, Any], Row[Any] | None]:
    """Sign a task that signers after wait for.

    Returns everything answered so far, and whose turn is next; None when the task is to be completed with that.
    """
    work = hand.work
    turns = [row for row in open_turns(work, hand.task.key) if row.kind == TurnKind.AFTER]
    current = next((row for row in turns if row.state == TurnState.OPEN), None)
    brought = {} if current is None else unseal_turn(work, current).get("brought", {})
    answered = {**brought, **variables}
    if current is not None:
        end_turn(hand, current, TurnState.DONE, answers=dict(variables))
    following = next((row for row in turns if row.state == TurnState.WAITING), None)
    return answered, following


def begin_signature(hand: TaskInHand, turn: Row[Any], answered: Mapping[str, Any], action_key: int) -> None:
    """Give the task to a signer after, with everything answered so far."""
    work = hand.work
    _move(hand, turn.person, Hold.AFTER, "add-after")
    sealed = seal_turn(work, turn.key, {**unseal_turn(work, turn), "brought": dict(answered)})
    write_turn(work.connection, turn.key, {"state": str(TurnState.OPEN), "sealed": sealed})
    tell_of_task(hand, "add-after", [turn.person], action_key=action_key, reason=reason_of(work, turn))


def move_signature(work: UnitOfWork, task_key: int, person: str) -> None:
    """Let another person take the turn of the signer after who has the task, because it was given on."""
    for turn in open_turns(work, task_key):
        if turn.kind == TurnKind.AFTER and turn.state == TurnState.OPEN:
            write_turn(work.connection, turn.key, {"person": person})


def require_no_say(hand: TaskInHand) -> None:
    """Raise ConflictError where task listeners decide who gets the task: one that is denied is nobody's turn."""
    listeners = hand.element.task_listeners if hand.element is not None else ()
    if any(listener.event == "assigning" for listener in listeners):
        raise ConflictError(
            f"Expected user task {hand.task.key} to go to others in turn, but task listeners decide who gets it: "
            "transfer it instead"
        )


def reason_of(work: UnitOfWork, turn: Row[Any]) -> str | None:
    """Return why a turn was asked for."""
    return unseal_turn(work, turn).get("reason")


def seal_turn(work: UnitOfWork, key: int, content: Mapping[str, Any]) -> str:
    """Seal what belongs to a turn."""
    return work.runtime.sealer.seal(write_json(dict(content)), f"task_turn.sealed:{key}")


def unseal_turn(work: UnitOfWork, turn: Row[Any]) -> dict[str, Any]:
    """Return what belongs to a turn: `reason`, and once it has begun or is done `brought`, `opinion`, `answers`."""
    if turn.sealed is None:
        return {}
    opened: dict[str, Any] = read_json(work.runtime.sealer.open(turn.sealed, f"task_turn.sealed:{turn.key}"))
    return opened


def _move(hand: TaskInHand, person: str, hold: Hold | None, action: str) -> None:
    require_no_say(hand)
    hand.run.instance.assign_user_task(hand.task.key, person, action)
    hand.tree.settle(hand.run)
    write_hold(hand.work.connection, hand.task.key, hold)
