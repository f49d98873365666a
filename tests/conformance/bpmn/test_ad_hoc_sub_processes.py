"""Ad-hoc sub-processes."""

from app.engine import AdHocActivation, AdHocResult
from app.engine.kinds import JobKind
from tests.conformance.drawing import Node, boundary, formula, inputs, job, process, sub, timer, user_task, zeebe
from tests.conformance.playing import Stage


def ad_hoc(
    *elements: Node, condition: str | None = None, flows: str = "", ext: Node | None = None, **attributes: object
) -> Node:
    shown = formula("completionCondition", condition) if condition else None
    chosen = ext if ext is not None else zeebe("adHoc", activeElementsCollection="=chosen")
    body = sub(
        "h",
        *elements,
        *([shown] if shown is not None else []),
        flows=flows,
        tag="adHocSubProcess",
        ext=[chosen],
        **attributes,
    )
    return process(body, flows="s -> h -> after -> e")


TASKS = (user_task("a"), user_task("b"), user_task("c"))


def test_the_chosen_elements_are_activated_and_all_must_complete(stage: Stage) -> None:
    play = stage.play(ad_hoc(*TASKS), chosen=["a", "c"])
    assert play.waiting == ["a", "c"]
    assert play.complete("c").waiting == ["a"]
    assert play.complete("a").waiting == ["after"]


def test_an_element_can_be_chosen_twice(stage: Stage) -> None:
    assert stage.play(ad_hoc(*TASKS), chosen=["a", "a"]).waiting == ["a", "a"]


def test_each_choice_runs_in_a_scope_that_is_called_after_the_sub_process(stage: Stage) -> None:
    play = stage.play(ad_hoc(*TASKS), chosen=["a", "b"])
    assert sorted(play.live.values()) == ["a", "b", "h", "h#innerInstance", "h#innerInstance", "p"]


def test_without_a_choice_it_waits_for_activation(stage: Stage) -> None:
    play = stage.play(ad_hoc(*TASKS), chosen=[])
    assert play.waiting == []
    key = play.key_of("h")
    play.command(lambda instance: instance.activate_ad_hoc(key, [AdHocActivation("b", {"note": "x"})]))
    assert play.waiting == ["b"]
    assert play.sees("b")["note"] == "x"
    assert play.complete("b").waiting == ["after"]
    assert "note" not in play.variables


def test_an_element_that_is_not_there_is_an_incident(stage: Stage) -> None:
    play = stage.play(ad_hoc(*TASKS), chosen=["nobody"])
    assert [element_id for element_id, _ in play.errors] == ["h"]
    assert play.set(chosen=["a"]).retry().waiting == ["a"]


def test_flows_inside_are_followed(stage: Stage) -> None:
    play = stage.play(ad_hoc(flows="a -> b"), chosen=["a"])
    assert play.complete("a").waiting == ["b"]
    assert play.complete("b").waiting == ["after"]


def test_a_fulfilled_condition_ends_the_rest(stage: Stage) -> None:
    play = stage.play(ad_hoc(*TASKS, condition="=enough"), chosen=["a", "b", "c"], enough=False)
    assert play.complete("a").waiting == ["b", "c"]
    assert play.complete("b", enough=True).waiting == ["after"]
    assert "c" in play.terminated


def test_a_fulfilled_condition_can_wait_for_the_rest(stage: Stage) -> None:
    play = stage.play(
        ad_hoc(*TASKS, condition="=enough", cancelRemainingInstances=False), chosen=["a", "b"], enough=True
    )
    assert play.complete("a").waiting == ["b"]
    assert play.complete("b").waiting == ["after"]


def test_an_unfulfilled_condition_keeps_it_open(stage: Stage) -> None:
    play = stage.play(ad_hoc(*TASKS, condition="=enough"), chosen=["a"], enough=False).complete("a")
    assert play.waiting == []
    key = play.key_of("h")
    play.command(lambda instance: instance.activate_ad_hoc(key, [AdHocActivation("b", {})]))
    assert play.complete("b", enough=True).waiting == ["after"]


def test_sequential_ordering_runs_one_at_a_time(stage: Stage) -> None:
    play = stage.play(ad_hoc(*TASKS, ordering="Sequential"), chosen=["a", "b"])
    assert play.waiting == ["a"]
    assert play.complete("a").waiting == ["b"]
    assert play.complete("b").waiting == ["after"]


def test_results_are_collected(stage: Stage) -> None:
    collecting = zeebe(
        "adHoc", activeElementsCollection='=["a", "b"]', outputCollection="results", outputElement="=result"
    )
    play = stage.play(ad_hoc(job("a"), job("b"), ext=collecting))
    assert play.complete("b", result=2).complete("a", result=1).variables["results"] == [2, 1]


def test_a_boundary_event_interrupts_it(stage: Stage) -> None:
    body = sub("h", *TASKS, tag="adHocSubProcess", ext=[zeebe("adHoc", activeElementsCollection='=["a", "b"]')])
    play = stage.play(process(body, boundary("t", "h", timer("PT10M")), flows="s -> h -> e; t -> late"))
    stage.advance("PT10M")
    assert play.waiting == ["late"]


def test_a_worker_can_choose_what_is_next(stage: Stage) -> None:
    play = stage.play(ad_hoc(*TASKS, ext=zeebe("taskDefinition", type="agent")))
    (work,) = play.jobs.values()
    assert work.kind is JobKind.AD_HOC_SUB_PROCESS
    play.command(lambda instance: instance.complete_job(work.key, {}, AdHocResult(activate=[AdHocActivation("a", {})])))
    assert play.complete("a").waiting == ["h"]
    work = play.job_of("h")
    play.command(lambda instance: instance.complete_job(work.key, {}, AdHocResult(completion_condition_fulfilled=True)))
    assert play.waiting == ["after"]


def test_the_elements_one_can_choose_from_are_told(stage: Stage) -> None:
    play = stage.play(ad_hoc(user_task("a", name="Call back"), flows="a -> b"), chosen=[])
    told = play.instance().get_variables(play.key_of("h"))["adHocSubProcessElements"]
    assert [(row["elementId"], row["elementName"]) for row in told] == [("a", "Call back")]


def test_results_that_something_else_has_overwritten_are_an_incident(stage: Stage) -> None:
    collecting = zeebe("adHoc", activeElementsCollection='=["a"]', outputCollection="results", outputElement="=r")
    play = stage.play(ad_hoc(job("a"), ext=collecting)).complete("a", results=7)
    assert [kind for _, kind in play.errors] == ["EXTRACT_VALUE_ERROR"]
    assert play.set("h", results=[]).retry().variables == {"results": [None]}


def test_what_an_agent_gives_a_tool_reaches_it_unchanged(stage: Stage) -> None:
    city = '=fromAi(toolCall.city, "Where to look", "string", {minLength: 1})'
    described = inputs(city=city, plain="=fromAi(nobody)")
    play = stage.play(ad_hoc(user_task("a", described)), chosen=["a"], toolCall={"city": ["北京"]})
    assert {name: play.sees("a")[name] for name in ("city", "plain")} == {"city": ["北京"], "plain": None}
