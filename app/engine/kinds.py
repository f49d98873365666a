"""The words of the engine's records, Camunda's where it has them: what something was, how it ended, why it failed."""

from __future__ import annotations

from enum import StrEnum


class Ended(StrEnum):
    """How an instance ended."""

    COMPLETED = "COMPLETED"
    TERMINATED = "TERMINATED"


class Kind(StrEnum):
    """What a key that closes belonged to."""

    USER_TASK = "USER_TASK"
    JOB = "JOB"
    TIMER = "TIMER"
    MESSAGE = "MESSAGE"
    SIGNAL = "SIGNAL"
    CONDITIONAL = "CONDITIONAL"
    CALL = "CALL"


class Why(StrEnum):
    """Why a key closed: COMPLETED by its own event (job done, timer fired, message came) or CANCELLED by another."""

    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


class JobKind(StrEnum):
    """Camunda's job kinds."""

    BPMN_ELEMENT = "BPMN_ELEMENT"
    EXECUTION_LISTENER = "EXECUTION_LISTENER"
    TASK_LISTENER = "TASK_LISTENER"
    AD_HOC_SUB_PROCESS = "AD_HOC_SUB_PROCESS"


class ErrorType(StrEnum):
    """Camunda's incident error types, as far as the engine raises them."""

    EXTRACT_VALUE_ERROR = "EXTRACT_VALUE_ERROR"
    IO_MAPPING_ERROR = "IO_MAPPING_ERROR"
    CONDITION_ERROR = "CONDITION_ERROR"
    CALLED_ELEMENT_ERROR = "CALLED_ELEMENT_ERROR"
    CALLED_DECISION_ERROR = "CALLED_DECISION_ERROR"
    DECISION_EVALUATION_ERROR = "DECISION_EVALUATION_ERROR"
    UNHANDLED_ERROR_EVENT = "UNHANDLED_ERROR_EVENT"
    FORM_NOT_FOUND = "FORM_NOT_FOUND"
    JOB_NO_RETRIES = "JOB_NO_RETRIES"
    EXECUTION_LISTENER_NO_RETRIES = "EXECUTION_LISTENER_NO_RETRIES"
    TASK_LISTENER_NO_RETRIES = "TASK_LISTENER_NO_RETRIES"
    AD_HOC_SUB_PROCESS_NO_RETRIES = "AD_HOC_SUB_PROCESS_NO_RETRIES"
    UNKNOWN = "UNKNOWN"  # a step budget that ran out
