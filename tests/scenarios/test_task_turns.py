"""Delegating a task and adding signers before and after: whose turn it is, what comes back, and what goes on."""

from datetime import timedelta

import pytest

from app.domain.actor import Actor
from app.domain.task_verbs import TurnKind
from app.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from app.services.add_signers import add_signers
from app.services.assign_user_task import assign_user_task
from app.services.complete_user_task import complete_user_task
from app.services.create_account import create_account
from app.services.delegate_task import delegate_task
from app.services.hand_back_task import hand_back_task
from app.services.read_task_actions import read_task_actions
from app.services.reduce_signer import reduce_signer
from app.services.save_draft import read_draft
from app.services.take_back_task import take_back_task
from app.services.transfer_task import transfer_task
from app.storage.instances import ProcessInstanceRow
from app.storage.notices import NoticeRow
from app.storage.user_tasks import UserTaskRow
from tests.conformance.drawing import boundary, process, timer
from tests.desk import ANNA, BERT, BOSS, Desk, work_for

CARL = Actor("carl", scopes=frozenset({"work"}))
LINE = process(
    work_for("verify", groups="intake", due='=now() + duration("PT8H")'),
    boundary("late", "verify", timer("PT8H")),
    flows="s -> verify -> reply -> e; late -> missed -> e1",
)


@pytest.fixture
def task(desk: Desk) -> int:
    """A task that Anna has taken, in a house where Bert and Carl work, too."""
    for name in ("anna", "bert", "carl"):
        desk.perform(create_account, name, display_name=name.title(), roles=["clerk"])
    desk.deploy(LINE)
    desk.start()
    key = desk.open_task("verify")
    desk.perform(assign_user_task, ANNA, key, "anna")
    return key


def who_has(desk: Desk, task: int) -> tuple[str | None, str | None]:
    row = desk.row(UserTaskRow, key=task)
    return row.assignee, row.hold


def open_steps(desk: Desk) -> list[str]:
    return [row.element_id for row in desk.open_tasks()]


def ask(desk: Desk, task: int, kind: TurnKind, *people: str, actor: Actor = ANNA) -> None:
    desk.perform(add_signers, actor, task, people, kind=kind, reason="please look")


def test_a_delegate_s_answers_come_back_as_a_draft_to_be_finished(desk: Desk, task: int) -> None:
    desk.perform(delegate_task, ANNA, task, "bert", reason="you know cards")
    assert who_has(desk, task) == ("bert", "DELEGATED")
    with pytest.raises(ConflictError, match="lent"):
        desk.perform(complete_user_task, BERT, task, {"paid": True})
    desk.perform(hand_back_task, BERT, task, opinion="paid twice", answers={"paid": True})
    assert who_has(desk, task) == ("anna", None)
    draft = desk.perform(read_draft, ANNA, task)
    assert (draft.saved_by, draft.answers) == ("bert", {"paid": True})
    assert desk.perform(read_task_actions, ANNA, task).history[-1].said == "paid twice"
    desk.perform(complete_user_task, ANNA, task, {"paid": True})
    assert desk.row(UserTaskRow, key=task).ended_by == "anna"


def test_while_a_task_is_lent_it_can_only_be_handed_or_taken_back(desk: Desk, task: int) -> None:
    desk.perform(delegate_task, ANNA, task, "bert", reason="you know cards")
    for act in (
        lambda: desk.perform(transfer_task, BERT, task, "carl", reason="no time"),
        lambda: desk.perform(delegate_task, BERT, task, "carl", reason="no time"),
        lambda: desk.perform(assign_user_task, BERT, task, None),
        lambda: desk.perform(assign_user_task, BOSS, task, "carl"),
    ):
        with pytest.raises(ConflictError, match=r"lent|turns at it"):
            act()
    with pytest.raises(ForbiddenError, match="bert has it"):
        desk.perform(hand_back_task, ANNA, task)
    with pytest.raises(NotFoundError, match="there is none"):
        desk.perform(take_back_task, CARL, task)
    desk.perform(take_back_task, ANNA, task, reason="I found it")
    assert who_has(desk, task) == ("anna", None)
    with pytest.raises(ForbiddenError):
        desk.perform(hand_back_task, BERT, task)


def test_the_time_limit_goes_on_while_a_task_is_lent(desk: Desk, task: int) -> None:
    desk.perform(delegate_task, ANNA, task, "bert", reason="you know cards")
    desk.move(hours=8)
    assert open_steps(desk) == ["missed"]
    with pytest.raises(ConflictError, match="CANCELED"):
        desk.perform(hand_back_task, BERT, task)
    assert desk.perform(read_task_actions, BERT, task).turns[0].state == "REMOVED"


def test_signers_before_give_their_opinions_in_turn_and_then_it_is_mine_again(desk: Desk, task: int) -> None:
    ask(desk, task, TurnKind.BEFORE, "bert", "carl")
    assert who_has(desk, task) == ("bert", "BEFORE")
    with pytest.raises(ConflictError, match="lent"):
        desk.perform(complete_user_task, BOSS, task, {})
    with pytest.raises(InvalidInputError, match="an opinion"):
        desk.perform(hand_back_task, BERT, task)
    desk.perform(hand_back_task, BERT, task, opinion="agreed")
    assert who_has(desk, task) == ("carl", "BEFORE")
    desk.perform(hand_back_task, CARL, task, opinion="not agreed")
    assert who_has(desk, task) == ("anna", None)
    history = desk.perform(read_task_actions, ANNA, task).history
    assert [(act.actor, act.said) for act in history if act.verb == "hand-back"] == [
        ("bert", "agreed"),
        ("carl", "not agreed"),
    ]


