"""Works out who is recused from a complaint (回避), and from whom it is hidden; keeps that as rows.

Done when a complaint is filed, when somebody says who is complained about, and when the organisation changes. Whoever
shows complaints asks the rows; whoever gives a task asks the table anew (`check_recusal`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from app.domain.recusal import Relation, interest_in, relations_of
from app.services.check_recusal import decide_recusal, read_organisation_of
from app.services.open_sealed import open_sealed
from app.services.unit_of_work import UnitOfWork
from app.storage.complaint_recusals import (
    BY_HAND,
    CHOSEN,
    CLEARED,
    LINE,
    NAMED,
    list_complaints_naming,
    list_recusals,
    replace_recusals,
)
from app.storage.complaints import find_complaint_by_key


def mark_recusals(
    work: UnitOfWork, key: int, complaint_type: str | None, fields: Mapping[str, Any], by_hand: Sequence[Row[Any]] = ()
) -> None:
    """Write who is recused from a complaint with these fields; `by_hand` are the rows of what people said, and stay."""
    accounts = frozenset(row.username for row in by_hand if row.source == CHOSEN)
    cleared = frozenset(row.username for row in by_hand if row.source == CLEARED)
    interest = interest_in(fields, accounts=accounts, cleared=cleared)
    if interest.is_none and not by_hand:
        return
    rows = {row.username: {**row._mapping, "hidden": False} for row in by_hand if row.source == CLEARED}
    if not interest.is_none:
        said = {row.username: row for row in by_hand if row.source == CHOSEN}
        found = relations_of(interest, read_organisation_of(work))
        hides = {relation: decide_recusal(work, complaint_type, relation).hidden for relation in set(found.values())}
        for name, relation in found.items():
            if relation is not Relation.RESPONDENT and not hides[relation]:
                continue
            if name in cleared:  # stays cleared, and may be recused for another reason
                rows[name] |= {"relation": str(relation), "hidden": hides[relation]}
                continue
            is_person = relation in (Relation.RESPONDENT, Relation.BUSINESS)
            own = said.get(name)
            rows[name] = {
                "username": name,
                "complaint_key": key,
                "relation": str(relation),
                "source": CHOSEN if own is not None else (NAMED if is_person else LINE),
                "hidden": hides[relation],
                "set_by": "" if own is None else own.set_by,
                "set_at": work.now if own is None else own.set_at,
            }
    replace_recusals(work.connection, key, rows.values())


def mark_again(work: UnitOfWork, complaint: Row[Any]) -> None:
    """Work out anew who is recused from a complaint (its row)."""
    by_hand = [row for row in list_recusals(work.connection, complaint.key) if row.source in BY_HAND]
    replace_recusals(work.connection, complaint.key, ())
    mark_recusals(work, complaint.key, complaint.type, {**complaint.data, **open_sealed(work, complaint)}, by_hand)


def mark_again_after_move(work: UnitOfWork, usernames: Sequence[str]) -> None:
    """Work out anew the complaints, not ended, from which these people are recused: their place has changed."""
    keys = sorted({key for name in usernames for key in list_complaints_naming(work.connection, name)})
    for key in keys:
        complaint = find_complaint_by_key(work.connection, key)
        if complaint is not None:
            mark_again(work, complaint)
