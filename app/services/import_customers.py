"""Takes customers in from another system's CSV: matched or made, with what is known of them and their tags.

Batches of lines, each a transaction: what is taken in stays when the import breaks off, and the same file again changes
nothing. Nobody is merged: who conflicts is proposed, as at filing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.domain.customer_file import CustomerLine, read_customers
from app.domain.reject import Reject
from app.services.import_file import ImportCount, import_lines
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

    def take(lines: Sequence[CustomerLine]) -> tuple[int, Sequence[Reject]]:
        return runtime.perform(_take, lines, path.name), ()

    return import_lines(path, read_customers, take, BATCH, on_progress=on_progress, on_reject=on_reject)


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
