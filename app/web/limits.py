"""How often one may ask: a generous limit on everybody, a tight one on failed sign-ins.

Counted in Redis where there is one, requests by their credentials' fingerprint, failures by address. Knows no account.
"""

from __future__ import annotations

import hashlib

from flask import Flask, current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse
from werkzeug.exceptions import TooManyRequests

from app.config import Settings

EVERYBODY = "60000 per minute"
FAILED_SIGN_INS = parse("20 per minute")


def caller() -> str:
    """Return whom a request is counted for: its credentials, hashed, else its address."""
    shown = request.headers.get("Authorization")
    return get_remote_address() if shown is None else hashlib.sha256(shown.encode()).hexdigest()[:24]


def register_limits(app: Flask, settings: Settings) -> Limiter:
    """Limit every request to `app`."""
    limiter = Limiter(
        caller,
        app=app,
        default_limits=[EVERYBODY],
        default_limits_per_method=False,
        storage_uri=_storage(settings.redis_url),
        in_memory_fallback_enabled=settings.redis_url is not None,  # a lost Redis must not stop the work
        headers_enabled=False,
        strategy="fixed-window",
    )
    app.extensions["redress_limiter"] = limiter
    return limiter


def check_sign_ins() -> None:
    """Raise TooManyRequests when this address has failed to sign in too often."""
    limiter = current_app.extensions["redress_limiter"].limiter
    if not limiter.test(FAILED_SIGN_INS, "sign-in", get_remote_address()):
        raise TooManyRequests("Expected fewer failed sign-ins from this address; wait a minute")


def count_failed_sign_in() -> None:
    """Count a failed sign-in against this address."""
    current_app.extensions["redress_limiter"].limiter.hit(FAILED_SIGN_INS, "sign-in", get_remote_address())


def _storage(redis_url: str | None) -> str:
    if redis_url is None:
        return "memory://"
    return f"redis+{redis_url}" if redis_url.startswith("unix://") else redis_url
