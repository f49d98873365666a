"""The BPMN engine: reads Camunda 8 models, runs instances to their next rest, and says what happened in plain records.

The only package that imports SpiffWorkflow. Pure: no database, no network; the world comes in through `Ports`.
"""

from app.engine.commands import (
    Activate,
    AdHocActivation,
    AdHocResult,
    JobResult,
    Move,
    TaskListenerResult,
    Terminate,
    VariableInstruction,
)
from app.engine.errors import (
    InvalidCommandError,
    MigrationRefusedError,
    ModelRefusedError,
    ModificationRefusedError,
    Problem,
    ReturnRefusedError,
    StateUnreadableError,
    UnknownElementError,
    UnknownKeyError,
    WrongStateError,
)
from app.engine.instance import Instance
from app.engine.model import Definition, Element, ElementType
from app.engine.outcome import HeldTransition, Outcome
from app.engine.ports import DecisionRefusedError, Ports
from app.engine.reader import read_processes
from app.engine.returning import ReturnPlan, WalkedStep

__all__ = [
    "Activate",
    "AdHocActivation",
    "AdHocResult",
    "DecisionRefusedError",
    "Definition",
    "Element",
    "ElementType",
    "HeldTransition",
    "Instance",
    "InvalidCommandError",
    "JobResult",
    "MigrationRefusedError",
    "ModelRefusedError",
    "ModificationRefusedError",
    "Move",
    "Outcome",
    "Ports",
    "Problem",
    "ReturnPlan",
    "ReturnRefusedError",
    "StateUnreadableError",
    "TaskListenerResult",
    "Terminate",
    "UnknownElementError",
    "UnknownKeyError",
    "VariableInstruction",
    "WalkedStep",
    "WrongStateError",
    "read_processes",
]
