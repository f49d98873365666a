"""Takes customers in from another system's CSV: matched or made, with what is known of them and their tags.

Batches of lines, each a transaction: what is taken in stays when the import breaks off, and the same file again changes
nothing. Nobody is merged: who conflicts is proposed, as at filing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.domain.customer_file import CustomerLine, read_customers
from app.domain.reject import Reject
from app.services.import_file import ImportCount, open_lines
from app.services.match_customer import match_customer
from app.services.merge_customers import hold_customers
from app.services.tag_customer import Tag, replace_tags
from app.services.unit_of_work import Runtime, UnitOfWork

BATCH = 200


def import_customers(
    runtime: Runtime,
    actor: Actor,
    path: Path,
    *,
    on_progress: Callable[[ImportCount], None] = lambda _: None,
    on_reject: Callable[[Reject], None] = lambda _: None,
) -> ImportCount:
    """Import a CSV (app.domain.customer_file), plain or `.gz`, and return what became of its lines.

    Raises ForbiddenError, NotFoundError for no such file, InvalidInputError for another kind of file.
    """
    require_scope(actor, "operate")
    count, began = ImportCount(), time.monotonic()
    with open_lines(path) as (text, position):
        lines = read_customers(text)
        while batch := list(islice(lines, BATCH)):
            rejects = [one for one in batch if isinstance(one, Reject)]
            added = runtime.perform(_take, [one for one in batch if isinstance(one, CustomerLine)], path.name)
            for reject in rejects:
                on_reject(reject)
            count.read += len(batch)
            count.added += added
            count.rejected += len(rejects)
            count.known = count.read - count.added - count.rejected
            count.seconds, count.fraction = time.monotonic() - began, position()
            on_progress(count)
    return count


def _take(work: UnitOfWork, lines: Sequence[CustomerLine], file: str) -> int:
    """Match or make the customers of these lines; returns how many were made."""
    hold_customers(work)
    source = f"import:{file}"[:120]
    made, tags = 0, dict[int, tuple[Tag, ...]]()
    for line in lines:
        last = work.next_key()
        key = match_customer(work, line.told, source)
        work.writes.flush()  # the next line may be of the same person
        assert key is not None, "a line without an identity was rejected"
        made += key > last
        if line.tags:  # of a person told twice, the later line counts
            tags[key] = line.tags
    replace_tags(work, tags, source)
    return made
