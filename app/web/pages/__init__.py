"""The pages people work on: sign-in, inbox, tasks, complaints. HTML from the server; scripts only make it quicker.

Each module beside this one owns a subject and adds its routes to the one blueprint.
"""

from __future__ import annotations

from flask import Flask

from app.web.pages import (  # noqa: F401 - each adds its routes when it is imported
    access_log,
    administration,
    attachments,
    bulk,
    calendars,
    clock_deeds,
    complaint_list,
    complaint_page,
    complaints,
    counter_customer,
    customers,
    diagrams,
    exchanges,
    exports,
    failures,
    findings,
    identity_words,
    inbox,
    list_settings,
    notice_choice,
    notices,
    oidc,
    presenting,
    procedures,
    profile,
    recusals,
    reveals,
    sign_in,
    tables,
    task_verbs,
    tasks,
)
from app.web.pages.blueprint import pages


def register_pages(app: Flask) -> None:
    """Serve the pages of `app`."""
    app.register_blueprint(pages)
    app.register_error_handler(404, failures.show_unknown)
