"""Gives a complaint its classes in a scheme: as it came in, or as it turned out. Neither overwrites the other."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.actor import Actor
from app.errors import InvalidInputError, NotFoundError
from app.services.check_handling import check_handling
from app.services.see_complaint import see_complaint
from app.services.unit_of_work import UnitOfWork
from app.storage.classifications import FINAL, FIRST, find_latest_scheme, list_codes, replace_classes
from app.storage.clocks import lock_complaint
from app.storage.complaints import add_event


def classify_complaint(
    work: UnitOfWork, actor: Actor, number: str, scheme: str, codes: Mapping[str, str], *, final: bool = False
) -> int:
    """Write the complaint's code in each facet of the scheme's latest version; returns that version.

    `final` says how it turned out; without it, how it came in. Raises ForbiddenError for who only watches it,
    NotFoundError, and InvalidInputError (with fields) for a facet or code that the version does not have.
    """
    found = see_complaint(work, actor, number)
    check_handling(work, actor, found)
    version = find_latest_scheme(work.connection, scheme)
    if version is None:
        raise NotFoundError(f"Expected a classification scheme {scheme!r}, but there is none")
    lock_complaint(work.connection, found.key)
    known = {(row.facet, row.code) for row in list_codes(work.connection, version.key)}
    wrong = {facet: [f"No code {code!r}"] for facet, code in codes.items() if (facet, code) not in known}
    if wrong or not codes:
        raise InvalidInputError(
            f"Expected codes of {scheme} version {version.version}, but it does not have {dict(codes)}", wrong
        )
    stage = FINAL if final else FIRST
    given = {"complaint_key": found.key, "scheme_key": version.key, "stage": stage}
    said = {"at": work.now, "actor": actor.username}
    rows = [{**given, "facet": facet, "code": code, **said} for facet, code in codes.items()]
    replace_classes(work.connection, found.key, version.key, stage, rows)
    line = {"key": work.next_key(), "complaint_key": found.key, "at": work.now, "actor": actor.username}
    details = {"scheme": scheme, "version": version.version, "stage": stage, "codes": dict(codes)}
    add_event(work.connection, {**line, "kind": "classified", "details": details})
    return int(version.version)
