"""User tasks: everything about them is evaluated when they open."""

from datetime import UTC, datetime

import pytest

from app.engine import UnknownKeyError
from app.engine.outcome import UserTaskOpened
from tests.conformance.drawing import Node, activity, process, user_task, zeebe
from tests.conformance.playing import Stage

STAGES = ("kept", "restored")  # what clients see of a user task is shown in tests/scenarios


def opened(stage: Stage, *extensions: Node, **variables: object) -> UserTaskOpened:
    play = stage.play(process(user_task("a", *extensions, name="Look into it"), flows="s -> a -> e"), **variables)
    (task,) = play.user_tasks.values()
    return task


def test_a_user_task_opens_with_its_defaults(stage: Stage) -> None:
    task = opened(stage)
    assert (task.name, task.state, task.assignee, task.priority) == ("Look into it", "CREATED", None, 50)
    assert (task.candidate_groups, task.candidate_users, task.due_at) == ((), (), None)


@pytest.mark.parametrize("groups", ["desk,manager", "desk, manager", '=["desk", "manager"]', "=groups"])
def test_candidates_are_a_list_in_text_or_feel(stage: Stage, groups: str) -> None:
    task = opened(
        stage, zeebe("assignmentDefinition", candidateGroups=groups, candidateUsers=groups), groups=["desk", "manager"]
    )
    assert task.candidate_groups == ("desk", "manager")
    assert task.candidate_users == ("desk", "manager")


def test_an_assignee_can_be_an_expression(stage: Stage) -> None:
    assert opened(stage, zeebe("assignmentDefinition", assignee="=owner"), owner="li").assignee == "li"


@pytest.mark.parametrize(
    "due",
    [
        "2026-02-01T09:00:00+08:00",
        "=due",
        '=date and time("2026-02-01T09:00:00+08:00")',
        "2026-02-01T09:00:00[Asia/Shanghai]",
    ],
)
def test_a_due_date_is_an_instant(stage: Stage, due: str) -> None:
    task = opened(stage, zeebe("taskSchedule", dueDate=due, followUpDate=due), due="2026-02-01T01:00:00Z")
    assert (task.due_at, task.follow_up_at) == (datetime(2026, 2, 1, 1, tzinfo=UTC),) * 2


def test_a_priority_can_be_an_expression(stage: Stage) -> None:
    assert opened(stage, zeebe("priorityDefinition", priority="=30 + n"), n=7).priority == 37


def test_a_form_and_headers_are_told(stage: Stage) -> None:
    task = opened(
        stage, zeebe("formDefinition", formId="complaint"), zeebe("taskHeaders", zeebe("header", key="k", value="v"))
    )
    assert (task.form_id, dict(task.headers)) == ("complaint", {"k": "v"})


@pytest.mark.parametrize(
    "extension",
    [
        zeebe("assignmentDefinition", assignee="=number"),
        zeebe("assignmentDefinition", candidateGroups="=[number]"),
        zeebe("taskSchedule", dueDate="=word"),
        zeebe("priorityDefinition", priority="=number * 80"),
    ],
)
def test_an_attribute_of_the_wrong_kind_is_an_incident(stage: Stage, extension: Node) -> None:
    play = stage.play(process(user_task("a", extension), flows="s -> a -> e"), number=5, word="soon")
    assert play.errors == [("a", "EXTRACT_VALUE_ERROR")]
    assert play.user_tasks == {}


def test_a_task_can_be_assigned_and_given_back(stage: Stage) -> None:
    play = stage.play(process(flows="s -> a -> e"))
    (key,) = play.user_tasks
    play.command(lambda instance: instance.assign_user_task(key, "li", "claim"))
    assert play.user_tasks[key].assignee == "li"
    play.command(lambda instance: instance.assign_user_task(key, None, "unassign"))
    assert play.user_tasks[key].assignee is None


def test_a_task_can_be_changed(stage: Stage) -> None:
    play = stage.play(process(flows="s -> a -> e"))
    (key,) = play.user_tasks
    play.command(lambda instance: instance.update_user_task(key, {"priority": 80, "candidate_groups": ["desk"]}))
    assert (play.user_tasks[key].priority, list(play.user_tasks[key].candidate_groups)) == (80, ["desk"])


def test_a_task_can_be_completed_once(stage: Stage) -> None:
    play = stage.play(process(flows="s -> a -> b -> e"))
    (key,) = play.user_tasks
    play.complete("a")
    with pytest.raises(UnknownKeyError):
        play.instance().complete_user_task(key, {})


def test_a_task_without_the_native_mark_is_a_job(stage: Stage) -> None:
    play = stage.play(process(activity("userTask", "a"), flows="s -> a -> e"))
    assert [row.type for row in play.jobs.values()] == ["io.camunda.zeebe:userTask"]
    assert play.complete("a").done