def test_signers_before_are_taken_back_all_at_once_and_reduced_one_by_one(desk: Desk, task: int) -> None:
    ask(desk, task, TurnKind.BEFORE, "bert", "carl")
    desk.perform(reduce_signer, ANNA, task, "bert", reason="not needed")
    assert who_has(desk, task) == ("carl", "BEFORE")
    desk.perform(reduce_signer, ANNA, task, "carl", reason="not needed")
    assert who_has(desk, task) == ("anna", None)
    ask(desk, task, TurnKind.BEFORE, "carl", "bert")
    desk.perform(take_back_task, ANNA, task)
    assert who_has(desk, task) == ("anna", None)
    with pytest.raises(ConflictError, match="carl to be a signer"):
        desk.perform(reduce_signer, ANNA, task, "carl", reason="not needed")


def test_the_process_moves_on_only_after_the_signer_after_has_acted(desk: Desk, task: int) -> None:
    ask(desk, task, TurnKind.AFTER, "bert")
    assert who_has(desk, task) == ("anna", "AFTER")
    desk.perform(complete_user_task, ANNA, task, {"approved": True, "sum": 12})
    assert who_has(desk, task) == ("bert", "AFTER")
    assert open_steps(desk) == ["verify"]
    assert desk.perform(read_draft, BERT, task).answers["approved"] is True
    with pytest.raises(ForbiddenError, match="bert has it"):
        desk.perform(complete_user_task, ANNA, task, {})
    desk.perform(complete_user_task, BERT, task, {"approved": False})
    assert open_steps(desk) == ["reply"]
    seen = desk.variables(desk.row(ProcessInstanceRow).key)
    assert (seen["approved"], int(seen["sum"])) == (False, 12)


def test_of_signers_after_the_last_may_be_reduced_before_and_in_its_turn(desk: Desk, task: int) -> None:
    ask(desk, task, TurnKind.AFTER, "bert")
    desk.perform(reduce_signer, ANNA, task, "bert", reason="not needed")
    assert who_has(desk, task) == ("anna", None)
    ask(desk, task, TurnKind.AFTER, "bert", "carl")
    desk.perform(complete_user_task, ANNA, task, {"sum": 7})
    desk.perform(reduce_signer, ANNA, task, "carl", reason="one is enough")
    desk.perform(reduce_signer, ANNA, task, "bert", reason="none, after all")
    assert open_steps(desk) == ["reply"]
    assert int(desk.variables(desk.row(ProcessInstanceRow).key)["sum"]) == 7


def test_before_and_after_go_together(desk: Desk, task: int) -> None:
    ask(desk, task, TurnKind.AFTER, "carl")
    ask(desk, task, TurnKind.BEFORE, "bert")
    desk.perform(hand_back_task, BERT, task, opinion="agreed")
    assert who_has(desk, task) == ("anna", "AFTER")
    desk.perform(complete_user_task, ANNA, task, {})
    desk.perform(complete_user_task, CARL, task, {})
    assert open_steps(desk) == ["reply"]


def test_a_signer_is_asked_once_and_must_be_somebody_else(desk: Desk, task: int) -> None:
    ask(desk, task, TurnKind.AFTER, "bert")
    with pytest.raises(ConflictError, match="bert is one"):
        ask(desk, task, TurnKind.AFTER, "bert")
    with pytest.raises(ConflictError, match="anna is one"):
        ask(desk, task, TurnKind.BEFORE, "anna")
    with pytest.raises(InvalidInputError, match="different people"):
        ask(desk, task, TurnKind.BEFORE, "carl", "carl")
    with pytest.raises(NotFoundError, match="there is none"):
        ask(desk, task, TurnKind.BEFORE, "carl", actor=CARL)


def test_everybody_is_told_of_their_turn(desk: Desk, task: int) -> None:
    ask(desk, task, TurnKind.BEFORE, "bert")
    desk.clock.move(timedelta(hours=1))
    desk.perform(hand_back_task, BERT, task, opinion="agreed")
    told = [(row.recipient, row.parameters["verb"], row.parameters["hoursLeft"]) for row in desk.rows(NoticeRow)]
    assert told == [("bert", "add-before", 8), ("anna", "hand-back", 7)]


def test_who_stands_above_the_accountable_person_takes_a_lent_task_back(desk: Desk, task: int) -> None:
    chief = Actor("chief", scopes=frozenset({"work"}), supervises=frozenset({"anna"}))
    desk.perform(delegate_task, ANNA, task, "bert", reason="you know cards")
    desk.perform(take_back_task, chief, task, reason="it hurries")
    assert who_has(desk, task) == ("anna", None)


def test_a_signature_that_is_given_on_is_the_other_s_turn(desk: Desk, task: int) -> None:
    ask(desk, task, TurnKind.AFTER, "bert")
    desk.perform(complete_user_task, ANNA, task, {})
    desk.perform(transfer_task, BERT, task, "carl", reason="on leave")
    turn = desk.perform(read_task_actions, CARL, task).turns[0]
    assert (turn.person, turn.state) == ("carl", "OPEN")
    desk.perform(complete_user_task, CARL, task, {})
    assert open_steps(desk) == ["reply"]
