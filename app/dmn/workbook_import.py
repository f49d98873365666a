"""A workbook that people edited, back into the DMN file it was made from.

Nothing is replaced here: the new XML comes back with the difference and with notes on all that could not be kept, for a
person to accept. Everything of the file that is not in the workbook (the requirement graph, other decisions, types,
diagrams, ids) stays. Sheets are read by `app/dmn/workbook_sheet.py`.
"""

from __future__ import annotations

import copy
import hashlib
import io
import re
import secrets
import zipfile
from dataclasses import dataclass
from typing import Any

import openpyxl
from lxml import etree

from app.dmn.differences import TableChange, diff_definitions
from app.dmn.errors import DmnError, Place
from app.dmn.reader import read_definitions
from app.dmn.safe_xml import child, children, local_name, parse_xml
from app.dmn.workbook_layout import ANNOTATION, DESCRIPTION, INPUT, OUTPUT
from app.dmn.workbook_sheet import Column, Note, Sheet, SheetRule, read_sheet

MOST_UNPACKED_BYTES = 100_000_000


@dataclass(frozen=True, slots=True)
class WorkbookImport:
    """The file as it would become, what would change, and what people should know before they accept it."""

    xml: bytes
    changes: tuple[TableChange, ...]
    notes: tuple[Note, ...]


def read_workbook(workbook: bytes, base: bytes | str, *, file: str) -> WorkbookImport:
    """Put the tables of `workbook` (XLSX) into `base`, the DMN file they were exported from.

    Raises DmnError where the workbook cannot be read as tables, naming sheet, row and column.
    """
    source = base.encode() if isinstance(base, str) else base
    root = parse_xml(source, file)
    tables = {each.get("id"): child(each, "decisionTable") for each in children(root, "decision")}
    notes: list[Note] = []
    if b"<!--" in source:
        notes.append(Note("", None, "Comments in the XML are not kept"))
    fingerprint = hashlib.sha256(source).hexdigest()
    found: set[str] = set()
    for name, rows in _open(workbook, file):
        sheet = read_sheet(name, rows, file, notes)
        if sheet is None:
            continue
        table = tables.get(sheet.decision)
        if table is None:
            raise DmnError(
                f"Expected sheet {name!r} to hold a table of the file, but it has no decision table {sheet.decision!r}",
                Place(file),
                "workbook",
            )
        if sheet.fingerprint != fingerprint:
            notes.append(Note(name, None, "The file has changed since the workbook was made from it; see what changes"))
        found.add(sheet.decision)
        _put(table, sheet, notes)
    if not found:
        raise DmnError(
            "Expected a sheet that was exported from a decision table, but there is none", Place(file), "workbook"
        )
    xml = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return WorkbookImport(
        xml, diff_definitions(read_definitions(source, file), read_definitions(xml, file)), tuple(notes)
    )


