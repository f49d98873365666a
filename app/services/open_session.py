"""Start a browser's session, and tell whose session a browser comes with. Sessions live in real time."""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import datetime, timedelta

from app.clock import SystemClock
from app.domain.actor import Actor
from app.errors import UnavailableError
from app.services.authenticate_token import hash_token
from app.services.check_password import forget_failed_sign_ins
from app.services.record_audit import record_audit
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage import sessions

LENGTH = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
LONGEST_BROWSER = 300


def open_session(work: UnitOfWork, username: str, *, browser: str, address: str) -> str:
    """Start a session of somebody who has shown everything asked for; return its secret, which is told once."""
    now = SystemClock().now()
    sessions.delete_expired_sessions(work.connection, now)
    secret = secrets.token_urlsafe(32)
    row = {
        "secret_hash": hash_token(secret),
        "username": username,
        "browser": browser[:LONGEST_BROWSER],
        "address": address,
        "created_at": now,
        "seen_at": now,
        "expires_at": now + LENGTH,
    }
    sessions.add_session(work.connection, row)
    forget_failed_sign_ins(work, username)
    record_audit(work, Actor(username), "CREATE", "USER", 0, details={"session": username, "address": address})
    return secret


def find_session_owner(runtime: Runtime, secret: str, *, in_use: bool = True) -> str | None:
    """Return whose living session has this secret, None for one ended or left idle; note that it is used if it is."""
    secret_hash, now = hash_token(secret), SystemClock().now()
    with runtime.reading() as connection:
        row = sessions.find_session(connection, secret_hash)
    if row is None or row.expires_at <= now or row.seen_at <= idle_since(runtime, now):
        return None
    if in_use and row.seen_at < now - SEEN_EVERY:
        with suppress(UnavailableError):  # a busy database must not keep anybody out
            runtime.perform(_touch, secret_hash, now)
    return str(row.username)


def idle_since(runtime: Runtime, now: datetime) -> datetime:
    """Return since when a session that is over for being left idle has not been used."""
    return now - timedelta(minutes=runtime.settings.session_idle_minutes)


def _touch(work: UnitOfWork, secret_hash: str, now: datetime) -> None:
    sessions.touch_session(work.connection, secret_hash, now)
