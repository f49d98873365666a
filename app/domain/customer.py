"""Whose a complaint is: which of the customers already known is meant by the identities and the name that were given.

Owns what proves a person and what two people may share. Pure rules; knows no row and no key ring.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.domain.complaint import IDENTITIES

STRENGTH = ("id", "wechat", "number", "phone", "email")
"""Kinds of identity, what says most of a person first."""

PROVING = frozenset({"id", "wechat", "number"})
"""Kinds that belong to one person; a phone or an e-mail address may be a family's."""

ONE_A_PERSON = "id"
"""The kind of which a person has one: another one is another person."""

GIVEN_TOGETHER, SHARED, TWO_PEOPLE = "given-together", "shared", "two-people"
"""Why two customers are proposed as one: their identities came together, they share one, or share one but differ."""


@dataclass(frozen=True)
class Told:
    """What somebody said of a customer: identities by kind, and what is known besides; None for what was not said."""

    identities: Mapping[str, str] = field(default_factory=dict)
    name: str | None = None
    language: str | None = None
    preferred_channel: str | None = None
    tier: str | None = None

    @property
    def is_nobody(self) -> bool:
        """Whether nothing was said by which a person could be known again."""
        return not self.identities and not self.name


@dataclass(frozen=True)
class Holder:
    """A customer that holds one of the given identities. `same_name`: its name is the given one, or one is unknown."""

    key: int
    root_key: int
    kind: str
    same_name: bool


@dataclass(frozen=True)
class Match:
    """Who is meant (None: somebody new), and with whom that one is proposed to be one person: (key, why)."""

    chosen: Holder | None
    proposed: tuple[tuple[int, str], ...]


def told_in(data: Mapping[str, Any]) -> Told:
    """Return what a complaint's answers say of its customer."""
    given = {kind: str(data[name]).strip() for name, kind in IDENTITIES.items() if data.get(name)}
    return Told(
        identities={kind: value for kind, value in given.items() if value},
        name=str(data.get("customerName") or "").strip() or None,
        language=_code(data.get("language"), 8),
        preferred_channel=_code(data.get("preferredChannel"), 20),
        tier=_code(data.get("customerTier"), 40),
    )


def _code(value: object, longest: int) -> str | None:
    """A code of a form's choices; what is no code is not kept of a customer."""
    text = value.strip() if isinstance(value, str) else ""
    return text if 0 < len(text) <= longest and text.isprintable() else None


def choose(holders: Sequence[Holder], contradicting: Collection[int]) -> Match:
    """Choose who is meant among those who hold a given identity.

    `contradicting` are the roots known by another identity card than the given one. What proves a person decides, the
    strongest first; a phone or e-mail address only together with the name. Nobody is merged here: whoever else holds a
    given identity is proposed.
    """
    meant = [one for one in holders if one.root_key not in contradicting and (one.kind in PROVING or one.same_name)]
    chosen = min(meant, key=lambda one: (STRENGTH.index(one.kind), one.key), default=None)
    why: dict[int, tuple[int, str]] = {}
    for one in holders:
        if chosen is not None and one.root_key == chosen.root_key:
            continue
        reason = TWO_PEOPLE if one.root_key in contradicting else GIVEN_TOGETHER if one in meant else SHARED
        why.setdefault(one.root_key, (one.key, reason))
    return Match(chosen, tuple(why.values()))
