"""Exports of lists: asking for one, seeing how far it is, and taking the finished workbook."""

from __future__ import annotations

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.errors import NotFoundError
from app.services.export_list import MOST_ROWS, ask_for_export, get_export, read_exports, run_export, take_export
from app.services.list_values import columns_of
from app.services.read_complaint_list import complaint_wish, count_complaint_list
from app.services.read_inbox import count_inbox, inbox_wish
from app.services.save_view import LISTS, read_columns
from app.web.authentication import runtime
from app.web.pages.blueprint import actor, language, pages
from app.web.pages.list_columns import heading, wording
from app.web.pages.list_page import words_of

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.route("/lists/<name>/export", methods=["POST"])
def export_list(name: str) -> AnyResponse:
    """Ask for the view a page showed; a short one is made at once, a long one by a worker."""
    if name not in LISTS:
        raise NotFoundError(f"Expected a list, but {name!r} is none")
    words = words_of(request.form)
    with runtime().reading() as connection:
        chosen = read_columns(connection, actor(), name)
        if name == "tasks":
            wish = inbox_wish(words)
            columns = columns_of(name, chosen, wish.view)
            _, is_long = count_inbox(runtime(), connection, actor(), wish)
        else:
            columns = columns_of(name, chosen)
            _, is_long = count_complaint_list(runtime(), connection, actor(), complaint_wish(words))
    key = runtime().perform(
        ask_for_export,
        actor(),
        name,
        words,
        headings={column: heading(column) for column in columns},
        statuses=dict(wording().statuses),
        language=language(),
    )
    if not is_long:
        run_export(runtime(), key)
    return redirect(url_for("pages.exports"))


@pages.route("/exports")
def exports() -> str:
    """List one's exports, the newest first."""
    with runtime().reading() as connection:
        rows = read_exports(connection, actor())
    is_working = any(row.ended_at is None for row in rows)
    return render_template("pages/exports.html", rows=rows, is_working=is_working, most=MOST_ROWS)


@pages.route("/exports/<int:key>")
def export_file(key: int) -> Response:
    """Hand over a finished workbook."""
    content = runtime().perform(take_export, actor(), key)
    row = runtime().perform(get_export, actor(), key)
    name = f"{row.list}-{row.created_at.astimezone(runtime().zone):%Y%m%d-%H%M}.xlsx"
    response = Response(content, mimetype=WORKBOOK)
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response
