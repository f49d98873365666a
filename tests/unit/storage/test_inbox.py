from app.services.assign_user_task import assign_user_task
from app.storage.inbox import Whose, open_inbox
from tests.conformance.drawing import parallel, process
from tests.desk import BOSS, Desk, work_for


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


def inbox(desk: Desk, *groups: str, show_offered: bool = True) -> list[str]:
    mine, offered = Whose(people=("anna",)), Whose(("u:anna", *(f"g:{name}" for name in groups)))
    with desk.runtime.reading() as connection:
        opened = open_inbox(connection, mine, offered, show_offered=show_offered, limit=10)
    return [one.element_id for one in opened.entries]


def test_an_inbox_holds_each_task_of_ones_groups_once_by_due_date(desk: Desk) -> None:
    three_tasks(desk)
    assert inbox(desk, "intake", "credit") == ["soon", "late", "mine"]
    assert inbox(desk, "legal") == ["other", "mine"]


def test_a_taken_task_is_in_its_takers_inbox_alone(desk: Desk) -> None:
    three_tasks(desk)
    desk.perform(assign_user_task, BOSS, desk.open_task("other"), "anna")
    desk.perform(assign_user_task, BOSS, desk.open_task("soon"), "bert")
    assert inbox(desk, "intake", "legal", show_offered=False) == ["other"]
    assert inbox(desk, "intake", "legal") == ["late", "mine"]


def test_an_inbox_opens_with_both_counts_also_when_it_is_empty(desk: Desk) -> None:
    three_tasks(desk)
    mine, offered = Whose(people=("anna",)), Whose(("u:anna", "g:intake", "g:credit"))
    with desk.runtime.reading() as connection:
        own = open_inbox(connection, mine, offered, show_offered=False, limit=5)
        others = open_inbox(connection, mine, offered, show_offered=True, limit=2)
    assert (own.entries, own.mine, own.offered) == ([], 0, 3)
    assert ([one.element_id for one in others.entries], others.mine, others.offered) == (["soon", "late"], 0, 3)
