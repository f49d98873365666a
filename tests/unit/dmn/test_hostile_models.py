"""Models made to cost more than they look: each ends soon, with an error that says what was too much."""

from __future__ import annotations

from collections.abc import Mapping
from time import process_time

import pytest

from app.dmn import DmnError, analyse, load
from tests.unit.dmn.models import decision, evaluate, input_data, knowledge, literal, model_xml
from tests.unit.dmn.tables import table_xml

SECONDS = 60.0
"""Far above what any of them takes, far below what they took without a bound."""

FIBONACCI = "if n < 2 then n else f(n - 1) + f(n - 2)"


def importing(number: int, times: int) -> str:
    """Return a file that imports the one before it, so many times, each under another name."""
    before = "".join(f'<import name="i{at}" namespace="urn:{number - 1}"/>' for at in range(times if number else 0))
    own = '<itemDefinition name="t"><typeRef>number</typeRef></itemDefinition>'
    return model_xml(before + own, namespace=f"urn:{number}")


def chain(length: int, times: int = 1) -> tuple[str, Mapping[str, str]]:
    """Return the last file of a chain of imports, and the others."""
    return importing(length, times), {f"{number}.dmn": importing(number, times) for number in range(length)}


@pytest.mark.parametrize(
    "source",
    [
        model_xml(knowledge("f", {"n": "number"}, literal(FIBONACCI)) + decision("d", literal("f(60)"), "knowledge:f")),
        model_xml(
            input_data("n")
            + decision("q", literal(FIBONACCI), "input:n", "knowledge:f")
            + '<decisionService id="f" name="f"><outputDecision href="#q"/><inputData href="#n"/></decisionService>'
            + decision("d", literal("f(60)"), "knowledge:f")
        ),
        model_xml(
            decision(
                "d",
                f'<for iteratorVariable="i"><in>{literal("for j in 1..90000 return j")}</in>'
                f"<return>{literal('[' + 'i + 1, ' * 9000 + '1]')}</return></for>",
            )
        ),
    ],
    ids=["knowledge model", "decision service", "boxed for"],
)
def test_what_calls_itself_again_and_again_runs_out_of_steps(source: str) -> None:
    started = process_time()
    outcome = evaluate(source, "d")
    assert outcome.value is None
    assert "steps" in str(outcome.errors[0])
    assert process_time() - started < SECONDS


def test_a_type_whose_parts_are_shared_has_a_short_text() -> None:
    items = '<itemDefinition name="t0"><typeRef>number</typeRef></itemDefinition>'
    for number in range(1, 60):
        parts = "".join(
            f'<itemComponent name="{name}"><typeRef>t{number - 1}</typeRef></itemComponent>' for name in "ab"
        )
        items += f'<itemDefinition name="t{number}">{parts}</itemDefinition>'
    outcome = evaluate(model_xml(items + decision("d", literal("{a: 1}"), type_ref="t59")), "d")
    assert outcome.value is None
    assert len(outcome.warnings[0].reason) < 10_000


@pytest.mark.parametrize(("length", "times", "said"), [(3000, 1, "deep"), (30, 2, "types")])
def test_imports_of_imports_are_bounded(length: int, times: int, said: str) -> None:
    source, others = chain(length, times)
    with pytest.raises(DmnError, match=said):
        load(source, imports=others)


def test_a_file_that_imports_itself_through_another_is_named_as_a_cycle() -> None:
    first, second = (
        model_xml(f'<import name="o" namespace="urn:{other}"/>', namespace=f"urn:{own}") for own, other in ("ab", "ba")
    )
    with pytest.raises(DmnError, match="without a cycle"):
        load(first, imports={"b.dmn": second})


def test_a_document_type_is_refused_in_an_encoding_that_hides_it() -> None:
    body = b'<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="&x;"/>'
    source = b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a [+ADwAIQ-ENTITY x "y">]>' + body
    with pytest.raises(DmnError, match="document type"):
        load(source)


def test_a_context_of_thousands_of_entries_compiles_soon() -> None:
    entries = "".join(
        f'<contextEntry><variable name="k{at}"/>{literal(f"k{at - 1}" if at else "1")}</contextEntry>'
        for at in range(4000)
    )
    started = process_time()
    assert len(evaluate(model_xml(decision("d", f"<context>{entries}</context>")), "d").value) == 4000
    assert process_time() - started < SECONDS / 2


def test_a_table_too_large_to_analyse_is_said_to_be() -> None:
    rows = [(f"[{2 * row}..{2 * row + 1}]", str(row)) for row in range(11_000)]
    (finding,) = analyse(load(table_xml(["x:number"], ["y:number"], rows))).findings
    assert (finding.kind, finding.severity) == ("undecided", "note")
