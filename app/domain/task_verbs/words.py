"""The words of task verbs: the verbs themselves, whose turn a task can be, and how a turn stands."""

from __future__ import annotations

from enum import StrEnum


class Verb(StrEnum):
    """What somebody can do with a task; the value is what history and API call it."""

    CLAIM = "claim"
    RELEASE = "release"
    COMPLETE = "complete"
    SAVE_DRAFT = "draft"
    TRANSFER = "transfer"
    DELEGATE = "delegate"
    HAND_BACK = "hand-back"
    TAKE_BACK = "take-back"
    ADD_BEFORE = "add-before"
    ADD_AFTER = "add-after"
    ADD_TO_ROUND = "add-to-round"
    REDUCE = "reduce"
    DROP = "drop"
    RETURN = "return"
    WITHDRAW = "withdraw"
    CC = "cc"
    URGE = "urge"
    FOLLOW_UP = "follow-up"
    PRIORITIZE = "priority"
    COMMENT = "comment"


class Handover(StrEnum):
    """What happens to a task because somebody is absent (代办) or recused (回避), or task listeners decide.

    As history calls it; nobody does it by hand.
    """

    STAND_IN = "stand-in"
    NO_STAND_IN = "no-stand-in"
    COME_BACK = "come-back"
    STRANDED = "stranded"
    ASK_TRANSFER = "ask-transfer"


class Hold(StrEnum):
    """Why completing a task does not end it: a delegate works on it, an opinion is awaited, a signature follows."""

    DELEGATED = "DELEGATED"
    BEFORE = "BEFORE"
    AFTER = "AFTER"


class TurnKind(StrEnum):
    """What a turn is for: work in another's place 委派, an opinion first 前加签, a signature afterwards 后加签."""

    DELEGATE = "DELEGATE"
    BEFORE = "BEFORE"
    AFTER = "AFTER"


class TurnState(StrEnum):
    """How a turn stands: not yet come, under way, taken, or taken back."""

    WAITING = "WAITING"
    OPEN = "OPEN"
    DONE = "DONE"
    REMOVED = "REMOVED"
