"""The functions as editors complete them; from the table of signatures, in Chinese or English."""

from __future__ import annotations

from typing import Any

from app.feel.builtins.signatures import BUILT_INS
from app.feel.signature import Parameter


def completion_entries(language: str) -> list[dict[str, Any]]:
    """Return one entry a way of calling, in the shape the bpmn.io editors take: name, type, info, params.

    `language` is "zh" for Chinese sentences; any other gives English.
    """
    return [
        {
            "name": entry.name,
            "type": "function",
            "info": entry.summary_zh if language == "zh" else entry.summary,
            "params": [{"name": parameter.name, "type": kind_text(parameter)} for parameter in overload.parameters],
        }
        for entry in BUILT_INS.values()
        for overload in entry.overloads
    ]


def kind_text(parameter: Parameter) -> str:
    """Return the kinds a parameter takes, as people read them."""
    return parameter.kind.replace("|", " or ")
