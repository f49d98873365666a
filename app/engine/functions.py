"""FEEL functions that exist in process models only, as Camunda 8 has them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from app.feel import BuiltIn, Overload, Parameter, Run, to_text

_DURATION = Parameter("interval", "days and time duration|years and months duration")


def _cycle(_run: Run, repetitions: Decimal | None, interval: Any) -> str:
    return f"R{'' if repetitions is None else int(repetitions)}/{to_text(interval)}"


def _endless_cycle(run: Run, interval: Any) -> str:
    return _cycle(run, None, interval)


def _from_ai(_run: Run, value: Any, *_described: Any) -> Any:
    return value


def _described(name: str, kind: str) -> Parameter:
    return Parameter(name, kind, optional=True, nullable=True)


ENGINE_FUNCTIONS: Mapping[str, BuiltIn] = MappingProxyType(
    {
        "cycle": BuiltIn(
            name="cycle",
            overloads=(
                Overload((Parameter("repetitions", "number", nullable=True), _DURATION), _cycle),
                Overload((_DURATION,), _endless_cycle),
            ),
            result="string",
            section="Camunda 8, timer events",
            summary="A time cycle of so many repetitions (null: without end) an interval apart.",
            summary_zh="按间隔重复的时间周期;次数为 null 时不限次数。",
            example='cycle(3, duration("PT10M")) = "R3/PT10M"',
        ),
        "fromAi": BuiltIn(
            name="fromAi",
            overloads=(
                Overload(
                    (
                        Parameter("value"),
                        _described("description", "string"),
                        _described("type", "string"),
                        _described("schema", "context"),
                        _described("options", "context"),
                    ),
                    _from_ai,
                ),
            ),
            section="Camunda 8, tools of an ad-hoc sub-process",
            summary="The value as it is; the rest tells an AI agent what to give a tool there.",
            summary_zh="原样返回该值;其余参数告诉 AI 代理该给工具什么。",
            example='fromAi(toolCall.city, "Where to look", "string") = toolCall.city',
        ),
    }
)
