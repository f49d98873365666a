"""The Flask application: put together from settings, and nothing happens on import.

Owns which parts there are and in which order they see a request. Knows no endpoint.
"""

from __future__ import annotations

import flask_babel
from babel import negotiate_locale
from flask import Flask, g, request, session
from werkzeug.middleware.proxy_fix import ProxyFix

from app.clock import Clock
from app.config import Settings
from app.domain.languages import LANGUAGES
from app.jobs import Nudges
from app.log import configure_logging
from app.services import open_session
from app.services.open_runtime import open_runtime
from app.services.unit_of_work import Runtime
from app.web.api import register_api
from app.web.application import Application
from app.web.authentication import KnownActors, csrf_token
from app.web.errors import register_errors
from app.web.health import register_health
from app.web.json_body import ExactJSONProvider
from app.web.limits import register_limits
from app.web.oauth import blueprint as oauth
from app.web.openapi import blueprint as openapi
from app.web.pages import register_pages
from app.web.pages.oidc import register_oidc
from app.web.portal import register_portal
from app.web.scripts import register_scripts
from app.web.spool import register_spools
from app.web.uploads import register_uploads
from app.web.v2 import make_v2
from app.web.v2.documents import links
from app.web.wire import KeyConverter


def create_app(
    settings: Settings, *, clock: Clock | None = None, nudges: Nudges | None = None, runtime: Runtime | None = None
) -> Flask:
    """Return the application; `runtime` serves an existing database and queue instead of opening the settings' own."""
    configure_logging(human=settings.mode != "production")
    app = Application(__name__)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=settings.max_request_bytes,
        MAX_FORM_MEMORY_SIZE=settings.max_request_bytes,
        PERMANENT_SESSION_LIFETIME=open_session.LENGTH,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https://"),
        SESSION_REFRESH_EACH_REQUEST=False,
        TESTING=settings.mode == "test",
        BABEL_DEFAULT_LOCALE="zh",
        BABEL_DEFAULT_TIMEZONE=settings.zone,
    )
    if settings.trusted_proxies:
        proxies = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    app.json = ExactJSONProvider(app)
    app.url_map.converters["int"] = KeyConverter
    app.extensions["redress"] = runtime or open_runtime(settings, clock=clock, nudges=nudges)
    app.extensions["known_actors"] = KnownActors()
    flask_babel.Babel(app, locale_selector=choose_language)
    app.context_processor(lambda: {"csrf_token": csrf_token})
    register_errors(app)
    register_health(app)
    register_limits(app, settings)
    register_spools(app)
    register_uploads(app, settings)
    app.register_blueprint(make_v2())
    app.register_blueprint(links)
    app.register_blueprint(oauth)
    app.register_blueprint(openapi)
    register_api(app)
    register_pages(app)
    register_oidc(app, settings)
    register_portal(app)
    register_scripts(app)
    return app


def choose_language() -> str:
    """Return zh or en: the actor's own choice, else the session's, else what the browser accepts."""
    actor_choice = g.get("language") or session.get("language")
    if actor_choice in LANGUAGES:
        return str(actor_choice)
    return negotiate_locale(list(request.accept_languages.values()), LANGUAGES, sep="-") or LANGUAGES[0]
