"""What every answer carries to keep a browser safe, and what every request may at most send. Knows no endpoint."""

from __future__ import annotations

from flask import Flask, Response, request

POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; style-src 'self'; "
    "style-src-attr 'unsafe-inline'; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
# Diagrams place their labels by style attributes; scripts, inline or not, come from this origin only.

DOCS_POLICY = POLICY.replace("style-src 'self';", "style-src 'self' 'unsafe-inline';")
# Swagger UI writes style elements; only its own page may.

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def register_security(app: Flask, *, https: bool) -> None:
    """Put the headers on every answer of `app`; with `https` browsers are told never to come without it."""
    fixed = dict(HEADERS)
    if https:
        fixed["Strict-Transport-Security"] = "max-age=31536000"

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        for name, value in fixed.items():
            headers[name] = value
        if "Content-Security-Policy" not in headers:
            headers["Content-Security-Policy"] = POLICY
        if "Cache-Control" not in headers and not request.path.startswith("/static/"):
            headers["Cache-Control"] = "no-store"
        return response
