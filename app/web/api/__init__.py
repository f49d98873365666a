"""The product's own API under /api, described by flask-smorest; each file beside this one owns a subject."""

from __future__ import annotations

from flask import Flask

from app.web.api import (  # noqa: F401 - each adds its blueprint when it is imported
    accounts,
    attachments,
    calendars,
    clocks,
    complaint_changes,
    complaint_filing,
    complaint_reading,
    complaint_records,
    customers,
    exchanges,
    notices,
    own_account,
    portal,
    recusals,
    tables,
    task_verbs,
    task_work,
)
from app.web.api.blueprint import BLUEPRINTS
from app.web.openapi import OPENAPI_VERSION, DescribedApi


def register_api(app: Flask) -> None:
    """Serve the product's own resources, and the document that describes both APIs."""
    app.config.update(
        API_TITLE="Redress",
        API_VERSION="v1",
        OPENAPI_VERSION=OPENAPI_VERSION,
        OPENAPI_URL_PREFIX=None,  # the document is served by app.web.openapi, with the engine API in it
    )
    product = DescribedApi(app)
    app.extensions["redress_api"] = product
    for blueprint in BLUEPRINTS:
        product.register_blueprint(blueprint)
