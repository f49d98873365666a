"""Finds complaints by words: by number, by number elsewhere, or by what they say, as far as a person may see them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, or_, select

from app.domain.actor import Actor
from app.domain.complaint import complaint_number
from app.domain.text_pieces import pieces, says
from app.errors import InvalidInputError
from app.services.index_complaint import LANGUAGES, choice_labels, complaint_text, grams_of
from app.services.see_complaint import seen_by
from app.services.unit_of_work import Runtime
from app.storage.complaint_grams import find_complaints_with
from app.storage.complaints import ComplaintRow
from app.storage.types import read_json

MOST_FOUND = 200
MOST_PIECES = 40
NUMBER = re.compile(r"(?:TS-?)?(?:(?P<year>\d{4})-)?(?P<sequence>\d{1,9})", re.IGNORECASE)
YEARS = 3
"""A number without its year is looked for in this year and the ones before it."""


class FoundComplaints(NamedTuple):
    """Rows of complaints, the newest first, and whether older ones could not be looked through."""

    rows: Sequence[Row[Any]]
    more: bool


def find_complaints(runtime: Runtime, connection: Connection, actor: Actor, words: str) -> FoundComplaints:
    """Return the complaints that say all of `words`, or whose number they are.

    Raises ForbiddenError, and InvalidInputError for words too short to look for.
    """
    sight = seen_by(connection, actor)
    numbered = _with_number(runtime, connection, words, sight)
    if numbered:
        return FoundComplaints(numbered, False)
    wanted = pieces(words)[:MOST_PIECES]
    if not wanted:
        raise InvalidInputError(
            f"Expected at least two characters of Chinese or three letters to search for, but got {words!r}",
            {"q": ["short"]},
        )
    grams = grams_of(runtime.sealer, wanted)
    keys, more = find_complaints_with(connection, grams, MOST_FOUND, sight)
    table = ComplaintRow.__table__
    rows = connection.execute(select(table).where(table.c.key.in_(keys)).order_by(table.c.key.desc())).all()
    labels = choice_labels(runtime, connection, LANGUAGES)
    return FoundComplaints([row for row in rows if says(complaint_text(labels, _fields(runtime, row)), words)], more)


def _with_number(
    runtime: Runtime, connection: Connection, words: str, sight: Sequence[ColumnElement[bool]]
) -> Sequence[Row[Any]]:
    text = words.strip()
    numbers = []
    found = NUMBER.fullmatch(text)
    if found is not None:
        year = runtime.clock.now().astimezone(runtime.zone).year
        years = [int(found["year"])] if found["year"] else [year - back for back in range(YEARS)]
        numbers = [complaint_number(one, int(found["sequence"])) for one in years]
    table = ComplaintRow.__table__
    wanted = or_(table.c.number.in_(numbers), table.c.external_number == text)
    return connection.execute(select(table).where(wanted, *sight).order_by(table.c.key.desc()).limit(MOST_FOUND)).all()


def _fields(runtime: Runtime, row: Row[Any]) -> dict[str, Any]:
    if row.sealed is None:
        return dict(row.data)
    return {**row.data, **read_json(runtime.sealer.open(row.sealed, f"complaint.sealed:{row.key}"))}
