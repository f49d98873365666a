"""The token endpoint for programs: OAuth 2.0 client credentials (RFC 6749, 4.4), which stock Camunda clients use.

A client is an account: its name is the client id, its password the secret. Knows nothing of what a token opens.
"""

from __future__ import annotations

import base64
import binascii
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, request

from app.services.authenticate_password import authenticate_password
from app.services.authenticate_token import issue_token
from app.web.authentication import runtime
from app.web.json_body import write_json
from app.web.limits import check_sign_ins, count_failed_sign_in

LIFETIME = timedelta(hours=1)
blueprint = Blueprint("oauth", __name__)


@blueprint.post("/oauth/token")
def give_token() -> Response:
    """Exchange a client's id and secret (form fields, or Basic) for a bearer token; `scope` may ask for less."""
    if request.form.get("grant_type") != "client_credentials":
        return _refuse(400, "unsupported_grant_type", "Expected grant_type client_credentials")
    name, secret = _client()
    if not name or not secret or "\x00" in name:
        return _refuse(400, "invalid_request", "Expected client_id and client_secret")
    check_sign_ins()
    actor = authenticate_password(runtime(), name, secret)
    if actor is None:
        count_failed_sign_in()
        return _refuse(401, "invalid_client", "Expected a known client and its secret")
    asked = set(request.form.get("scope", "").split()) or set(actor.scopes)
    if not asked <= actor.scopes:
        return _refuse(400, "invalid_scope", f"Expected scopes among {' '.join(sorted(actor.scopes))}")
    issued = runtime().perform(issue_token, name, "oauth", asked, LIFETIME)
    body = {"access_token": issued.token, "token_type": "Bearer", "expires_in": int(LIFETIME.total_seconds())}
    return _answer(200, {**body, "scope": " ".join(sorted(asked))})


def _client() -> tuple[str, str]:
    header = request.headers.get("Authorization", "")
    if header.lower().startswith("basic "):
        try:
            name, _, secret = base64.b64decode(header[6:], validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
        return name, secret
    return request.form.get("client_id", ""), request.form.get("client_secret", "")


def _refuse(status: int, error: str, description: str) -> Response:
    return _answer(status, {"error": error, "error_description": description})


def _answer(status: int, body: dict[str, Any]) -> Response:
    return Response(write_json(body), status, {"Cache-Control": "no-store"}, content_type="application/json")
