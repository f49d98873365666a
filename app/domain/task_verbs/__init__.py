"""Task verbs (转办 委派 加签 退回 撤回 抄送 催办): who may do which when. Knows no row, no engine and no page."""

from __future__ import annotations

from app.domain.task_verbs.rules import WHO_MAY, Refusal, Relation, Standing, why_not
from app.domain.task_verbs.steps import StepGraph
from app.domain.task_verbs.words import Handover, Hold, TurnKind, TurnState, Verb

__all__ = [
    "WHO_MAY",
    "Handover",
    "Hold",
    "Refusal",
    "Relation",
    "Standing",
    "StepGraph",
    "TurnKind",
    "TurnState",
    "Verb",
    "why_not",
]
