"""Writes the elements that the specification's tests need beside those of the unit tests: types, services, tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tests.unit.dmn.models import literal


class Output(NamedTuple):
    """An output column: name (None where it is the only one), type, output values and default as FEEL."""

    name: str | None = None
    type_ref: str = "Any"
    values: str | None = None
    default: str | None = None


def component(name: str, type_ref: str) -> str:
    """Return a component of an item definition."""
    return f'<itemComponent name="{name}"><typeRef>{type_ref}</typeRef></itemComponent>'


def item(
    name: str,
    type_ref: str | None = None,
    *,
    components: str = "",
    collection: bool = False,
    allowed: str | None = None,
    constraint: str | None = None,
) -> str:
    """Return an item definition; `allowed` and `constraint` are unary tests."""
    return (
        f'<itemDefinition name="{name}" isCollection="{str(collection).lower()}">'
        f"{f'<typeRef>{type_ref}</typeRef>' if type_ref else ''}"
        f"{_text('allowedValues', allowed)}{_text('typeConstraint', constraint)}{components}</itemDefinition>"
    )


def service(
    name: str,
    outputs: Sequence[str],
    *,
    encapsulated: Sequence[str] = (),
    decisions: Sequence[str] = (),
    inputs: Sequence[str] = (),
    type_ref: str = "Any",
) -> str:
    """Return a decision service over elements of the same file."""
    parts = {
        "outputDecision": outputs,
        "encapsulatedDecision": encapsulated,
        "inputDecision": decisions,
        "inputData": inputs,
    }
    references = "".join(f'<{tag} href="#{each}"/>' for tag, names in parts.items() for each in names)
    variable = f'<variable name="{name}" typeRef="{type_ref}"/>'
    return f'<decisionService id="{name}" name="{name}">{variable}{references}</decisionService>'


def table(policy: str, outputs: Sequence[Output], *rules: str, values: str | None = None) -> str:
    """Return a table over the number x.

    `policy` includes the aggregation ("COLLECT SUM"), a rule reads "test | output | …", `values` are those of x.
    """
    hit_policy, aggregation = ("COLLECT", policy[8:]) if policy.startswith("COLLECT ") else (policy, "")
    kind = f'hitPolicy="{hit_policy}"' + (f' aggregation="{aggregation}"' if aggregation else "")
    asked = '<inputExpression typeRef="number"><text>x</text></inputExpression>'
    columns = f"<input>{asked}{_text('inputValues', values)}</input>"
    for each in outputs:
        named = f' name="{each.name}"' if each.name else ""
        columns += (
            f'<output{named} typeRef="{each.type_ref}">{_text("outputValues", each.values)}'
            f"{_text('defaultOutputEntry', each.default)}</output>"
        )
    return f"<decisionTable {kind}>{columns}{''.join(map(_rule, rules))}</decisionTable>"


def invocation(called: str, **bindings: str) -> str:
    """Return a boxed invocation with FEEL arguments by parameter name."""
    bound = "".join(f'<binding><parameter name="{name}"/>{literal(text)}</binding>' for name, text in bindings.items())
    return f"<invocation>{literal(called)}{bound}</invocation>"


def context(*entries: tuple[str | None, str]) -> str:
    """Return a boxed context of boxes by name; the one without a name is its result."""
    cells = ""
    for name, box in entries:
        variable = f'<variable name="{name}"/>' if name else ""
        cells += f"<contextEntry>{variable}{box}</contextEntry>"
    return f"<context>{cells}</context>"


def function(parameters: str, body: str, *, kind: str = "FEEL") -> str:
    """Return a boxed function; `parameters` reads "a, b: number"."""
    formal = ""
    for each in filter(None, parameters.split(",")):
        name, _, type_ref = each.partition(":")
        formal += f'<formalParameter name="{name.strip()}" typeRef="{type_ref.strip() or "Any"}"/>'
    return f'<functionDefinition kind="{kind}">{formal}{body}</functionDefinition>'


def boxes(**parts: str) -> str:
    """Return the children of a conditional, filter or iterator, each part's box under its element."""
    return "".join(f"<{tag.rstrip('_')}>{box}</{tag.rstrip('_')}>" for tag, box in parts.items())


def relation(columns: Sequence[str], *rows: Sequence[str]) -> str:
    """Return a relation of FEEL cells."""
    cells = "".join(f'<column name="{name}"/>' for name in columns)
    for row in rows:
        cells += f"<row>{''.join(map(literal, row))}</row>"
    return f"<relation>{cells}</relation>"


def _rule(text: str) -> str:
    test, *outputs = (part.strip() for part in text.split("|"))
    cells = "".join(_text("outputEntry", each) for each in outputs)
    return f"<rule>{_text('inputEntry', test)}{cells}</rule>"


def _text(tag: str, text: str | None) -> str:
    return "" if text is None else f"<{tag}><text><![CDATA[{text}]]></text></{tag}>"
