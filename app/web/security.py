"""What every answer carries to keep a browser safe. Knows no endpoint."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; style-src 'self'; "
    "style-src-attr 'unsafe-inline'; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
# Diagrams place their labels by style attributes; scripts, inline or not, come from this origin only.

DOCS_POLICY = POLICY.replace("style-src 'self';", "style-src 'self' 'unsafe-inline';")
# Swagger UI writes style elements; only its own page may.

FIXED = [
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
]
FIXED_HTTPS = [*FIXED, ("Strict-Transport-Security", "max-age=31536000")]


def add_headers(start_response: StartResponse, *, https: bool, may_be_kept: bool) -> StartResponse:
    """Return what starts an answer with the headers that it has not set itself.

    With `https` browsers are told never to come without it; what `may_be_kept` says itself for how long. Done where
    headers are a plain list: as Flask's they cost more to set than a small answer to write.
    """

    def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
        names = {name for name, _ in headers}
        headers += FIXED_HTTPS if https else FIXED
        if "Content-Security-Policy" not in names:
            headers.append(("Content-Security-Policy", POLICY))
        if "Cache-Control" not in names and not may_be_kept:
            headers.append(("Cache-Control", "no-store"))
        return start_response(status, headers, *error)

    return start
