"""The names of posts as the installation calls them: those stored, before those shipped; remembered for seconds."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from flask import current_app

from app.domain import organisation
from app.domain.organisation import GroupName
from app.services.unit_of_work import Runtime
from app.storage.units import list_posts
from app.web.authentication import REMEMBERED_SECONDS, runtime


@dataclass
class KnownPosts:
    """The stored names by post, read again when they are older than REMEMBERED_SECONDS."""

    names: dict[str, GroupName] = field(default_factory=dict)
    until: float = 0.0

    def named(self, installation: Runtime) -> dict[str, GroupName]:
        """Return the names; two threads that read at once read the same."""
        if time.monotonic() >= self.until:
            with installation.reading() as connection:
                self.names = {row.id: GroupName(row.name_zh, row.name_en) for row in list_posts(connection)}
            self.until = time.monotonic() + REMEMBERED_SECONDS
        return self.names


def group_name(group: str, language: str) -> str:
    """Return the name of the post that a group stands for; its id where nobody knows it."""
    known = current_app.extensions.setdefault("known_posts", KnownPosts())
    assert isinstance(known, KnownPosts)
    found = known.named(runtime()).get(group)
    if found is None:
        return organisation.group_name(group, language)
    return found.zh if language == "zh" else found.en
