"""API tokens: tell who comes with one, issue and revoke them. They live in real time, also where the clock is moved."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from app.clock import SystemClock
from app.domain.access import SCOPES
from app.domain.actor import Actor
from app.errors import InvalidInputError, NotFoundError
from app.services.authenticate_password import find_actor
from app.services.unit_of_work import UnitOfWork
from app.storage import accounts

PREFIX = "rdr_"
"""Lets secret scanners recognise a leaked token."""


class IssuedToken(NamedTuple):
    """A token in clear, told once, and when it ends (None: never)."""

    token: str
    expires_at: datetime | None


def authenticate_token(connection: Connection, token: str, at: datetime) -> Actor | None:
    """Return the actor of a living token, as at `at`, with the scopes that token and roles both give, else None."""
    row = accounts.find_token(connection, hash_token(token), SystemClock().now())
    actor = None if row is None else find_actor(connection, row.username, at)
    if row is None or actor is None:
        return None
    return replace(actor, scopes=actor.scopes & frozenset(row.scopes))


def issue_token(
    work: UnitOfWork, username: str, name: str, scopes: Collection[str], lifetime: timedelta | None
) -> IssuedToken:
    """Issue a token called `name` for an account, and forget its expired ones of that name.

    Raises InvalidInputError for an unknown scope, NotFoundError for an unknown account.
    """
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown:
        raise InvalidInputError(f"Expected scopes among {', '.join(SCOPES)}, but got {', '.join(unknown)}")
    if accounts.find_account(work.connection, username) is None:
        raise NotFoundError(f"Expected an account '{username}', but there is none")
    now = SystemClock().now()
    accounts.delete_expired_tokens(work.connection, username, name, now)
    token = PREFIX + secrets.token_urlsafe(32)
    expires_at = None if lifetime is None else now + lifetime
    row = {
        "token_hash": hash_token(token),
        "username": username,
        "name": name,
        "scopes": sorted(set(scopes)),
        "created_at": now,
        "expires_at": expires_at,
        "revoked_at": None,
    }
    accounts.add_token(work.connection, row)
    return IssuedToken(token, expires_at)


def hash_token(token: str) -> str:
    """Return what is stored of a token: it is random enough that a plain SHA-256 cannot be searched."""
    return hashlib.sha256(token.encode()).hexdigest()
