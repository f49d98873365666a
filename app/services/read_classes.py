"""Reads a complaint's classes, and the codes that may be given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row

from app.domain.actor import Actor
from app.services.see_complaint import see_complaint
from app.services.unit_of_work import UnitOfWork
from app.storage.classifications import list_classes, list_codes, list_schemes


class Scheme(NamedTuple):
    """The latest version of a scheme: its codes by facet, each under the one it belongs to."""

    name: str
    version: int
    facets: Mapping[str, Sequence[Row[Any]]]


def read_classes(work: UnitOfWork, actor: Actor, number: str) -> Sequence[Row[Any]]:
    """Return the complaint's first and final classes by scheme and facet; raises ForbiddenError and NotFoundError."""
    return list_classes(work.connection, see_complaint(work, actor, number).key)


def read_schemes(work: UnitOfWork) -> list[Scheme]:
    """Return the schemes, by name."""
    latest: dict[str, Row[Any]] = {}
    for row in list_schemes(work.connection):
        latest.setdefault(row.name, row)
    found = []
    for row in latest.values():
        facets: dict[str, list[Row[Any]]] = {}
        for code in list_codes(work.connection, row.key):
            facets.setdefault(code.facet, []).append(code)
        found.append(Scheme(row.name, row.version, facets))
    return found
