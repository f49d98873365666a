"""A small OpenID Connect provider for tests: discovery, keys, and codes for tokens with PKCE, over real HTTP."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

CLIENT, SECRET = "redress", "the client's secret"


@cache
def own_key() -> RSAKey:
    """The provider's key, made once: it takes a while."""
    return RSAKey.generate_key(2048, {"kid": "one", "alg": "RS256", "use": "sig"})


class Provider:
    """What it says of the next person is `claims`; `key` signs, and `published` is what it shows of its keys."""

    def __init__(self) -> None:
        self.key = self.published = own_key()
        self.claims: dict[str, Any] = {}
        self.issuer = ""
        self._asked: dict[str, dict[str, str]] = {}

    def let_in(self, address: str, **claims: Any) -> str:
        """Take a browser's way here and return its way back, as if the person had said yes."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["code_challenge_method"] == "S256"
        code = f"code {len(self._asked)}"
        self._asked[code] = asked
        self.claims = {"sub": "4711", "preferred_username": "gaoyuan", "nonce": asked["nonce"], **claims}
        back = urlsplit(asked["redirect_uri"]).path
        return f"{back}?code={code}&state={asked['state']}"

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        answers = {"/.well-known/openid-configuration": self._metadata, "/keys": self._keys, "/token": self._token}
        return Response(json.dumps(answers[request.path](request)), content_type="application/json")(
            environ, start_response
        )

    def _metadata(self, _: Request) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def _keys(self, _: Request) -> dict[str, Any]:
        return {"keys": [self.published.as_dict(private=False)]}

    def _token(self, request: Request) -> dict[str, Any]:
        asked = self._asked.pop(request.form["code"])
        challenge = hashlib.sha256(request.form["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(challenge).decode().rstrip("=") == asked["code_challenge"]
        assert request.authorization is not None
        assert (request.authorization.username, request.authorization.password) == (CLIENT, SECRET)
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, **self.claims}
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)
        return {"access_token": "x", "token_type": "Bearer", "expires_in": 60, "id_token": token}


@contextmanager
def running_provider() -> Iterator[Provider]:
    """Serve a provider on a free port of this machine."""
    provider = Provider()
    server = make_server("127.0.0.1", 0, provider, threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    thread.join()
    server.server_close()
