"""The product's own API under /api, described by flask-smorest; each file beside this one owns a subject."""

from __future__ import annotations

from flask import Flask

from app.web.openapi import OPENAPI_VERSION, DescribedApi


def register_api(app: Flask) -> None:
    """Serve the product's own resources, and the document that describes both APIs."""
    app.config.update(
        API_TITLE="Redress",
        API_VERSION="v1",
        OPENAPI_VERSION=OPENAPI_VERSION,
        OPENAPI_URL_PREFIX=None,  # the document is served by app.web.openapi, with the engine API in it
    )
    app.extensions["redress_api"] = DescribedApi(app)
