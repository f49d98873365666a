"""The pure rules of task verbs: which step lies before which, and who may do what when."""

import pytest

from app.domain.task_verbs import WHO_MAY, Hold, Relation, Standing, StepGraph, Verb, why_not

LOOP = {"start": ["a"], "a": ["check"], "check": ["a", "b"], "b": ["c", "end"], "c": ["check"], "end": []}


def standing(
    *relations: Relation, state: str = "CREATED", hold: Hold | None = None, suspended: bool = False
) -> Standing:
    return Standing(7, state, "anna", "bert", hold, suspended, frozenset(relations), "carl")


def code(verb: Verb, of: Standing) -> str | None:
    refusal = why_not(verb, of)
    return None if refusal is None else refusal.code


def test_ways_back_do_not_make_a_later_step_an_earlier_one() -> None:
    graph = StepGraph(LOOP)
    assert graph.ahead_of("a") == {"check", "b", "c", "end"}
    assert graph.ahead_of("b") == {"c", "end"}
    assert graph.ahead_of("c") == frozenset()


def test_branches_do_not_lie_ahead_of_each_other() -> None:
    graph = StepGraph({"fork": ["a", "b"], "a": ["join"], "b": ["join"], "join": ["fork", "end"], "end": []})
    assert graph.ahead_of("a") == {"join", "end"}
    assert graph.ahead_of("fork") == {"a", "b", "join", "end"}


def test_a_circle_that_nothing_leads_into_is_walked_once() -> None:
    assert StepGraph({"a": ["b"], "b": ["a"]}).ahead_of("a") == {"b"}


@pytest.mark.parametrize("verb", sorted(WHO_MAY))
def test_who_has_no_part_in_a_task_may_do_nothing_with_it(verb: Verb) -> None:
    refusal = why_not(verb, standing())
    assert refusal is not None
    assert (refusal.code, refusal.is_forbidden) == ("not-involved", True)


@pytest.mark.parametrize("verb", sorted(set(WHO_MAY) - {Verb.COMMENT}))
def test_an_ended_task_is_refused_naming_who_ended_it(verb: Verb) -> None:
    refusal = why_not(verb, standing(*Relation, state="COMPLETED"))
    assert refusal is not None
    assert (refusal.code, refusal.who, refusal.is_forbidden) == ("ended", "bert", False)


@pytest.mark.parametrize(
    ("verb", "relation", "expected"),
    [
        (Verb.TRANSFER, Relation.HOLDER, None),
        (Verb.TRANSFER, Relation.SUPERIOR, None),
        (Verb.TRANSFER, Relation.CANDIDATE, "not-yours"),
        (Verb.RETURN, Relation.SUPERIOR, "not-yours"),
        (Verb.URGE, Relation.INVOLVED, None),
        (Verb.CC, Relation.INVOLVED, "not-yours"),
        (Verb.CLAIM, Relation.CANDIDATE, "taken"),
        (Verb.TAKE_BACK, Relation.ACCOUNTABLE, "no-turn"),
    ],
)
def test_each_verb_asks_for_a_relation_to_the_task(verb: Verb, relation: Relation, expected: str | None) -> None:
    assert code(verb, standing(relation)) == expected


@pytest.mark.parametrize("hold", [Hold.DELEGATED, Hold.BEFORE])
def test_while_a_task_is_lent_it_is_neither_completed_nor_given_on(hold: Hold) -> None:
    lent = standing(Relation.HOLDER, hold=hold)
    for verb in (Verb.COMPLETE, Verb.TRANSFER, Verb.DELEGATE, Verb.RETURN, Verb.ADD_AFTER):
        assert code(verb, lent) == "lent"
    assert code(Verb.RELEASE, lent) == "not-taken"
    assert code(Verb.REDUCE, lent) == "not-yours"
    assert code(Verb.HAND_BACK, lent) is None
    assert code(Verb.TAKE_BACK, standing(Relation.ACCOUNTABLE, hold=hold)) is None


def test_a_suspended_process_takes_what_does_not_move_it() -> None:
    still = standing(Relation.HOLDER, suspended=True)
    assert code(Verb.COMPLETE, still) == "suspended"
    for verb in (Verb.SAVE_DRAFT, Verb.CC, Verb.COMMENT):
        assert code(verb, still) is None
