"""The BPMN engine: reads Camunda 8 models, runs instances to their next rest, and says what happened in plain records.

The only package that imports SpiffWorkflow. Pure: no database, no network; the world comes in through `Ports`.
"""

from app.engine.errors import (
    InvalidCommandError,
    MigrationRefusedError,
    ModelRefusedError,
    ModificationRefusedError,
    Problem,
    StateUnreadableError,
    UnknownElementError,
    UnknownKeyError,
    WrongStateError,
)
from app.engine.instance import (
    Activate,
    AdHocActivation,
    AdHocResult,
    Instance,
    JobResult,
    Move,
    TaskListenerResult,
    Terminate,
    VariableInstruction,
)
from app.engine.model import Definition, Element, ElementType
from app.engine.outcome import Outcome
from app.engine.ports import DecisionRefusedError, Ports

__all__ = [
    "Activate",
    "AdHocActivation",
    "AdHocResult",
    "DecisionRefusedError",
    "Definition",
    "Element",
    "ElementType",
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
    "StateUnreadableError",
    "TaskListenerResult",
    "Terminate",
    "UnknownElementError",
    "UnknownKeyError",
    "VariableInstruction",
    "WrongStateError",
]
