"""Flask with less to do for each request: what this product does not use is not looked for. Knows no endpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

from app.turns import take_turn
from app.web.security import add_headers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class CookieSessions(SecureCookieSessionInterface):
    """Flask's signed cookie; a request without one, as programs send them, prepares neither signature nor cookie."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return what the cookie says, empty without a valid one."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie where the session has changed."""
        if session.accessed or session.modified:
            super().save_session(app, session, response)


class Application(Flask):
    """The product's Flask application."""

    session_interface = CookieSessions()

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request in its turn, with the headers that keep a browser safe."""
        https, is_static = self.config["SESSION_COOKIE_SECURE"], environ["PATH_INFO"].startswith("/static/")
        with take_turn():
            return super().wsgi_app(environ, add_headers(start_response, https=https, may_be_kept=is_static))

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return `func`: nothing here is a coroutine, and Flask would ask that of every function at every request."""
        return func
