"""Signing in with an OpenID Connect provider: the way there, and the way back (authorization code with PKCE)."""

from __future__ import annotations

import logging
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from flask import Flask, current_app, request, session, url_for
from joserfc.errors import JoseError
from werkzeug.wrappers import Response

from app.config import Settings
from app.errors import NotFoundError, UnavailableError
from app.services.bind_identity import bind_identity
from app.sign_in_settings import OidcSettings
from app.web.authentication import runtime
from app.web.limits import check_sign_ins, count_failed_sign_in
from app.web.pages.blueprint import pages
from app.web.pages.sign_in import admit_person, refuse_sign_in, safe_target

TIMEOUT_SECONDS = 10
WANTED = "wanted"
log = logging.getLogger(__name__)


def register_oidc(app: Flask, settings: Settings) -> None:
    """Make the provider known to `app`, where one is configured; it is first asked when somebody comes to sign in."""
    if settings.oidc is None:
        return
    from authlib.integrations.flask_client import OAuth  # a fifth of a second, which only its users should pay

    clients = OAuth(app)
    clients.register(
        "provider",
        client_id=settings.oidc.client_id,
        client_secret=settings.oidc.client_secret,
        server_metadata_url=f"{settings.oidc.issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile",
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT_SECONDS,
        },
    )
    app.extensions["redress_oidc"] = clients.provider


@pages.route("/login/provider")
def sign_in_elsewhere() -> Response:
    """Send the browser to the provider."""
    client, _ = _provider()
    wanted = safe_target(request.args.get("next"))
    try:
        answer = client.authorize_redirect(runtime().settings.public_url + url_for("pages.come_back"))
    except (AuthlibBaseError, requests.RequestException) as error:
        raise UnavailableError("Expected the provider to answer, but it does not") from error
    session[WANTED] = wanted
    assert isinstance(answer, Response)
    return answer


@pages.route("/login/provider/back")
def come_back() -> Response | tuple[str, int]:
    """Sign in whom the provider vouches for, in the browser that was sent there."""
    client, settings = _provider()
    check_sign_ins()
    wanted = safe_target(session.pop(WANTED, None))
    try:
        claims: dict[str, Any] = client.authorize_access_token().get("userinfo") or {}
    except requests.RequestException as error:
        raise UnavailableError("Expected the provider to answer, but it does not") from error
    except (AuthlibBaseError, JoseError, ValueError) as error:  # a state, code, signature or claim that is not right
        log.warning("sign-in by the provider failed", extra={"reason": type(error).__name__})
        claims = {}
    subject, claimed = str(claims.get("sub") or ""), str(claims.get(settings.claim) or "")
    username = runtime().perform(bind_identity, settings.issuer, subject, claimed)
    if username is None:
        count_failed_sign_in()
        return refuse_sign_in(wanted)
    return admit_person(username, wanted)


def _provider() -> tuple[Any, OidcSettings]:
    settings = runtime().settings.oidc
    if settings is None:
        raise NotFoundError("Expected an OpenID Connect provider, but none is configured")
    return current_app.extensions["redress_oidc"], settings
