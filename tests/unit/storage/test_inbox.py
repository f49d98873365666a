from datetime import timedelta

from app.services.assign_user_task import assign_user_task
from app.storage.inbox import Whose, list_inbox, open_inbox
from tests.conformance.drawing import parallel, process
from tests.desk import BOSS, NOON, Desk, work_for


def three_tasks(desk: Desk) -> None:
    due = '=date and time("2026-01-05T12:00:00Z") + duration("{}")'
    desk.deploy(
        process(
            parallel("f"),
            work_for("late", groups="intake,credit", due=due.format("P3D")),
            work_for("soon", groups="intake", due=due.format("P1D")),
            work_for("other", groups="legal", due=due.format("P2D")),
            work_for("mine", users="anna"),
            flows="s -> f; f -> late; f -> soon; f -> other; f -> mine",
        )
    )
    desk.start()


def annas(*groups: str) -> Whose:
    return Whose(("u:anna", *(f"g:{name}" for name in groups)), ("anna",))


def inbox(desk: Desk, *groups: str) -> list[str]:
    with desk.runtime.reading() as connection:
        return [one.element_id for one in list_inbox(connection, annas(*groups), limit=10)]


def test_an_inbox_holds_each_task_of_ones_groups_once_by_due_date(desk: Desk) -> None:
    three_tasks(desk)
    assert inbox(desk, "intake", "credit") == ["soon", "late", "mine"]
    assert inbox(desk, "legal") == ["other", "mine"]


def test_a_page_goes_on_after_the_last_entry(desk: Desk) -> None:
    three_tasks(desk)
    with desk.runtime.reading() as connection:
        (first,) = list_inbox(connection, annas("intake"), limit=1)
        rest = list_inbox(connection, annas("intake"), limit=5, after=(first.sort_at, first.key))
    assert (first.due_at, first.element_id) == (NOON + timedelta(days=1), "soon")
    assert [one.element_id for one in rest] == ["late", "mine"]


def test_a_taken_task_is_in_its_takers_inbox_alone(desk: Desk) -> None:
    three_tasks(desk)
    desk.perform(assign_user_task, BOSS, desk.open_task("other"), "anna")
    desk.perform(assign_user_task, BOSS, desk.open_task("soon"), "bert")
    assert inbox(desk, "intake") == ["other", "late", "mine"]


def test_an_inbox_opens_with_both_counts_also_when_it_is_empty(desk: Desk) -> None:
    three_tasks(desk)
    mine, offered = Whose(people=("anna",)), Whose(("u:anna", "g:intake", "g:credit"))
    with desk.runtime.reading() as connection:
        own = open_inbox(connection, mine, offered, show_offered=False, limit=5)
        others = open_inbox(connection, mine, offered, show_offered=True, limit=2)
    assert (own.entries, own.mine, own.offered) == ([], 0, 3)
    assert ([one.element_id for one in others.entries], others.mine, others.offered) == (["soon", "late"], 0, 3)
