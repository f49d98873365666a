from datetime import timedelta

import pytest

from app.domain.actor import Actor
from app.engine import Activate, MigrationRefusedError, ModificationRefusedError, Terminate
from app.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from app.services.cancel_process_instance import cancel_process_instance
from app.services.change_batch_operation import change_batch_operation
from app.services.create_batch_operation import create_batch_operation
from app.services.delete_process_instance import delete_process_instance
from app.services.migrate_process_instance import migrate_process_instance
from app.services.modify_process_instance import Modification, modify_process_instance
from app.services.post_outbox import NOTICE, post_outbox
from app.services.run_batch import run_batch
from app.services.set_clock import set_clock
from app.services.set_variables import set_variables
from app.services.suspend_process_instance import resume_process_instance, suspend_process_instance
from app.services.tidy_up import find_overdue
from app.storage.batch_operations import BatchItemRow, BatchOperationRow
from app.storage.deployments import ProcessDefinitionRow
from app.storage.instances import ElementInstanceRow, ProcessInstanceRow
from app.storage.timers import TimerRow
from app.storage.user_tasks import UserTaskRow
from app.storage.variables import VariableRow
from tests.conformance.drawing import boundary, call, process, timer
from tests.conftest import TestDatabase
from tests.desk import ANNA, BOSS, NOON, Desk, open_desk, work_for

STEPS = process(work_for("a"), work_for("b"), flows="s -> a -> b -> e")
LATER = process(work_for("a2"), boundary("late", "a2", timer("PT1H")), flows="s -> a2 -> b -> e; late -> c -> e1")


def open_elements(desk: Desk) -> list[str]:
    return sorted(row.element_id for row in desk.open_tasks())


def test_a_suspended_instance_takes_no_command_until_it_resumes(desk: Desk) -> None:
    desk.deploy(STEPS)
    key = desk.start()
    desk.perform(suspend_process_instance, BOSS, key)
    with pytest.raises(ConflictError, match="SUSPENDED"):
        desk.complete("a")
    desk.perform(resume_process_instance, BOSS, key)
    desk.complete("a")
    assert open_elements(desk) == ["b"]


def test_a_suspended_instance_can_be_cancelled(desk: Desk) -> None:
    desk.deploy(STEPS)
    key = desk.start()
    desk.perform(suspend_process_instance, BOSS, key)
    desk.perform(cancel_process_instance, BOSS, key)
    assert desk.row(ProcessInstanceRow, key=key).status == "TERMINATED"


def test_a_modification_moves_work_to_another_element(desk: Desk) -> None:
    desk.deploy(STEPS)
    key = desk.start()
    change = Modification(activate=[Activate("b")], terminate=[Terminate(element_id="a")])
    desk.perform(modify_process_instance, BOSS, key, change)
    assert open_elements(desk) == ["b"]
    assert [row.state for row in desk.rows(UserTaskRow)] == ["CANCELED", "CREATED"]


def test_a_modification_that_cannot_be_done_changes_nothing(desk: Desk) -> None:
    desk.deploy(STEPS)
    key = desk.start()
    change = Modification(activate=[Activate("nowhere")], terminate=[Terminate(element_id="a")])
    with pytest.raises(ModificationRefusedError, match="nowhere"):
        desk.perform(modify_process_instance, BOSS, key, change)
    assert open_elements(desk) == ["a"]


def test_a_modification_does_not_end_an_instance_that_another_waits_for(desk: Desk) -> None:
    desk.deploy(STEPS, process(call("c", "p"), ident="caller", flows="s -> c -> e"))
    desk.start("caller")
    called = desk.row(ProcessInstanceRow, process_id="p").key
    with pytest.raises(ModificationRefusedError, match="nothing is left in it"):
        desk.perform(modify_process_instance, BOSS, called, Modification(terminate=[Terminate(element_id="a")]))
    assert open_elements(desk) == ["a"]


def test_a_migrated_instance_goes_on_under_the_new_version(desk: Desk) -> None:
    desk.deploy(STEPS)
    key = desk.start()
    desk.deploy(LATER)
    target = desk.row(ProcessDefinitionRow, version=2).key
    desk.perform(migrate_process_instance, BOSS, key, target, {"a": "a2"})
    task = desk.row(UserTaskRow)
    assert (task.element_id, task.definition_key) == ("a2", target)
    assert desk.row(ProcessInstanceRow, key=key).definition_key == target
    assert desk.row(TimerRow, instance_key=key).due_at == NOON + timedelta(hours=1)
    assert desk.move(hours=1) == 1
    assert open_elements(desk) == ["c"]


def test_a_migration_without_a_mapping_for_what_is_open_is_refused(desk: Desk) -> None:
    desk.deploy(STEPS)
    key = desk.start()
    desk.deploy(LATER)
    with pytest.raises(MigrationRefusedError, match="'a'"):
        desk.perform(migrate_process_instance, BOSS, key, desk.row(ProcessDefinitionRow, version=2).key, {})


