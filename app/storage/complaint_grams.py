"""A blind index of what complaints say: keyed hashes of short pieces of text, from which no text can be read.

A search reads the newest complaints that hold its rarest piece and asks each for the others; so it stops at a bound,
however many complaints there are. Knows neither the text nor the key (docs/adr/0020).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import BigInteger, ColumnElement, Connection, Integer, delete, func, literal, select, union_all
from sqlalchemy.orm import Mapped, aliased, mapped_column

from app.storage.base import Base
from app.storage.complaints import ComplaintRow
from app.storage.writes import insert_rows

WINDOW = 5000
"""How many complaints with the rarest piece are looked at, the newest first."""


class ComplaintGramRow(Base):
    """One piece of one complaint's text, as the first 31 bits of its keyed hash; the key's order is the search's."""

    __tablename__ = "complaint_gram"

    gram: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    complaint_key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


INDEX = insert_rows(ComplaintGramRow)


def drop_grams(connection: Connection, complaint_key: int, grams: Collection[int]) -> None:
    """Take a complaint out of the index of these pieces."""
    table = ComplaintGramRow.__table__.c
    mine = (table.gram.in_(sorted(set(grams))), table.complaint_key == complaint_key)
    connection.execute(delete(ComplaintGramRow).where(*mine))


def find_complaints_with(
    connection: Connection, grams: Sequence[int], most: int, also: Sequence[ColumnElement[bool]] = ()
) -> tuple[list[int], bool]:
    """Return up to `most` complaints that hold every piece and meet `also` (conditions on `ComplaintRow`).

    The newest come first; the second value says whether older ones were left out.
    """
    counts = _counts(connection, grams)
    rarest = min(grams, key=lambda gram: counts.get(gram, 0))
    first = ComplaintGramRow.__table__
    newest = (
        select(first.c.complaint_key)
        .where(first.c.gram == rarest)
        .order_by(first.c.complaint_key.desc())
        .limit(WINDOW)
        .subquery()
    )
    complaint = ComplaintRow.__table__
    query = select(newest.c.complaint_key).join(complaint, complaint.c.key == newest.c.complaint_key).where(*also)
    for gram in grams:
        if gram != rarest:
            other = aliased(ComplaintGramRow)
            same = (other.gram == gram, other.complaint_key == newest.c.complaint_key)
            query = query.where(select(1).where(*same).exists())
    found = list(connection.execute(query.order_by(newest.c.complaint_key.desc()).limit(most + 1)).scalars())
    return found[:most], len(found) > most or counts.get(rarest, 0) >= WINDOW


def _counts(connection: Connection, grams: Sequence[int]) -> dict[int, int]:
    """How many complaints hold each piece, counted up to the window."""
    table = ComplaintGramRow.__table__
    parts = []
    for gram in grams:
        some = select(table.c.gram).where(table.c.gram == gram).limit(WINDOW).subquery()
        parts.append(select(literal(gram, Integer).label("gram"), func.count().label("count")).select_from(some))
    return {gram: int(count) for gram, count in connection.execute(union_all(*parts))}
