"""Tell who comes with a name and a password alone: programs, by HTTP Basic or as an OAuth client."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from app.domain.access import scopes_of
from app.domain.actor import Actor
from app.services.check_password import check_password, forget_failed_sign_ins
from app.services.need_second_factor import needs_second_factor
from app.services.unit_of_work import Runtime
from app.storage.actors import find_standing
from app.storage.second_factors import find_second_factor
from app.storage.sign_in_guards import find_guard


def authenticate_password(runtime: Runtime, username: str, password: str) -> Actor | None:
    """Return the actor whose account has this name and password, else None. Slow on purpose (argon2).

    An account that has a second factor, or must have one, is refused: its password alone opens nothing, and its
    programs use tokens.
    """
    if not check_password(runtime, username, password):
        return None
    with runtime.reading() as connection:
        has_factor = find_second_factor(connection, username) is not None
        if has_factor or needs_second_factor(runtime, connection, username):
            return None
        actor = find_actor(connection, username, runtime.now_in(connection))
        has_failed = find_guard(connection, username) is not None
    if has_failed:
        runtime.perform(forget_failed_sign_ins, username)
    return actor


def find_actor(connection: Connection, username: str, at: datetime) -> Actor | None:
    """Return the actor of an active account, as it stands at `at`, with everything its roles give, else None."""
    found = find_standing(connection, username, at)
    if found is None:
        return None
    return Actor(
        username,
        found.groups,
        scopes_of(found.roles),
        found.units,
        found.supervises,
        found.stands_in_for,
        found.lent_groups,
        found.recused,
    )
