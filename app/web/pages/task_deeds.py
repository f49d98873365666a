"""What the task page offers to do with a task: for each verb its words, its inputs, and the use case it stands for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from app.domain.task_verbs import Handover, Refusal, TurnKind, TurnState, Verb
from app.errors import InvalidInputError
from app.services.add_signers import add_signers
from app.services.add_to_round import add_to_round
from app.services.cc_task import cc_task
from app.services.comment_on_task import comment_on_task
from app.services.delegate_task import delegate_task
from app.services.drop_from_round import drop_from_round
from app.services.hand_back_task import hand_back_task
from app.services.read_task_actions import TaskActions, read_task_actions
from app.services.reduce_signer import reduce_signer
from app.services.return_task import return_task
from app.services.set_follow_up import set_follow_up
from app.services.set_priority import set_priority
from app.services.take_back_task import take_back_task
from app.services.transfer_task import transfer_task
from app.services.unit_of_work import UnitOfWork
from app.services.urge_task import urge_task
from app.services.withdraw_completion import withdraw_completion
from app.storage.absences import list_absent_now
from app.web.authentication import runtime
from app.web.pages.blueprint import actor, language
from app.web.pages.people_called import person_called
from app.web.pages.post_names import group_name

Given = MultiDict[str, str]
Do = Callable[[UnitOfWork, int, Given], object]


@dataclass(frozen=True)
class Deed:
    """One verb as the page offers it.

    `inputs` are those of `_task_verbs.html`: person, people, signer, step, at, priority; `said` is how the words that
    go with it are asked for: must (a reason), may (a note), or none. `leaves`: afterwards it is another's.
    """

    verb: Verb
    words: Callable[[], str]
    do: Do
    inputs: tuple[str, ...] = ()
    said: str = "must"
    leaves: bool = False


def _person(given: Given, name: str = "person") -> str:
    person = given.get(name, "").strip()
    if not person:
        raise InvalidInputError("Expected a person, but nobody was chosen", {name: ["missing"]})
    return person


def _said(given: Given) -> str:
    return given.get("said", "").strip()


def _return(work: UnitOfWork, key: int, given: Given) -> object:
    step = given.get("step", type=int)
    confirmed, resume = "confirmed" in given, "resume" in given
    return return_task(work, actor(), key, reason=_said(given), step_key=step, resume=resume, confirmed=confirmed)


def _follow_up(work: UnitOfWork, key: int, given: Given) -> object:
    text = given.get("at", "")
    try:
        at = datetime.fromisoformat(text).replace(tzinfo=runtime().zone) if text else None
    except ValueError as error:
        raise InvalidInputError("Expected a day and a time, but got another text", {"at": ["wrong"]}) from error
    return set_follow_up(work, actor(), key, at, note=_said(given))


def _priority(work: UnitOfWork, key: int, given: Given) -> object:
    priority = given.get("priority", type=int)
    if priority is None:
        raise InvalidInputError("Expected a priority from 0 to 100, but got another text", {"priority": ["wrong"]})
    return set_priority(work, actor(), key, priority, reason=_said(given))


def _people(given: Given) -> list[str]:
    people = [one for one in given.getlist("people") if one]
    if not people:
        raise InvalidInputError("Expected at least one person, but nobody was chosen", {"people": ["missing"]})
    return people


DEEDS: tuple[Deed, ...] = (
    Deed(
        Verb.TRANSFER,
        lambda: gettext("Transfer"),
        lambda work, key, given: transfer_task(work, actor(), key, _person(given), reason=_said(given)),
        ("person",),
        leaves=True,
    ),
    Deed(
        Verb.DELEGATE,
        lambda: gettext("Delegate"),
        lambda work, key, given: delegate_task(work, actor(), key, _person(given), reason=_said(given)),
        ("person",),
        leaves=True,
    ),
    Deed(Verb.RETURN, lambda: gettext("Return to an earlier step"), _return, ("step",), leaves=True),
    Deed(
        Verb.ADD_BEFORE,
        lambda: gettext("Ask for opinions first"),
        lambda work, key, given: add_signers(
            work, actor(), key, _people(given), kind=TurnKind.BEFORE, reason=_said(given)
        ),
        ("people",),
        leaves=True,
    ),
    Deed(
        Verb.ADD_AFTER,
        lambda: gettext("Add signers after me"),
        lambda work, key, given: add_signers(
            work, actor(), key, _people(given), kind=TurnKind.AFTER, reason=_said(given)
        ),
        ("people",),
    ),
    Deed(
        Verb.HAND_BACK,
        lambda: gettext("Give it back with my opinion"),
        lambda work, key, given: hand_back_task(work, actor(), key, opinion=_said(given)),
        leaves=True,
    ),
    Deed(
        Verb.TAKE_BACK,
        lambda: gettext("Take it back"),
        lambda work, key, given: take_back_task(work, actor(), key, reason=_said(given)),
        said="may",
    ),
    Deed(
        Verb.REDUCE,
        lambda: gettext("Remove a signer"),
        lambda work, key, given: reduce_signer(work, actor(), key, _person(given, "signer"), reason=_said(given)),
        ("signer",),
    ),
    Deed(
        Verb.ADD_TO_ROUND,
        lambda: gettext("Add to the countersign round"),
        lambda work, key, given: add_to_round(work, actor(), key, _person(given), reason=_said(given)),
        ("person",),
    ),
    Deed(
        Verb.DROP,
        lambda: gettext("Remove from the countersign round"),
        lambda work, key, given: drop_from_round(work, actor(), key, reason=_said(given)),
    ),
    Deed(
        Verb.CC,
        lambda: gettext("Copy to"),
        lambda work, key, given: cc_task(work, actor(), key, _people(given), note=_said(given)),
        ("people",),
        said="may",
    ),
    Deed(
        Verb.URGE,
        lambda: gettext("Urge"),
        lambda work, key, given: urge_task(work, actor(), key, note=_said(given)),
        said="may",
    ),
    Deed(Verb.FOLLOW_UP, lambda: gettext("Follow-up date"), _follow_up, ("at",), said="may"),
    Deed(Verb.PRIORITIZE, lambda: gettext("Priority"), _priority, ("priority",), said="may"),
    Deed(
        Verb.WITHDRAW,
        lambda: gettext("Take my completion back"),
        lambda work, key, given: withdraw_completion(work, actor(), key, reason=_said(given)),
        said="may",
    ),
    Deed(
        Verb.COMMENT,
        lambda: gettext("Comment"),
        lambda work, key, given: comment_on_task(work, actor(), key, _said(given)),
    ),
)
BY_NAME: Mapping[str, Deed] = {str(deed.verb): deed for deed in DEEDS}
MORE_NAMES: Mapping[Verb, Callable[[], str]] = {
    Verb.CLAIM: lambda: gettext("Claim"),
    Verb.RELEASE: lambda: gettext("Give back to the group"),
    Verb.COMPLETE: lambda: gettext("Complete"),
}
HANDOVERS: Mapping[str, Callable[[], str]] = {
    Handover.STAND_IN: lambda: gettext("Given to the stand-in"),
    Handover.NO_STAND_IN: lambda: gettext("Nobody can stand in"),
    Handover.COME_BACK: lambda: gettext("Back with the person who was absent"),
    Handover.STRANDED: lambda: gettext("Everybody who could do it is recused"),
    Handover.ASK_TRANSFER: lambda: gettext("Transfer asked for"),
}
WHY_NOBODY: Mapping[str, Callable[[], str]] = {
    "nobody-there": lambda: gettext("the stand-in is absent, too"),
    "no-right": lambda: gettext("the stand-in has no right to work on tasks"),
    "recused": lambda: gettext("the stand-in is recused"),
    "own-work": lambda: gettext("the stand-in has done an earlier step: nobody checks their own work"),
    "own-vote": lambda: gettext("the stand-in has a vote in the round already"),
}


def read_deeds(key: int) -> dict[str, Any]:
    """Return what the page shows of a task besides its form: what may be done, whose turn it is, what was done."""
    found = runtime().perform(read_task_actions, actor(), key)
    with runtime().reading() as connection:
        names = [username for username, _ in found.colleagues]
        absent = list_absent_now(connection, names, runtime().now_in(connection))
    return {
        "actions": found,
        "draft": found.draft,
        "absent": absent,
        "deeds": [deed for deed in DEEDS if found.may(deed.verb) and _makes_sense(deed.verb, found)],
        "signers": [turn.person for turn in found.turns if turn.state in {TurnState.WAITING, TurnState.OPEN}],
        "verb_name": verb_name,
        "why_nobody": why_nobody,
        "names_of": lambda groups: ", ".join(group_name(one, language()) for one in groups),
    }


def verb_name(verb: str) -> str:
    """Return what a verb is called on pages, the verb itself where pages have no name for it."""
    if verb in BY_NAME:
        return BY_NAME[verb].words()
    if verb in HANDOVERS:
        return HANDOVERS[verb]()
    return MORE_NAMES[Verb(verb)]() if verb in MORE_NAMES else verb


def why_nobody(code: str) -> str:
    """Return why nobody stands in on a task, in the page's language."""
    return WHY_NOBODY[code]() if code in WHY_NOBODY else code


def tell_refusal(refusal: Refusal | None) -> str | None:
    """Return what somebody can do about a refusal, in the page's language; None where nothing is refused."""
    if refusal is None:
        return None
    told = {
        "ended": gettext("It is done already. Nothing needs to be done any more."),
        "not-yours": gettext("It is somebody else's. Ask who has it, or your superior."),
        "not-involved": gettext("You have no part in this task."),
        "suspended": gettext("The procedure stands still. An administrator must resume it first."),
        "no-step": gettext("There is no earlier step to return to."),
        "not-possible": gettext("Somebody has acted on it since. Ask them to return it."),
    }
    who = gettext("%(person)s has it.", person=person_called(refusal.who)) + " " if refusal.who else ""
    return who + str(told.get(refusal.code, gettext("It cannot be done as the task stands now. Look at it again.")))


def _makes_sense(verb: Verb, found: TaskActions) -> bool:
    """Whether there is something to do it to: a signer to remove, a round to join or leave."""
    if verb is Verb.REDUCE:
        return any(turn.state in {TurnState.WAITING, TurnState.OPEN} for turn in found.turns)
    if verb in {Verb.ADD_TO_ROUND, Verb.DROP}:
        return found.round is not None and found.round.is_running
    return True
