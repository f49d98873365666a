"""Customers as other systems export them to a CSV: identities, what is known of a person, and tags. Knows no table.

Columns in any order: `customerNumber`, `idNumber`, `phone`, `email`, `wechat`, `name`, `tier`, `language`,
`preferredChannel`, and tags as `fact.<tag>`, `model.<tag>`, `rule.<tag>`, several values parted by `;`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from app.domain.customer import PROVING, Told
from app.domain.reject import Reject
from app.errors import InvalidInputError

IDENTITY_COLUMNS = {
    "customerNumber": "number",
    "idNumber": "id",
    "phone": "phone",
    "email": "email",
    "wechat": "wechat",
}
KNOWN_COLUMNS = ("name", "tier", "language", "preferredChannel")
TAG_COLUMN = re.compile(r"(fact|model|rule)\.([\w-]{1,60})")
FORMS = {
    "phone": re.compile(r"\+?[\d\s()-]{5,25}"),
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    "id": re.compile(r"[0-9A-Za-z()-]{5,30}"),
}
LONGEST = {"name": 100, "tier": 40, "language": 8, "preferredChannel": 20}
LONGEST_IDENTITY, LONGEST_VALUE = 200, 80
UNREADABLE = "\N{REPLACEMENT CHARACTER}"
STANDARD_VALUES = Path(__file__).parents[1] / "data" / "customer_values.csv"
"""Values that mean the same (教师, 老师, 高校教师), and the one that is kept: columns tag, written, standard."""


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """One customer of a file; `tags` are (kind, tag, value)."""

    line: int
    told: Told
    tags: tuple[tuple[str, str, str], ...]


def read_customers(lines: Iterable[str]) -> Iterator[CustomerLine | Reject]:
    """Read a file's customers, line by line; what cannot be taken is rejected with its line and why.

    Raises InvalidInputError for a column that means nothing, or no column with an identity.
    """
    rows = csv.DictReader(lines)
    columns = list(rows.fieldnames or ())
    known = {*IDENTITY_COLUMNS, *KNOWN_COLUMNS}
    strange = [name for name in columns if name not in known and not TAG_COLUMN.fullmatch(name or "")]
    if strange or not set(columns) & set(IDENTITY_COLUMNS):
        raise InvalidInputError(
            f"Expected columns among {', '.join(sorted(known))} and fact.…, model.…, rule.…, one of them an identity, "
            f"but got {', '.join(map(str, strange or columns)) or 'none'}"
        )
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            yield Reject(rows.line_num, f"not CSV: {error}")
            continue
        if row is None:
            return
        problem = _problem(row)
        yield Reject(rows.line_num, problem) if problem else _customer(rows.line_num, row)


def _problem(row: Mapping[str | None, object]) -> str | None:
    if None in row or None in row.values():
        return "Expected as many values as columns, but there are more or fewer"
    said = {str(name): str(value).strip() for name, value in row.items() if str(value).strip()}
    if any(UNREADABLE in value for value in said.values()):
        return "Expected text in UTF-8, but it is in another encoding"
    identities = {kind: said[name] for name, kind in IDENTITY_COLUMNS.items() if name in said}
    for kind, value in identities.items():
        form = FORMS.get(kind)
        if len(value) > LONGEST_IDENTITY or (form is not None and not form.fullmatch(value)):
            return f"Expected an identity of kind {kind}, but its form is wrong"
    if not set(identities) & PROVING and not (identities and "name" in said):
        return "Expected a customer number, ID number or WeChat id, or a phone or e-mail with a name, but there is none"
    for name, longest in LONGEST.items():
        if len(said.get(name, "")) > longest:
            return f"Expected at most {longest} characters as {name}, but there are more"
    for name, value in said.items():
        if TAG_COLUMN.fullmatch(name) and any(len(part) > LONGEST_VALUE for part in value.split(";")):
            return f"Expected at most {LONGEST_VALUE} characters a value as {name}, but there are more"
    return None


def _customer(line: int, row: Mapping[str, str]) -> CustomerLine:
    said = {name: value.strip() for name, value in row.items() if value.strip()}
    told = Told(
        identities={kind: said[name] for name, kind in IDENTITY_COLUMNS.items() if name in said},
        name=said.get("name"),
        language=said.get("language"),
        preferred_channel=said.get("preferredChannel"),
        tier=said.get("tier"),
    )
    tags: dict[tuple[str, str], str] = {}
    for name, value in said.items():
        if found := TAG_COLUMN.fullmatch(name):
            kind, tag = found.groups()
            tags |= {(tag, standard_value(tag, part.strip())): kind for part in value.split(";") if part.strip()}
    return CustomerLine(line, told, tuple((kind, tag, value) for (tag, value), kind in tags.items()))


def standard_value(tag: str, written: str) -> str:
    """Return the one value that is kept for what was written."""
    return _standard_values().get((tag, written), written)


@lru_cache(maxsize=1)
def _standard_values() -> dict[tuple[str, str], str]:
    with STANDARD_VALUES.open(encoding="utf-8", newline="") as lines:
        return {(row["tag"], row["written"]): row["standard"] for row in csv.DictReader(lines)}
