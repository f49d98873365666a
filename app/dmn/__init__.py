"""DMN 1.1 to 1.5: reading models, analysing and comparing them, evaluating decisions, saying why."""

from __future__ import annotations

from app.dmn.analysis import Analysis, Finding, analyse
from app.dmn.differences import TableChange, diff
from app.dmn.errors import DmnError, Place, UnknownDecisionError
from app.dmn.loading import Model, load
from app.dmn.run import DmnWarning, Evaluation
from app.dmn.trace import DecisionTrace, InputTrace, MatchTrace, MissTrace, OutputTrace, TableTrace, Trace

__all__ = [
    "Analysis",
    "DecisionTrace",
    "DmnError",
    "DmnWarning",
    "Evaluation",
    "Finding",
    "InputTrace",
    "MatchTrace",
    "MissTrace",
    "Model",
    "OutputTrace",
    "Place",
    "TableChange",
    "TableTrace",
    "Trace",
    "UnknownDecisionError",
    "analyse",
    "diff",
    "load",
]
