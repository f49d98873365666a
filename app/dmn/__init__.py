"""DMN 1.1 to 1.5: reading models, evaluating decisions, saying why."""

from __future__ import annotations

from app.dmn.errors import DmnError, Place, UnknownDecisionError
from app.dmn.loading import Model, load
from app.dmn.run import DmnWarning, Evaluation
from app.dmn.trace import DecisionTrace, InputTrace, MatchTrace, MissTrace, OutputTrace, TableTrace, Trace

__all__ = [
    "DecisionTrace",
    "DmnError",
    "DmnWarning",
    "Evaluation",
    "InputTrace",
    "MatchTrace",
    "MissTrace",
    "Model",
    "OutputTrace",
    "Place",
    "TableTrace",
    "Trace",
    "UnknownDecisionError",
    "load",
]
