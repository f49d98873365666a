"""Finds complaints by words: by number, by number elsewhere, or by what they say, as far as a person may see them.

What somebody may not read of a complaint (the table `field_access`) does not find it for them either.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, or_, select

from app.domain.actor import Actor
from app.domain.complaint import complaint_number
from app.domain.field_access import Shown, kind_of
from app.domain.languages import LANGUAGES
from app.domain.text_pieces import pieces, says
from app.errors import InvalidInputError
from app.services.index_complaint import choice_labels, field_texts, grams_of
from app.services.open_sealed import open_sealed
from app.services.see_complaint import seen_by
from app.services.show_fields import FieldRights, own_steps
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage.complaint_grams import find_complaints_with
from app.storage.complaints import ComplaintRow

MOST_FOUND = 200
MOST_PIECES = 40
NUMBER = re.compile(r"(?:TS-?)?(?:(?P<year>\d{4})-)?(?P<sequence>\d{1,9})", re.IGNORECASE)
YEARS = 3
"""A number without its year is looked for in this year and the ones before it."""


@dataclass(frozen=True)
class WantedTexts:
    """What complaints are to say: `words` anywhere, and `parts`, each a field and what its text is to hold."""

    words: str = ""
    parts: Sequence[tuple[str, str]] = ()

    @property
    def are_none(self) -> bool:
        """Whether nothing is asked for."""
        return not (self.words or self.parts)


class FoundComplaints(NamedTuple):
    """Rows of complaints, the newest first, and whether older ones could not be looked through."""

    rows: Sequence[Row[Any]]
    more: bool


def find_complaints(runtime: Runtime, connection: Connection, actor: Actor, wanted: WantedTexts) -> FoundComplaints:
    """Return the complaints that say all that is wanted, or whose number the words are.

    Raises ForbiddenError, and InvalidInputError for words too short to look for.
    """
    work = UnitOfWork(runtime, connection, runtime.now_in(connection))  # to ask tables with: nothing is written
    sight = seen_by(connection, actor)
    if wanted.words:
        numbered = _with_number(runtime, connection, wanted.words, sight)
        if numbered:
            parts = WantedTexts(parts=wanted.parts)
            return FoundComplaints(numbered if parts.are_none else saying(work, actor, numbered, parts), False)
    rows, more = find_candidates(work, wanted, sight)
    return FoundComplaints(saying(work, actor, rows, wanted), more)


def find_candidates(
    work: UnitOfWork, wanted: WantedTexts, also: Sequence[ColumnElement[bool]]
) -> tuple[Sequence[Row[Any]], bool]:
    """Return complaints that meet `also` and hold the pieces of what is wanted somewhere; whether older were left out.

    At most MOST_FOUND, the newest first. Raises InvalidInputError for words too short to look for.
    """
    cut: dict[str, None] = {}
    for name, text in (("q", wanted.words), *wanted.parts):
        found = pieces(text)
        if text and not found:
            raise InvalidInputError(
                f"Expected at least two characters of Chinese or three letters to search for, but got {text!r}",
                {name: ["short"]},
            )
        cut |= dict.fromkeys(found)
    grams = grams_of(work.runtime.sealer, list(cut)[:MOST_PIECES])
    keys, more = find_complaints_with(work.connection, grams, MOST_FOUND, also)
    table = ComplaintRow.__table__
    query = select(table).where(table.c.key.in_(keys)).order_by(table.c.key.desc())
    return work.connection.execute(query).all(), more


def saying(work: UnitOfWork, actor: Actor, rows: Sequence[Row[Any]], wanted: WantedTexts) -> list[Row[Any]]:
    """Return those of the complaints that really say what is wanted, in what the actor may read of them."""
    labels = choice_labels(work.runtime, work.connection, LANGUAGES)
    rights = FieldRights(work, actor)
    steps = own_steps(work.connection, actor, [row.number for row in rows]) if rows else {}
    found = []
    for row in rows:
        right_to = rights.on(steps.get(row.number))
        texts = {
            name: text
            for name, text in field_texts(labels, {**row.data, **open_sealed(work, row)}).items()
            if right_to(kind_of(name.split(".", 1)[0])).shown is not Shown.HIDDEN
        }
        in_parts = all(says(texts.get(name, ""), part) for name, part in wanted.parts)
        if in_parts and says("\n".join(texts.values()), wanted.words):
            found.append(row)
    return found


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
