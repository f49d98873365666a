"""Which verb somebody may use on a task as it stands, and why not.

Owns the whole table of who may: the holder (the assignee, or who stands in), a candidate, a superior of the holder, who
is accountable for it while another has a turn, whoever is involved, an operator. Knows plain values only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from app.domain.task_verbs.words import Hold, Verb


class Relation(StrEnum):
    """How somebody stands to a task."""

    HOLDER = "holder"
    CANDIDATE = "candidate"
    SUPERIOR = "superior"
    ACCOUNTABLE = "accountable"
    INVOLVED = "involved"
    OPERATOR = "operator"


@dataclass(frozen=True)
class Refusal:
    """Why a verb is refused: `code` for pages, `message` for everybody, `who` has the task or ended it."""

    code: str
    message: str
    who: str | None = None

    @property
    def is_forbidden(self) -> bool:
        """Whether it is about who asks, and not about how the task stands."""
        return self.code in ("not-yours", "not-involved")


@dataclass(frozen=True)
class Standing:
    """How a task stands, and how somebody stands to it."""

    key: int
    state: str
    assignee: str | None
    ended_by: str | None
    hold: Hold | None
    is_suspended: bool
    relations: frozenset[Relation]
    username: str

    def also(self, relation: Relation) -> Standing:
        """Return the same with one relation more."""
        return replace(self, relations=self.relations | {relation})


_HOLDER = frozenset({Relation.HOLDER, Relation.OPERATOR})
_WORKER = _HOLDER | {Relation.CANDIDATE}
_ABOVE = _HOLDER | {Relation.SUPERIOR}
_OWNER = frozenset({Relation.ACCOUNTABLE, Relation.SUPERIOR, Relation.OPERATOR})
_ANYBODY = frozenset(Relation)
WHO_MAY: Mapping[Verb, frozenset[Relation]] = {
    Verb.CLAIM: frozenset({Relation.CANDIDATE, Relation.OPERATOR}),
    Verb.RELEASE: _HOLDER,
    Verb.COMPLETE: _WORKER,
    Verb.SAVE_DRAFT: _WORKER,
    Verb.TRANSFER: _ABOVE,
    Verb.DELEGATE: _HOLDER,
    Verb.HAND_BACK: _HOLDER,
    Verb.TAKE_BACK: _OWNER,
    Verb.ADD_BEFORE: _HOLDER,
    Verb.ADD_AFTER: _HOLDER,
    Verb.ADD_TO_ROUND: _ABOVE,
    Verb.REDUCE: _ABOVE | _OWNER,
    Verb.DROP: _OWNER,
    Verb.RETURN: _HOLDER,
    Verb.CC: _WORKER | {Relation.SUPERIOR},
    Verb.URGE: _ANYBODY,
    Verb.FOLLOW_UP: _WORKER,
    Verb.PRIORITIZE: _ABOVE | {Relation.CANDIDATE},
    Verb.COMMENT: _ANYBODY,
}
"""By verb, who may use it. Taking back one's own completion (撤回) is not here: its task is not open any more."""
_STANDS_STILL = frozenset({Verb.SAVE_DRAFT, Verb.CC, Verb.COMMENT})
"""Verbs that do not move the process: a suspended one takes them, too."""
_NEEDS_TURN = frozenset({Verb.HAND_BACK, Verb.TAKE_BACK})
_WHILE_LENT = _NEEDS_TURN | {
    Verb.SAVE_DRAFT,
    Verb.REDUCE,
    Verb.CC,
    Verb.URGE,
    Verb.FOLLOW_UP,
    Verb.PRIORITIZE,
    Verb.COMMENT,
}
"""What may be done while a delegate or a signer before has the task: it is not theirs to give on, or to end."""
_LENT = (Hold.DELEGATED, Hold.BEFORE)


def why_not(verb: Verb, standing: Standing) -> Refusal | None:
    """Return why `verb` is refused, or None if it may be used."""
    if not standing.relations:
        message = f"Expected somebody with a part in user task {standing.key}, but '{standing.username}' has none"
        return Refusal("not-involved", message)
    return _ended(verb, standing) or _wrong_person(verb, standing) or _wrong_moment(verb, standing)


def _ended(verb: Verb, standing: Standing) -> Refusal | None:
    if standing.state not in ("COMPLETED", "CANCELED") or verb is Verb.COMMENT:
        return None
    by = f" by {standing.ended_by}" if standing.ended_by else ""
    message = f"Expected user task {standing.key} to be open, but it is {standing.state}{by}"
    return Refusal("ended", message, standing.ended_by)


def _wrong_person(verb: Verb, standing: Standing) -> Refusal | None:
    has_turn_only = verb is Verb.REDUCE and standing.hold is not None  # a signer does not reduce the others
    if standing.relations & (_OWNER if has_turn_only else WHO_MAY[verb]):
        return None
    has = f"{standing.assignee} has it" if standing.assignee else "nobody has taken it"
    may = f"Expected somebody who may {verb} user task {standing.key}"
    return Refusal("not-yours", f"{may}, but '{standing.username}' may not: {has}", standing.assignee)


def _wrong_moment(verb: Verb, standing: Standing) -> Refusal | None:
    task = f"user task {standing.key}"
    if verb in _STANDS_STILL:
        return None
    if standing.is_suspended:
        return Refusal("suspended", f"Expected the process of {task} to be active, but it is SUSPENDED")
    if standing.state != "CREATED":
        return Refusal("under-way", f"Expected {task} to be CREATED, but it is {standing.state}")
    return _wrong_holder(verb, standing)


def _wrong_holder(verb: Verb, standing: Standing) -> Refusal | None:
    task, who = f"user task {standing.key}", standing.assignee
    if verb is Verb.CLAIM and who is not None:
        return Refusal("taken", f"Expected {task} to have no assignee, but it has {who}", who)
    if verb is Verb.RELEASE and (who is None or standing.hold is not None):
        message = f"Expected {task} to be one that somebody took for himself, but it is not"
        return Refusal("not-taken", message, who)
    if verb in _NEEDS_TURN and standing.hold not in _LENT:
        return Refusal("no-turn", f"Expected {task} to be with somebody else for a while, but it is not", who)
    if standing.hold in _LENT and verb not in _WHILE_LENT:
        message = f"Expected {task} to be back from {who}, but it was lent: it is to be handed or taken back first"
        return Refusal("lent", message, who)
    return None
