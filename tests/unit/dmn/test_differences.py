"""What two versions of a table differ in, in words a compliance officer would use."""

from __future__ import annotations

from app.dmn.differences import Change, TableChange, diff_definitions
from app.dmn.reader import read_definitions
from tests.unit.dmn.tables import Row, table_xml

ROWS: list[Row] = [
    ('"fraud"', "-", '"card risk"'),
    ('"fee"', "< 100", '"branch"'),
    ('"fee"', ">= 100", '"head office"'),
]


def table(rows: list[Row] = ROWS, **options: object) -> str:
    return table_xml(["kind:string", "amount:number"], ["unit:string"], rows, **options)


def difference(old: str, new: str) -> TableChange:
    (change,) = diff_definitions(read_definitions(old, "old.dmn"), read_definitions(new, "new.dmn"))
    return change


def test_equal_tables_have_no_difference() -> None:
    spaced = table([(" \n".join(cell.split(" ")) if cell.startswith("<") else cell for cell in row) for row in ROWS])
    assert diff_definitions(read_definitions(table(), "a"), read_definitions(spaced, "b")) == ()


def test_a_changed_cell_is_named_by_its_column_and_rule() -> None:
    change = difference(table(), table([ROWS[0], ('"fee"', "< 200", '"branch"'), ROWS[2]]))
    (rule,) = change.changed
    assert (rule.id, rule.old_number, rule.new_number, rule.moved) == ("r2", 2, 2, False)
    assert rule.cells == (Change("amount", "< 100", "< 200"),)


def test_added_and_removed_rules_are_shown_whole() -> None:
    change = difference(table(), table([ROWS[0], ROWS[1], ('"loan"', "-", '"credit"')], ids=["r1", "r2", "r9"]))
    # r3 and r9 stand after the same rule, so they are one edited rule only when nothing else tells them apart
    assert [rule.id for rule in change.changed] == ["r9"]
    change = difference(table(), table([*ROWS, ('"loan"', "-", '"credit"')]))
    assert [(rule.id, rule.new_number) for rule in change.added] == [("r4", 4)]
    assert Change("unit", None, '"credit"') in change.added[0].cells
    change = difference(table(), table(ROWS[:2]))
    assert [(rule.id, rule.old_number) for rule in change.removed] == [("r3", 3)]


def test_a_rule_that_moves_is_moved_and_its_neighbours_are_not() -> None:
    change = difference(table(), table([ROWS[2], ROWS[0], ROWS[1]], ids=["r3", "r1", "r2"]))
    assert [(rule.id, rule.old_number, rule.new_number) for rule in change.changed if rule.moved] == [("r3", 3, 1)]
    assert len(change.changed) == 1


def test_rules_whose_ids_were_made_anew_are_matched_by_content() -> None:
    assert diff_definitions(read_definitions(table(), "a"), read_definitions(table(ids=["x1", "x2", "x3"]), "b")) == ()


def test_policy_type_and_allowed_values_are_properties() -> None:
    new = table_xml(
        ["kind:string", "amount:string"], ["unit:string"], ROWS, policy="FIRST", allowed={"kind": '"fraud","fee"'}
    )
    assert set(difference(table(), new).properties) == {
        Change("hit policy", "UNIQUE", "FIRST"),
        Change("amount: type", "number", "string"),
        Change("kind: allowed values", None, '"fraud","fee"'),
    }


def test_a_new_column_is_named_and_old_cells_are_not_called_changed() -> None:
    rows: list[Row] = [(*row[:2], "-", row[2]) for row in ROWS]
    old = table_xml(["kind:string", "amount:number"], ["unit:string"], ROWS)
    new = table_xml(["kind:string", "amount:number", "tier:string"], ["unit:string"], rows)
    change = difference(old, new)
    assert change.columns_added == ("tier",)
    assert (change.changed, change.added, change.removed) == ((), (), ())


def test_decisions_that_come_and_go_are_named() -> None:
    old, new = read_definitions(table(decision="old"), "a"), read_definitions(table(decision="new"), "b")
    assert [(change.decision, change.kind) for change in diff_definitions(old, new)] == [
        ("new", "added"),
        ("old", "removed"),
    ]


def test_annotations_are_compared_like_cells() -> None:
    rows: list[Row] = [(*row, "why") for row in ROWS]
    changed: list[Row] = [(*ROWS[0], "because of R55"), *rows[1:]]
    change = difference(table(rows, annotations=["reason"]), table(changed, annotations=["reason"]))
    assert change.changed[0].cells == (Change("reason", "why", "because of R55"),)
