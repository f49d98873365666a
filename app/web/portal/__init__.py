"""The customer portal: pages for people without an account, who prove to hold a phone or e-mail address."""

from __future__ import annotations

from flask import Flask

from app.web.portal import embedding, entrance, own_complaints
from app.web.portal.blueprint import portal

PARTS = (entrance, own_complaints, embedding)
"""Modules that add themselves to the blueprint when they are imported."""


def register_portal(app: Flask) -> None:
    """Serve the portal's pages of `app`; its JSON is a part of the product's API (`app.web.api.portal`)."""
    app.register_blueprint(portal)
