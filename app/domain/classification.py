"""Classification schemes: codes in facets, each with a place in its facet's tree. Read from CSV, checked whole."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from app.errors import InvalidInputError

COLUMNS = ("facet", "code", "parent", "name_zh", "name_en")
MOST_CODES = 20_000
LONGEST = {"facet": 40, "code": 120, "parent": 120}


class SchemeFileError(InvalidInputError):
    """A file of codes cannot be taken; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a facet. `parent` is the code above it, empty at the top; one of the two names may be empty."""

    facet: str
    code: str
    parent: str
    name_zh: str
    name_en: str


def read_scheme(text: str, *, file: str) -> tuple[Code, ...]:
    """Return the codes of a CSV text with the columns facet, code, parent, name_zh and name_en.

    Raises SchemeFileError for a missing column, a code given twice, a parent that is no code of the facet, or a circle.
    """
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
    if missing:
        raise SchemeFileError(
            f"Expected the columns {', '.join(COLUMNS)} in {file}, but {', '.join(missing)} is missing"
        )
    codes: dict[tuple[str, str], Code] = {}
    lines: dict[tuple[str, str], int] = {}
    for row in rows:
        where = f"{file}, line {rows.line_num}"
        code = Code(*((row[column] or "").strip() for column in COLUMNS))
        _check(code, where)
        if (code.facet, code.code) in codes:
            raise SchemeFileError(f"Expected each code once in a facet, but {code.code!r} is there again ({where})")
        codes[code.facet, code.code] = code
        lines[code.facet, code.code] = rows.line_num
        if len(codes) > MOST_CODES:
            raise SchemeFileError(f"Expected at most {MOST_CODES:,} codes in {file}, but there are more")
    for place, code in codes.items():
        _check_parents(code, codes, f"{file}, line {lines[place]}")
    if not codes:
        raise SchemeFileError(f"Expected at least one code in {file}, but there is none")
    return tuple(codes.values())


def _check(code: Code, where: str) -> None:
    if not code.facet or not code.code or not (code.name_zh or code.name_en):
        raise SchemeFileError(f"Expected facet, code and a name, but got {code} ({where})")
    for column, longest in LONGEST.items():
        if len(getattr(code, column)) > longest:
            raise SchemeFileError(f"Expected at most {longest} characters of {column}, but there are more ({where})")


def _check_parents(code: Code, codes: dict[tuple[str, str], Code], where: str) -> None:
    seen = {code.code}
    above = code
    while above.parent:
        if above.parent in seen:
            raise SchemeFileError(f"Expected codes without a circle, but {code.code!r} stands above itself ({where})")
        seen.add(above.parent)
        found = codes.get((code.facet, above.parent))
        if found is None:
            raise SchemeFileError(
                f"Expected the parent {above.parent!r} in the facet {code.facet}, but none is ({where})"
            )
        above = found
