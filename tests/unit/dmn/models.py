"""Writes small models of boxed expressions and graphs, for the tests that evaluate them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.clock import PinnedClock
from app.dmn import Evaluation, Model, load

CLOCK = PinnedClock(datetime(2026, 3, 1, 10, tzinfo=UTC))


def model_xml(body: str, *, namespace: str = "urn:test", version: str = "20191111") -> str:
    """Return a model with `body` inside its definitions."""
    return (
        f'<definitions xmlns="https://www.omg.org/spec/DMN/{version}/MODEL/" id="defs" name="defs" '
        f'namespace="{namespace}">{body}</definitions>'
    )


def literal(text: str, type_ref: str | None = None) -> str:
    """Return a literal expression."""
    typed = f' typeRef="{type_ref}"' if type_ref else ""
    return f"<literalExpression{typed}><text><![CDATA[{text}]]></text></literalExpression>"


def decision(name: str, logic: str, *required: str, type_ref: str | None = None) -> str:
    """Return a decision; `required` reads "input:x", "decision:y" or "knowledge:z", or an href with a namespace."""
    typed = f' typeRef="{type_ref}"' if type_ref else ""
    arrows = "".join(map(_arrow, required))
    return f'<decision id="{name}" name="{name}"><variable name="{name}"{typed}/>{arrows}{logic}</decision>'


def _arrow(required: str) -> str:
    kind, _, name = required.partition(":")
    tag = {"input": "requiredInput", "decision": "requiredDecision", "knowledge": "requiredKnowledge"}[kind]
    holder = "knowledgeRequirement" if kind == "knowledge" else "informationRequirement"
    href = name if "#" in name else f"#{name}"
    return f'<{holder}><{tag} href="{href}"/></{holder}>'


def input_data(name: str, type_ref: str | None = None) -> str:
    """Return an input of that name and type."""
    typed = f' typeRef="{type_ref}"' if type_ref else ""
    return f'<inputData id="{name}" name="{name}"><variable name="{name}"{typed}/></inputData>'


def knowledge(name: str, parameters: Mapping[str, str], logic: str, *required: str, kind: str = "FEEL") -> str:
    """Return a knowledge model; `parameters` are names and types."""
    formal = "".join(f'<formalParameter name="{each}" typeRef="{of}"/>' for each, of in parameters.items())
    return (
        f'<businessKnowledgeModel id="{name}" name="{name}"><variable name="{name}"/>'
        f'<encapsulatedLogic kind="{kind}">{formal}{logic}</encapsulatedLogic>'
        f"{''.join(map(_arrow, required))}</businessKnowledgeModel>"
    )


def evaluate(source: str | Model, name: str, context: Mapping[str, Any] | None = None, **more: Any) -> Evaluation:
    """Load and evaluate at ten o'clock on 1 March 2026."""
    model = load(source) if isinstance(source, str) else source
    return model.evaluate(name, context or {}, clock=CLOCK, **more)


def value_of(logic: str, context: Mapping[str, Any] | None = None, *, type_ref: str | None = None) -> Any:
    """Return what one box evaluates to."""
    return evaluate(model_xml(decision("d", logic, type_ref=type_ref)), "d", context).value
