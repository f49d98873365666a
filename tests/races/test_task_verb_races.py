"""Two people use verbs on one task at once: one wins, the other is told, and nothing is done by halves."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from app.services.assign_user_task import assign_user_task
from app.services.complete_user_task import complete_user_task
from app.services.create_account import create_account
from app.services.return_task import return_task
from app.services.save_draft import save_draft
from app.services.transfer_task import transfer_task
from app.services.urge_task import urge_task
from app.services.withdraw_completion import withdraw_completion
from app.storage.notices import NoticeRow
from app.storage.task_drafts import TaskDraftRow
from app.storage.user_tasks import UserTaskRow
from tests.conformance.drawing import process
from tests.desk import BOSS, Desk
from tests.races.test_races import open_elements, together, told

THREADS, ROUNDS = 4, 4


@pytest.fixture(scope="module")
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(THREADS) as found:
        yield found


@pytest.fixture
def line(desk: Desk) -> Desk:
    for name in ("anna", "bert"):
        desk.perform(create_account, name, display_name=name)
    desk.deploy(process(flows="s -> a -> b -> e"))
    return desk


def at_b(desk: Desk) -> tuple[int, int]:
    """Start an instance and complete its first step; returns the tasks of the first and of the second."""
    instance = desk.start()
    first = desk.row(UserTaskRow, instance_key=instance).key
    desk.perform(complete_user_task, BOSS, first, {})
    return first, desk.row(UserTaskRow, instance_key=instance, element_id="b").key


def test_of_a_return_and_a_completion_one_happens(line: Desk, pool: ThreadPoolExecutor) -> None:
    for _ in range(ROUNDS):
        first, second = at_b(line)
        send_back = partial(line.perform, return_task, BOSS, second, reason="wrong")
        results = together(pool, send_back, partial(line.perform, complete_user_task, BOSS, second, {}), send_back)
        assert told(results)["ConflictError"] == 2
        assert open_elements(line) in ([], ["a"])
        for row in line.open_tasks():
            line.perform(complete_user_task, BOSS, row.key, {})
            line.complete("b")
        assert first


def test_of_a_withdrawal_and_a_claim_one_happens(line: Desk, pool: ThreadPoolExecutor) -> None:
    for _ in range(ROUNDS):
        first, second = at_b(line)
        claim = partial(line.perform, assign_user_task, BOSS, second, "bert", allow_override=False)
        results = together(pool, partial(line.perform, withdraw_completion, BOSS, first), claim)
        assert told(results)["ConflictError"] == 1
        assert open_elements(line) == (["b"] if results[1] is None else ["a"])
        for row in line.open_tasks():
            line.perform(complete_user_task, BOSS, row.key, {})
        for row in line.open_tasks():
            line.perform(complete_user_task, BOSS, row.key, {})


def test_of_two_drafts_over_the_same_one_is_refused_and_of_two_urges_one_is_sent(
    line: Desk, pool: ThreadPoolExecutor
) -> None:
    _, task = at_b(line)
    line.perform(transfer_task, BOSS, task, "anna", reason="yours")
    drafts = [partial(line.perform, save_draft, BOSS, task, {"n": n}, seen=0) for n in range(THREADS)]
    assert told(together(pool, *drafts)) == {"int": 1, "DraftConflictError": THREADS - 1}
    assert line.row(TaskDraftRow, task_key=task).version == 1
    results = together(pool, *[partial(line.perform, urge_task, BOSS, task)] * THREADS)
    assert told(results) == {"Urged": 1, "ConflictError": THREADS - 1}
    assert [row.parameters["verb"] for row in line.rows(NoticeRow)] == ["transfer", "urge"]
