"""Who is asking: HTTP Basic, a bearer token, or the browser's session with its CSRF token; remembered for seconds.

Knows headers and cookies; the services know accounts. A password change, a revoked token or a closed account takes
effect within REMEMBERED_SECONDS in every process.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from flask import Request, current_app, g, request, session
from sqlalchemy import Connection

from app.domain.actor import Actor
from app.errors import ForbiddenError, NotFoundError
from app.services import end_sessions as service
from app.services.authenticate_password import authenticate_password, find_actor
from app.services.authenticate_token import authenticate_token, hash_token
from app.services.need_second_factor import needs_second_factor
from app.services.open_session import find_session_owner, open_session
from app.services.unit_of_work import Runtime
from app.web.errors import UnauthenticatedError
from app.web.limits import check_sign_ins, count_failed_sign_in

REMEMBERED_SECONDS = 10.0
MOST_REMEMBERED = 4096
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
UNATTENDED = frozenset({"pages.unread"})
"""What a page asks by itself: a session that nobody uses ends, however long its page is open."""
ENROLLING = frozenset({"pages.second_factor", "pages.confirm", "pages.sign_out", "pages.choose"})
"""What is open to who must set up a second factor first."""
CSRF_HEADER = "X-CSRF-Token"
SECRET = "secret"  # noqa: S105 - a name, not a secret
"""Where the cookie keeps the secret of the session's row."""


class SecondFactorNeededError(ForbiddenError):
    """Somebody's role demands a second factor; until it is set up, nothing else is open to their session."""


class KnownActors:
    """Actors by a keyed hash of what they showed; without it every request would pay two queries, or argon2's work.

    Of several requests that come at once with the same new thing, one asks and the others wait for its answer.
    """

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)
        self._known: dict[bytes, tuple[float, Actor]] = {}
        self._lock = threading.Lock()
        self._asking = [threading.Lock() for _ in range(256)]

    def get(self, shown: str, find: Callable[[], Actor | None]) -> Actor | None:
        """Return the actor who showed `shown`, asking `find` when it is new or old; only success is remembered."""
        digest = hmac.digest(self._secret, shown.encode(), "sha256")
        known = self._find(digest)
        if known is not None:
            return known
        with self._asking[digest[0]]:
            return self._find(digest) or self._ask(digest, find)

    def _find(self, digest: bytes) -> Actor | None:
        until, actor = self._known.get(digest, (0.0, None))
        return actor if until > time.monotonic() else None

    def _ask(self, digest: bytes, find: Callable[[], Actor | None]) -> Actor | None:
        now = time.monotonic()
        actor = find()
        with self._lock:
            if actor is None:
                self._known.pop(digest, None)
            else:
                if len(self._known) >= MOST_REMEMBERED:
                    self._known.clear()
                self._known[digest] = (now + REMEMBERED_SECONDS, actor)
        return actor


def runtime() -> Runtime:
    """Return the runtime this application serves."""
    found = current_app.extensions["redress"]
    assert isinstance(found, Runtime)
    return found


def authenticate(request: Request) -> Actor:
    """Return who asks; raises UnauthenticatedError when nobody known does, ForbiddenError for a missing CSRF token."""
    authorization = request.headers.get("Authorization")
    if authorization is not None:
        actor = _known_actors().get(authorization, lambda: _by_header(authorization))
        if actor is None:
            count_failed_sign_in()
            raise UnauthenticatedError("Expected a valid token, or a name and its password, but got neither")
    else:
        found = session_actor()
        if found is None:
            raise UnauthenticatedError("Expected credentials (Basic or Bearer) or a session, but got none")
        actor = found
        if request.method not in SAFE_METHODS:
            require_csrf_token(request)
    g.actor = actor
    return actor


def session_actor() -> Actor | None:
    """Return whom the browser's session belongs to, or None."""
    secret = session.get(SECRET)
    in_use = request.endpoint not in UNATTENDED
    username = find_session_owner(runtime(), secret, in_use=in_use) if isinstance(secret, str) else None
    if username is None:
        return None
    if request.endpoint in ENROLLING:
        return _ask(lambda connection, at: find_actor(connection, username, at))
    return _known_actors().get(
        f"session {username}", lambda: _ask(lambda connection, at: _find_equipped(connection, username, at))
    )


def _find_equipped(connection: Connection, username: str, at: datetime) -> Actor | None:
    """Return the actor unless its role demands a second factor that it has not set up."""
    if needs_second_factor(runtime(), connection, username):
        raise SecondFactorNeededError(
            f"Expected '{username}' to have a second factor, which its role demands, but it has none: set it up first"
        )
    return find_actor(connection, username, at)


def start_session(username: str) -> None:
    """Sign somebody in for this browser, with a session and a CSRF token of its own: nothing from before goes on."""
    secret = runtime().perform(
        open_session, username, browser=request.user_agent.string, address=request.remote_addr or ""
    )
    session.clear()
    session[SECRET] = secret
    session["csrf"] = secrets.token_urlsafe(24)
    session.permanent = True


def end_session() -> None:
    """Sign this browser out; its session ends, also for whoever copied the cookie."""
    secret, found = session.get(SECRET), session_actor()
    if found is not None and isinstance(secret, str):
        with suppress(NotFoundError):  # ended at this very moment by another window
            runtime().perform(service.end_session, found, found.username, hash_token(secret))
    session.clear()


def csrf_token() -> str:
    """Return the session's CSRF token, made where there is none yet; forms send it as `csrf_token`."""
    if "csrf" not in session:
        session["csrf"] = secrets.token_urlsafe(24)
    token = session["csrf"]
    assert isinstance(token, str)
    return token


def require_csrf_token(request: Request) -> None:
    """Raise ForbiddenError unless the request carries its session's CSRF token, as a header or a form field."""
    sent = request.headers.get(CSRF_HEADER) or request.form.get("csrf_token") or ""
    expected = session.get("csrf")
    if not isinstance(expected, str) or not hmac.compare_digest(sent.encode(), expected.encode()):
        raise ForbiddenError(
            f"Expected the session's CSRF token in {CSRF_HEADER}, but it is missing or of another session"
        )


def _known_actors() -> KnownActors:
    found = current_app.extensions["known_actors"]
    assert isinstance(found, KnownActors)
    return found


def _by_header(authorization: str) -> Actor | None:
    check_sign_ins()
    scheme, _, value = authorization.partition(" ")
    value = value.strip()
    if scheme.lower() == "bearer":
        return _ask(lambda connection, at: authenticate_token(connection, value, at))
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    if not colon or "\x00" in name:
        return None
    return authenticate_password(runtime(), name, password)


def _ask(find: Callable[[Connection, datetime], Actor | None]) -> Actor | None:
    with runtime().reading() as connection:
        return find(connection, runtime().now_in(connection))
