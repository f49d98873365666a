"""Returning inside the harder shapes: nested branches, inclusive ones, rounds of parts and of called processes."""

import pytest

from app.domain.actor import Actor
from app.errors import ConflictError, NotFoundError
from app.services.complete_user_task import complete_user_task
from app.services.return_task import return_task
from app.storage.instances import ProcessInstanceRow
from app.storage.user_tasks import UserTaskRow
from tests.conformance.drawing import call, each, exclusive, gate, inclusive, parallel, process, sub
from tests.desk import BOSS, Desk

OWNER = Actor("anna", scopes=frozenset({"work", "operate"}))
ANNA = Actor("anna", scopes=frozenset({"work"}))
CARL = Actor("carl", scopes=frozenset({"work"}))


def steps(desk: Desk) -> list[str]:
    return sorted(row.element_id for row in desk.open_tasks())


def run_to(desk: Desk, *elements: str, actor: Actor = BOSS) -> None:
    for element in elements:
        key = min(row.key for row in desk.open_tasks() if row.element_id == element)
        desk.perform(complete_user_task, actor, key, {})


def send_back(desk: Desk, element: str, to: str, actor: Actor = BOSS, *, resume: bool = False) -> None:
    done = max(row.key for row in desk.rows(UserTaskRow, element_id=to, state="COMPLETED"))
    key = min(row.key for row in desk.open_tasks() if row.element_id == element)
    desk.perform(return_task, actor, key, reason="no", step_key=done, resume=resume, confirmed=True)


def ended(desk: Desk) -> bool:
    return {row.status for row in desk.rows(ProcessInstanceRow, parent_key=None)} == {"COMPLETED"}


def test_into_a_branch_within_a_branch_both_joins_wait_for_it_only(desk: Desk) -> None:
    nested = "s -> f1 -> a -> j1 -> z -> e; f1 -> f2 -> b -> j2 -> d -> j1; f2 -> c -> j2"
    desk.deploy(process(parallel("f1"), parallel("f2"), parallel("j1"), parallel("j2"), flows=nested))
    desk.start()
    run_to(desk, "a", "b", "c", "d")
    send_back(desk, "z", "b")
    assert steps(desk) == ["b"]
    run_to(desk, "b")
    assert steps(desk) == ["d"]
    send_back(desk, "d", "c", resume=True)
    run_to(desk, "c", "d", "z")
    assert ended(desk)


def test_an_inclusive_join_does_not_wait_for_branches_that_were_done(desk: Desk) -> None:
    drawn = "s -> f -[=true]-> a -> j -> z -> e; f -[=true]-> b -> j; f -[=false]-> c -> j"
    desk.deploy(process(inclusive("f"), inclusive("j"), flows=drawn))
    desk.start()
    run_to(desk, "a", "b")
    send_back(desk, "z", "b")
    assert steps(desk) == ["b"]
    run_to(desk, "b", "z")
    assert ended(desk)


def test_through_a_complex_join_it_is_refused(desk: Desk) -> None:
    drawn = "s -> f -> a -> j -> z -> e; f -> b -> j"
    desk.deploy(process(parallel("f"), gate("complex", "j"), flows=drawn))
    desk.start()
    run_to(desk, "a", "b")
    with pytest.raises(ConflictError, match="it is none"):
        send_back(desk, "z", "a")


def test_before_the_split_a_complex_join_starts_anew(desk: Desk) -> None:
    drawn = "s -> draft -> f -> a -> j -> z -> e; f -> b -> j"
    desk.deploy(process(parallel("f"), gate("complex", "j"), flows=drawn))
    desk.start()
    run_to(desk, "draft", "a")
    assert steps(desk) == ["b", "z"]
    send_back(desk, "z", "draft")
    run_to(desk, "draft", "a")
    assert steps(desk) == ["b", "z"]
    run_to(desk, "b", "z")
    assert ended(desk)


def test_where_branches_merge_without_waiting_what_came_from_the_other_is_not_ended(desk: Desk) -> None:
    drawn = "s -> draft -> f -> a -> a2 -> z -> e; f -> b -> z"
    desk.deploy(process(parallel("f"), flows=drawn))
    desk.start()
    run_to(desk, "draft", "a", "b")
    assert steps(desk) == ["a2", "z"]
    with pytest.raises(ConflictError, match="it is none"):
        send_back(desk, "a2", "a")
    send_back(desk, "a2", "draft")
    run_to(desk, "draft", "a", "b", "a2", "z", "z")
    assert ended(desk)


def test_what_another_way_of_a_choice_brought_in_an_earlier_walk_does_not_matter(desk: Desk) -> None:
    drawn = "s -> m -> x -[=left]-> a -> n -> z -> y -[=again]-> m; x -/-> b -> n; y -/-> e"
    desk.deploy(process(exclusive("m"), exclusive("x"), exclusive("n"), exclusive("y"), flows=drawn))
    desk.start(left=False, again=True)
    desk.complete("b", left=True)
    run_to(desk, "z", "a")
    send_back(desk, "z", "a")
    assert steps(desk) == ["a"]


def test_in_a_second_walk_of_a_drawn_loop_the_earlier_step_is_a_target_again(desk: Desk) -> None:
    drawn = "s -> m -> a -> b -> x -[=again]-> m; x -/-> c -> e"
    desk.deploy(process(exclusive("m"), exclusive("x"), flows=drawn))
    desk.start(again=True)
    run_to(desk, "a")
    desk.complete("b", again=False)
    assert steps(desk) == ["c"]
    send_back(desk, "c", "a")
    desk.complete("a")
    desk.complete("b", again=True)
    with pytest.raises(ConflictError, match="it is none"):
        send_back(desk, "a", "b")
    run_to(desk, "a")
    send_back(desk, "b", "a")
    run_to(desk, "a")
    desk.complete("b", again=False)
    run_to(desk, "c")
    assert ended(desk)


def test_in_a_round_of_parts_a_member_returns_within_his_own(desk: Desk) -> None:
    part = sub("part", flows="si -> one -> two -> ei", loop=each("=[1,2]"))
    desk.deploy(process(part, flows="s -> draft -> part -> e"))
    desk.start()
    run_to(desk, "draft", actor=OWNER)
    run_to(desk, "one", "one")
    mine = desk.open_tasks()[0].key
    desk.perform(return_task, BOSS, mine, reason="no")
    assert steps(desk) == ["one", "two"]
    with pytest.raises(NotFoundError):  # a stranger to the others' parts
        send_back(desk, "two", "draft", CARL)
    send_back(desk, "two", "draft", ANNA)
    run_to(desk, "draft", "one", "two", "one", "two")
    assert ended(desk)


def test_from_one_of_several_called_processes_only_the_owner_ends_them_all(desk: Desk) -> None:
    desk.deploy(process(flows="s -> inner -> e", ident="child"))
    desk.deploy(process(call("part", "child", loop=each("=[1,2]")), flows="s -> draft -> part -> e"))
    desk.start()
    run_to(desk, "draft", actor=OWNER)
    with pytest.raises(NotFoundError):
        send_back(desk, "inner", "draft", CARL)
    send_back(desk, "inner", "draft", ANNA)
    assert steps(desk) == ["draft"]
    assert [row.status for row in desk.rows(ProcessInstanceRow)] == ["ACTIVE", "TERMINATED", "TERMINATED"]
    run_to(desk, "draft", "inner", "inner")
    assert ended(desk)
