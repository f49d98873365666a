"""The pages people work on: sign-in, inbox, tasks, complaints. HTML from the server; scripts only make it quicker.

Each module beside this one owns a subject and adds its routes to the one blueprint.
"""

from __future__ import annotations

from flask import Flask

from app.web.pages.blueprint import pages
from app.web.pages.failures import register_failures
from app.web.pages.presenting import register_words


def register_pages(app: Flask) -> None:
    """Serve the pages of `app`."""
    from app.web.pages import complaints, inbox, sign_in, tasks  # noqa: F401 - importing them adds their routes

    register_words(pages)
    register_failures(pages)
    app.register_blueprint(pages)