def _open(workbook: bytes, file: str) -> list[tuple[str, Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > MOST_UNPACKED_BYTES:
            raise DmnError(
                f"Expected a workbook of at most {MOST_UNPACKED_BYTES:,} bytes, but it unpacks to {unpacked:,}",
                Place(file),
                "workbook",
            )
        opened = openpyxl.load_workbook(io.BytesIO(workbook), data_only=False, keep_links=False)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, etree.XMLSyntaxError) as error:
        raise DmnError(f"Expected an XLSX workbook, but it cannot be read: {error}", Place(file), "workbook") from error
    return [(sheet.title, sheet) for sheet in opened.worksheets]


def _put(table: etree._Element, sheet: Sheet, notes: list[Note]) -> None:
    """Rewrite a `decisionTable` element after a sheet, taking over every element that is still meant."""
    old_clauses = {each.get("id"): each for each in children(table, "input", "output") if each.get("id")}
    places = _old_places(table)
    policy, _, aggregation = sheet.policy.partition(" ")
    if sheet.policy in ("RULE ORDER", "OUTPUT ORDER"):
        policy, aggregation = sheet.policy, ""
    table.set("hitPolicy", policy)
    _set_attribute(table, "aggregation", aggregation)
    old_rules = {each.get("id"): each for each in children(table, "rule") if each.get("id")}
    for each in list(children(table, "input", "output", "annotation", "rule")):
        table.remove(each)
    for column in sheet.of_kind(INPUT, OUTPUT):
        table.append(_clause(table, column, old_clauses.get(column.id)))
    for column in sheet.of_kind(ANNOTATION):
        etree.SubElement(table, _tag(table, "annotation"), {"name": column.label})
    used: set[str] = set()
    for rule in sheet.rules:
        if rule.id in used:
            notes.append(Note(sheet.name, rule.row, f"Rule id {rule.id!r} stands twice; this row becomes a new rule"))
        known = rule.id in old_rules and rule.id not in used
        used.add(rule.id)
        table.append(_rule(table, rule, old_rules[rule.id] if known else None, places))


def _old_places(table: etree._Element) -> dict[str, int]:
    """Return where the cells of each old column stand in a rule, by column id."""
    places: dict[str, int] = {}
    for kind in (INPUT, OUTPUT):
        places |= {each.get("id") or "": at for at, each in enumerate(children(table, kind))}
    return places


def _tag(near: etree._Element, name: str) -> str:
    return etree.QName(etree.QName(near).namespace, name).text


def _new_id(kind: str) -> str:
    return f"{kind}_{secrets.token_hex(5)}"


def _clause(table: etree._Element, column: Column, old: etree._Element | None) -> etree._Element:
    clause = copy.deepcopy(old) if old is not None and local_name(old) == column.kind else None
    if clause is None:
        clause = etree.Element(_tag(table, column.kind), {"id": column.id or _new_id(column.kind.capitalize())})
    _set_attribute(clause, "label", column.label)
    typed = clause
    if column.kind == INPUT:
        expression = child(clause, "inputExpression")
        typed = expression if expression is not None else etree.SubElement(clause, _tag(table, "inputExpression"))
        _set_text(typed, column.expression)
    else:
        _set_attribute(clause, "name", column.expression)
    _set_attribute(typed, "typeRef", column.type_ref)
    values_tag = "inputValues" if column.kind == INPUT else "outputValues"
    values = child(clause, values_tag)
    if column.values:
        if values is None:
            values = etree.Element(_tag(table, values_tag))
            clause.insert(list(clause).index(typed) + 1 if column.kind == INPUT else 0, values)
        _set_text(values, column.values)
    elif values is not None:
        clause.remove(values)
    return clause


def _rule(table: etree._Element, rule: SheetRule, old: etree._Element | None, places: dict[str, int]) -> etree._Element:
    element = etree.Element(_tag(table, "rule"))
    element.set("id", _new_id("DecisionRule"))
    for name, value in old.attrib.items() if old is not None else ():
        element.set(name, value)
    description = next((text for column, text in rule.cells if column.kind == DESCRIPTION), "")
    if description:
        _set_text(etree.SubElement(element, _tag(table, "description")), description, direct=True)
    for kind in (INPUT, OUTPUT, ANNOTATION):
        entries = list(children(old, f"{kind}Entry")) if old is not None else []
        mine = [(column, text) for column, text in rule.cells if column.kind == kind]
        for at, (column, text) in enumerate(mine):
            place = at if kind == ANNOTATION else places.get(column.id)
            entry = copy.deepcopy(entries[place]) if place is not None and place < len(entries) else None
            if entry is None:
                entry = etree.Element(_tag(table, f"{kind}Entry"))
                if kind != ANNOTATION:
                    entry.set("id", _new_id("UnaryTests" if kind == INPUT else "LiteralExpression"))
            _set_text(entry, text)
            element.append(entry)
    return element


def _set_attribute(element: etree._Element, name: str, value: str) -> None:
    if value:
        element.set(name, value)
    elif name in element.attrib:
        del element.attrib[name]


def _set_text(element: etree._Element, text: str, *, direct: bool = False) -> None:
    """Write a text where DMN keeps it: in a `text` child, or in the element itself. Unchanged text is left as it is."""
    holder = element if direct else child(element, "text")
    if holder is None:
        holder = etree.SubElement(element, _tag(element, "text"))
    if re.sub(r"\s+", " ", holder.text or "").strip() != re.sub(r"\s+", " ", text).strip():
        holder.text = text
