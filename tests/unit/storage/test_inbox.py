from datetime import timedelta

from app.services.assign_user_task import assign_user_task
from app.storage.inbox import count_inbox, list_inbox
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


def inbox(desk: Desk, *groups: str, **options: int) -> list[str]:
    with desk.runtime.reading() as connection:
        return [one.element_id for one in list_inbox(connection, "anna", groups, **{"limit": 10, **options})]


def test_an_inbox_holds_each_task_of_ones_groups_once_by_due_date(desk: Desk) -> None:
    three_tasks(desk)
    assert inbox(desk, "intake", "credit") == ["soon", "late", "mine"]
    assert inbox(desk, "legal") == ["other", "mine"]


def test_a_page_goes_on_after_the_last_entry(desk: Desk) -> None:
    three_tasks(desk)
    with desk.runtime.reading() as connection:
        (first,) = list_inbox(connection, "anna", ["intake"], limit=1)
        rest = list_inbox(connection, "anna", ["intake"], limit=5, after=(first.sort_at, first.key))
    assert (first.due_at, first.element_id) == (NOON + timedelta(days=1), "soon")
    assert [one.element_id for one in rest] == ["late", "mine"]


def test_a_taken_task_is_in_its_takers_inbox_alone(desk: Desk) -> None:
    three_tasks(desk)
    desk.perform(assign_user_task, BOSS, desk.open_task("other"), "anna")
    desk.perform(assign_user_task, BOSS, desk.open_task("soon"), "bert")
    assert inbox(desk, "intake") == ["other", "late", "mine"]


def test_the_count_is_exact_up_to_its_cap(desk: Desk) -> None:
    three_tasks(desk)
    with desk.runtime.reading() as connection:
        assert count_inbox(connection, "anna", ["intake", "credit"]) == 3
