"""How often one may ask: a generous limit on everybody, a tight one on failed sign-ins and on looking people up.

The generous one guards a process against a runaway client and is counted in its memory: a question to Redis with every
request would cost a tenth of the work itself. The tight ones guard passwords and people's identities and are counted in
Redis, where there is one, for all processes together. Knows no account.
"""

from __future__ import annotations

import time
import zlib
from contextlib import suppress

from flask import Flask, current_app, request
from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from redis.exceptions import RedisError
from werkzeug.exceptions import TooManyRequests

from app.config import Settings

EVERYBODY_PER_MINUTE = 60_000
FAILED_SIGN_INS = RateLimitItemPerMinute(20)
LOOKUPS = RateLimitItemPerMinute(60)
"""Searches for customers: enough to type and correct, too few to try phone numbers in turn."""

CODE_REQUESTS = RateLimitItemPerHour(30)
CODE_TRIES = RateLimitItemPerHour(60)
"""Codes asked for and tried by one address at the portal: a family's, or a branch's guest network, not a script's."""

PORTAL_FILINGS = RateLimitItemPerHour(10)
PORTAL_WORDS = RateLimitItemPerHour(60)
"""Complaints and other messages from one contact: more than a person writes, less than a script would."""

WINDOW_SECONDS = 60.0
LOST_STORE = (StorageError, RedisError)
"""A lost Redis must not stop the work; until it is back, failures are not counted."""


class Limits:
    """The counters of one process, and the way to those all processes share."""

    def __init__(self, redis_url: str | None) -> None:
        self._window = 0
        self._counts: dict[int, int] = {}
        self._failures = FixedWindowRateLimiter(storage_from_string(_storage(redis_url), wrap_exceptions=True))

    def count(self, caller: str) -> None:
        """Count a request; raises TooManyRequests beyond the limit. A lost race between threads loses a count."""
        window = int(time.monotonic() / WINDOW_SECONDS)
        if window != self._window:
            self._window, self._counts = window, {}
        key = zlib.crc32(caller.encode())
        self._counts[key] = count = self._counts.get(key, 0) + 1
        if count > EVERYBODY_PER_MINUTE:
            raise TooManyRequests(f"Expected at most {EVERYBODY_PER_MINUTE} requests a minute, but there were more")

    def may_sign_in(self, address: str) -> bool:
        """Whether this address has not failed too often."""
        with suppress(*LOST_STORE):
            return self._failures.test(FAILED_SIGN_INS, "sign-in", address)
        return True

    def count_failure(self, address: str) -> None:
        """Count a failed sign-in."""
        with suppress(*LOST_STORE):
            self._failures.hit(FAILED_SIGN_INS, "sign-in", address)

    def may_ask(self, limit: RateLimitItemPerHour, name: str, who: str) -> bool:
        """Count something that `who` asks for; whether it was not asked too often."""
        with suppress(*LOST_STORE):
            return self._failures.hit(limit, name, who)
        return True

    def may_look_up(self, username: str) -> bool:
        """Count a search for customers; whether this person has not made too many."""
        with suppress(*LOST_STORE):
            return self._failures.hit(LOOKUPS, "lookup", username)
        return True


def register_limits(app: Flask, settings: Settings) -> None:
    """Limit every request to `app`."""
    app.extensions["redress_limits"] = Limits(settings.redis_url)

    @app.before_request
    def count() -> None:
        _limits().count(request.headers.get("Authorization") or request.remote_addr or "")


def check_sign_ins() -> None:
    """Raise TooManyRequests when this address has failed to sign in too often."""
    if not _limits().may_sign_in(request.remote_addr or ""):
        raise TooManyRequests("Expected fewer failed sign-ins from this address; wait a minute")


def count_failed_sign_in() -> None:
    """Count a failed sign-in against this address."""
    _limits().count_failure(request.remote_addr or "")


def count_code_request() -> None:
    """Count that a code was asked for; raises TooManyRequests beyond the limit."""
    if not _limits().may_ask(CODE_REQUESTS, "portal-code", request.remote_addr or ""):
        raise TooManyRequests("Expected fewer codes to be asked for from this address; wait a little")


def count_code_try() -> None:
    """Count that a code was tried; raises TooManyRequests beyond the limit."""
    if not _limits().may_ask(CODE_TRIES, "portal-try", request.remote_addr or ""):
        raise TooManyRequests("Expected fewer codes to be tried from this address; wait a little")


def count_portal_filing(contact_index: str) -> None:
    """Count a complaint filed at the portal; raises TooManyRequests beyond the limit."""
    if not _limits().may_ask(PORTAL_FILINGS, "portal-filing", contact_index):
        raise TooManyRequests("Expected fewer complaints from one customer within an hour; wait a little")


def count_portal_words(contact_index: str) -> None:
    """Count what a customer adds or says at the portal; raises TooManyRequests beyond the limit."""
    if not _limits().may_ask(PORTAL_WORDS, "portal-words", contact_index):
        raise TooManyRequests("Expected fewer messages from one customer within an hour; wait a little")


def count_lookup(username: str) -> None:
    """Count a search for customers; raises TooManyRequests beyond the limit."""
    if not _limits().may_look_up(username):
        raise TooManyRequests("Expected fewer searches for customers within a minute; wait a little")


def _limits() -> Limits:
    found = current_app.extensions["redress_limits"]
    assert isinstance(found, Limits)
    return found


def _storage(redis_url: str | None) -> str:
    if redis_url is None:
        return "memory://"
    return f"redis+{redis_url}" if redis_url.startswith("unix://") else redis_url
