"""Every shipped procedure, table and form: read without a note, drawn completely, true to its references."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from app import dmn
from app.clock import SystemClock
from app.dmn.analysis import analyse
from app.domain.complaint import ComplaintStatus
from app.domain.forms import Field, Form, Group, compile_form
from app.domain.organisation import GROUPS
from app.engine import Definition, read_processes
from app.services.claim_built_in_job import TYPES
from app.services.seed_demo import PEOPLE

ROOT = Path(__file__).parents[2]
PROCESSES = sorted((ROOT / "bpmn").glob("*.bpmn"))
TABLES = sorted((ROOT / "dmn").glob("*.dmn"))
FORMS = sorted((ROOT / "forms").glob("*.form"))
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DRAWN = re.compile(r"(Task|Event|Gateway|subProcess|callActivity|sequenceFlow|participant|lane)$")
by_stem = pytest.mark.parametrize


def stem(path: Path) -> str:
    return path.stem


def definition(path: Path) -> Definition:
    (only,) = read_processes(path.read_bytes(), file=path.name)
    return only


def form(name: str) -> Form:
    return compile_form((ROOT / "forms" / f"{name}.form").read_text("utf-8"))


def fields(nodes: Any) -> Iterator[Field]:
    for node in nodes:
        if isinstance(node, Group):
            yield from fields(node.nodes)
        elif isinstance(node, Field):
            yield node


def choices(form_name: str, field_name: str) -> list[Any]:
    (found,) = [one for one in fields(form(form_name).nodes) if one.name == field_name]
    assert found.options is not None
    return [option.value for option in found.options.fixed]


def test_the_procedures_tables_and_forms_are_all_there() -> None:
    assert [path.stem for path in PROCESSES] == [
        "complaint_handling",
        "follow_up",
        "general_enquiry",
        "major_dispute",
        "product_complaint",
        "satisfaction_survey",
        "verification_request",
    ]
    needed = {"authority_limits", "complaint_routing", "process_choice", "severity"}
    assert needed <= {path.stem for path in TABLES}


@by_stem("path", PROCESSES, ids=stem)
def test_a_procedure_is_read_without_a_note_under_its_files_name(path: Path) -> None:
    found = definition(path)
    assert (found.process_id, found.notes) == (path.stem, ())


@by_stem("path", PROCESSES, ids=stem)
def test_everything_a_procedure_refers_to_is_shipped(path: Path) -> None:
    found = definition(path)
    assert {one.id for one in found.forms} <= {one.stem for one in FORMS}
    assert {one.id for one in found.decisions} <= {one.stem for one in TABLES}
    assert {one.id for one in found.calls} <= {one.stem for one in PROCESSES}
    assert {one.job.type.text for one in found.elements.values() if one.job} <= set(TYPES)


@by_stem("path", PROCESSES, ids=stem)
def test_groups_and_statuses_of_a_procedure_are_known(path: Path) -> None:
    known = set(GROUPS) | {"customer"}
    for element in definition(path).elements.values():
        if element.user_task and element.user_task.candidate_groups:
            named = set(re.findall(r'"(\w+)"', element.user_task.candidate_groups.text))
            assert named <= known, element.id
        for mapping in (*element.inputs, *element.outputs):
            if mapping.target in {"recipients", "overdue"}:
                named = set(re.findall(r'(?:owner: |superior: |\[)"(\w+)"', mapping.source.text))
                assert named <= known, element.id
        status = element.properties.get("complaintStatus")
        assert status is None or status in list(ComplaintStatus), element.id


@by_stem("path", PROCESSES, ids=stem)
def test_every_step_is_named_in_both_languages_and_has_a_limit(path: Path) -> None:
    for element in definition(path).elements.values():
        if element.name and element.tag != "process":
            assert element.properties.get("name:en"), element.id
        if element.user_task is not None:
            assert element.name, element.id
            assert element.user_task.due_date, element.id
            assert element.user_task.form, element.id


@by_stem("path", PROCESSES, ids=stem)
def test_the_drawing_covers_every_element_and_nothing_else(path: Path) -> None:
    tree = ElementTree.fromstring(path.read_bytes())
    elements = {one.get("id") for one in tree.iter() if one.tag.startswith(BPMN) and DRAWN.search(one.tag)}
    drawn = [one.get("bpmnElement") for one in tree.iter() if one.tag in {f"{DI}BPMNShape", f"{DI}BPMNEdge"}]
    assert len(drawn) == len(set(drawn))
    assert set(drawn) == elements


@by_stem("path", PROCESSES, ids=stem)
def test_shapes_of_one_scope_do_not_overlap(path: Path) -> None:
    tree = ElementTree.fromstring(path.read_bytes())
    small = {
        one.get("id") for one in tree.iter() if re.search(r"(Task|Gateway|callActivity|startEvent|endEvent)$", one.tag)
    }
    boxes = {}
    for shape in tree.iter(f"{DI}BPMNShape"):
        if shape.get("bpmnElement") in small:
            bounds = shape[0]
            x, y, width, height = (float(bounds.get(name, "0")) for name in ("x", "y", "width", "height"))
            boxes[shape.get("bpmnElement")] = (x, y, x + width, y + height)
    names = sorted(boxes, key=str)
    for index, one in enumerate(names):
        for other in names[index + 1 :]:
            a, b = boxes[one], boxes[other]
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (one, other)


@by_stem("path", FORMS, ids=stem)
def test_a_form_compiles_and_speaks_both_languages(path: Path) -> None:
    found = form(path.stem)
    assert (found.form_id, bool(found.title("zh")), bool(found.title("en"))) == (path.stem, True, True)
    for one in fields(found.nodes):
        assert one.text("label", "zh"), one.name
        assert one.texts.get("label:en"), one.name
        for option in one.options.fixed if one.options else ():
            assert option.label_en.isascii(), (one.name, option.value)


def test_every_form_belongs_to_a_step() -> None:
    used = {one.id for path in PROCESSES for one in definition(path).forms}
    others = {"portal_complaint", "complaint_findings"}  # the portal's own; what steps find out, together
    assert {path.stem for path in FORMS} - others == used


def test_departments_offered_in_forms_are_groups() -> None:
    offered = {
        *choices("propose_solution", "collaborators"),
        *choices("review_dispute", "countersignDepartments"),
        *choices("assign_liability", "liableDepartment"),
    }
    assert offered <= set(GROUPS)


def test_the_demo_has_somebody_in_every_group() -> None:
    assert {group for person in PEOPLE for group in person.groups} == set(GROUPS)


def decide(table: str, **context: Any) -> Any:
    model = dmn.load((ROOT / "dmn" / f"{table}.dmn").read_bytes(), file=f"{table}.dmn")
    return model.evaluate(table, context, clock=SystemClock()).value


@by_stem("name", ["authority_limits", "complaint_routing", "process_choice", "severity"])
def test_a_table_has_no_gap_no_overlap_and_no_dead_row(name: str) -> None:
    model = dmn.load((ROOT / "dmn" / f"{name}.dmn").read_bytes(), file=f"{name}.dmn")
    assert (model.problems, analyse(model).findings) == ((), ())


def test_every_kind_of_complaint_is_routed_to_a_group_that_exists() -> None:
    model = dmn.load((ROOT / "dmn" / "complaint_routing.dmn").read_bytes(), file="complaint_routing.dmn")
    every = [choices("complaint", name) for name in ("complaintType", "productLine", "region", "customerTier")]
    for kind, line, region, tier in product(*every):
        context = {"complaintType": kind, "productLine": line, "region": region, "customerTier": tier}
        found = model.evaluate("complaint_routing", context, clock=SystemClock()).value
        assert {found["candidateGroup"], found["superiorGroup"]} <= set(GROUPS), context


def test_card_fraud_goes_to_card_risk_whoever_complains() -> None:
    found = decide(
        "complaint_routing",
        complaintType="card_fraud",
        productLine="credit_card",
        region="east",
        customerTier="private",
    )
    assert found["department"] == "信用卡风险部"


@pytest.mark.parametrize(
    ("amount", "level"),
    [
        (None, "handler"),
        ("0", "handler"),
        ("1000", "handler"),
        ("1000.01", "supervisor"),
        ("10000", "supervisor"),
        ("50000", "branch"),
        ("100000", "head_office"),
        ("100000.01", "management"),
    ],
)
def test_the_compensation_decides_who_approves(amount: str | None, level: str) -> None:
    value = None if amount is None else Decimal(amount)
    assert decide("authority_limits", compensationAmount=value)["level"] == level


@pytest.mark.parametrize(
    ("kind", "line", "amount", "process"),
    [
        ("enquiry", "credit_card", None, "general_enquiry"),
        ("mis_selling", "wealth", 50001, "major_dispute"),
        ("mis_selling", "wealth", 50000, "complaint_handling"),
        ("transaction", "payment", 100001, "major_dispute"),
        ("product_quality", "other", 10, "product_complaint"),
        ("service_attitude", "deposit", None, "complaint_handling"),
    ],
)
def test_the_kind_of_complaint_chooses_its_procedure(kind: str, line: str, amount: int | None, process: str) -> None:
    value = None if amount is None else Decimal(amount)
    assert decide("process_choice", complaintType=kind, productLine=line, amount=value) == process


def test_what_the_regulator_forwards_is_critical() -> None:
    found = decide("severity", channel="regulator", complaintType="other", amount=None, urgency="normal")
    assert found["level"] == "critical"
