"""Indexes complaints that were stored without it: by an import, or before there was an index of words or fields.

Works out at the same time who is recused from them.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from app.domain.recusal import interest_in
from app.services.index_complaint import complaint_grams
from app.services.index_fields import indexed_values
from app.services.mark_recusals import mark_again
from app.services.open_sealed import open_sealed
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage.complaint_fields import ADD_FIELDS, list_indexed
from app.storage.complaint_grams import INDEX, drop_grams
from app.storage.complaints import ComplaintRow

PAGE = 200


def index_stored_complaints(runtime: Runtime, on_progress: Callable[[int], None] = lambda _: None) -> int:
    """Index every complaint, page by page, and return how many there are; one that is indexed stays as it is."""
    done, after = 0, 0
    while True:
        last, indexed = runtime.perform(_index_page, after)
        if last is None:
            return done
        done, after = done + indexed, last
        on_progress(done)


def _index_page(work: UnitOfWork, after: int) -> tuple[int | None, int]:
    """Index the complaints of the page after a key; returns its last key, None at the end, and how many they were."""
    table = ComplaintRow.__table__
    query = select(table).where(table.c.key > after).order_by(table.c.key).limit(PAGE)
    rows = work.connection.execute(query).all()
    found, fields = [], []
    there = list_indexed(work.connection, [row.key for row in rows])
    for row in rows:
        data = {**row.data, **open_sealed(work, row)}
        grams = complaint_grams(work, data)
        drop_grams(work.connection, row.key, grams)
        found += [(gram, row.key) for gram in grams]
        if not interest_in(data).is_none:
            mark_again(work, row)
        fields += [(row.key, *one) for one in indexed_values(work.runtime.sealer, data)]
    work.writes.add(INDEX, *found)
    work.writes.add(ADD_FIELDS, *[one for one in fields if one not in there])
    return (int(rows[-1].key) if rows else None), len(rows)