def test_variables_are_set_where_they_are_known_or_here_alone(desk: Desk) -> None:
    desk.deploy(STEPS)
    key = desk.start(n=1)
    element = desk.row(ElementInstanceRow, element_id="a").key
    desk.perform(set_variables, BOSS, element, {"n": 2})
    desk.perform(set_variables, BOSS, element, {"n": 3}, local=True)
    assert (desk.variables(key), desk.variables(element)) == ({"n": 2}, {"n": 3})


def test_only_an_operator_operates(desk: Desk) -> None:
    desk.deploy(STEPS)
    key = desk.start()
    for command in (cancel_process_instance, suspend_process_instance, resume_process_instance):
        with pytest.raises(ForbiddenError, match="operate"):
            desk.perform(command, ANNA, key)


def test_a_finished_instance_is_deleted_with_its_history_and_a_running_one_is_not(desk: Desk) -> None:
    desk.deploy(STEPS)
    key = desk.start(n=1)
    with pytest.raises(ConflictError, match="to have ended"):
        desk.perform(delete_process_instance, BOSS, key)
    desk.complete("a")
    desk.complete("b")
    desk.perform(delete_process_instance, BOSS, key)
    assert [desk.rows(one) for one in (ProcessInstanceRow, ElementInstanceRow, UserTaskRow, VariableRow)] == [[]] * 4


def test_a_batch_has_an_honest_result_for_each_of_its_items(desk: Desk) -> None:
    desk.deploy(STEPS)
    keys = [desk.start() for _ in range(3)]
    desk.perform(cancel_process_instance, BOSS, keys[1])
    items = [(key, key) for key in keys]
    batch = desk.perform(create_batch_operation, BOSS, "CANCEL_PROCESS_INSTANCE", items, {})
    assert run_batch(desk.runtime, batch) == 3
    row = desk.row(BatchOperationRow, key=batch)
    assert (row.state, row.total, row.completed, row.failed) == ("PARTIALLY_COMPLETED", 3, 2, 1)
    assert [one.state for one in desk.rows(BatchItemRow)] == ["COMPLETED", "FAILED", "COMPLETED"]
    assert "it is TERMINATED" in desk.row(BatchItemRow, item_key=keys[1]).error
    assert run_batch(desk.runtime, batch) == 0


def test_a_suspended_batch_waits_and_a_cancelled_one_gives_up(desk: Desk) -> None:
    desk.deploy(STEPS)
    key = desk.start()
    batch = desk.perform(create_batch_operation, BOSS, "CANCEL_PROCESS_INSTANCE", [(key, key)], {})
    desk.perform(change_batch_operation, BOSS, batch, "SUSPEND")
    assert run_batch(desk.runtime, batch) == 0
    desk.perform(change_batch_operation, BOSS, batch, "CANCEL")
    assert desk.row(BatchItemRow).state == "CANCELED"
    with pytest.raises(ConflictError, match="CANCELED"):
        desk.perform(change_batch_operation, BOSS, batch, "RESUME")
    assert open_elements(desk) == ["a"]


def test_a_batch_of_an_unknown_kind_is_refused(desk: Desk) -> None:
    with pytest.raises(InvalidInputError, match="PAINT"):
        desk.perform(create_batch_operation, BOSS, "PAINT", [], {})


def test_a_batch_migrates_instances_with_one_plan(desk: Desk) -> None:
    desk.deploy(STEPS)
    keys = [desk.start() for _ in range(3)]
    desk.deploy(LATER)
    plan = {"target_key": desk.row(ProcessDefinitionRow, version=2).key, "mapping": {"a": "a2"}}
    items = [(key, key) for key in keys]
    batch = desk.perform(create_batch_operation, BOSS, "MIGRATE_PROCESS_INSTANCE", items, plan)
    run_batch(desk.runtime, batch)
    assert open_elements(desk) == ["a2"] * 3


def test_the_clock_is_moved_for_every_process_of_a_test_installation(database: TestDatabase) -> None:
    with open_desk(database.url, mode="test") as one, open_desk(database.url, mode="test") as other:
        later = NOON + timedelta(days=30)
        one.perform(set_clock, later)
        assert other.runtime.now() == later
        one.perform(set_clock, None)
        assert other.runtime.now() == NOON


def test_what_must_be_sent_is_found_at_once_under_a_clock_that_stands_still(database: TestDatabase) -> None:
    with open_desk(database.url, mode="test") as desk:
        key = desk.perform(post_outbox, NOTICE, {})
        assert desk.perform(find_overdue, 10).outbox == []
        desk.perform(set_clock, NOON)
        assert desk.perform(find_overdue, 10).outbox == [key]


def test_the_clock_of_a_production_installation_is_not_moved(desk: Desk) -> None:
    with pytest.raises(ForbiddenError, match="production"):
        desk.perform(set_clock, NOON)


def test_what_does_not_exist_is_not_found(desk: Desk) -> None:
    for command in (cancel_process_instance, suspend_process_instance, delete_process_instance):
        with pytest.raises(NotFoundError, match="key 42"):
            desk.perform(command, BOSS, 42)
    stranger = Actor("x")
    with pytest.raises(ForbiddenError):
        desk.perform(set_variables, stranger, 42, {})
