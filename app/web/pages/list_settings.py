"""What a person keeps of a list: saved views with their counts, and the columns to show."""

from __future__ import annotations

from flask import Response, flash, jsonify, redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.errors import InvalidInputError, NotFoundError
from app.services.list_values import COLUMNS
from app.services.read_complaint_list import complaint_wish, count_complaint_list
from app.services.read_inbox import count_inbox, inbox_wish
from app.services.save_view import LISTS, choose_columns, forget_view, read_saved_views, save_view
from app.web.authentication import runtime
from app.web.pages.blueprint import actor, pages
from app.web.pages.list_page import list_address, words_of


@pages.route("/lists/<name>/views", methods=["POST"])
def keep_view(name: str) -> AnyResponse:
    """Save the view a page showed under a name."""
    _known(name)
    words = words_of(request.form)
    shared_with = request.form.get("shared_with") or None
    title = request.form.get("name", "")
    key = runtime().perform(save_view, actor(), name, title, words, shared_with=shared_with)
    flash(gettext("Saved: %(name)s", name=title.strip()), "success")
    return redirect(list_address(name, words, saved=key))


@pages.route("/lists/<name>/views/<int:key>/delete", methods=["POST"])
def drop_view(name: str, key: int) -> AnyResponse:
    """Delete a saved view of one's own."""
    _known(name)
    runtime().perform(forget_view, actor(), key)
    flash(gettext("The view is deleted"), "success")
    return redirect(list_address(name, {}))


@pages.route("/lists/<name>/columns", methods=["POST"])
def set_columns(name: str) -> AnyResponse:
    """Keep the columns chosen, or go back to the usual ones."""
    _known(name)
    wanted = set() if "standard" in request.form else set(request.form.getlist("column"))
    columns = [column for column in COLUMNS[name] if column in wanted]
    runtime().perform(choose_columns, actor(), name, columns)
    return redirect(list_address(name, words_of(request.form)))


@pages.route("/lists/<name>/counts")
def saved_counts(name: str) -> Response:
    """Count what each saved view finds, by its key; asked for after the page is there."""
    _known(name)
    found = {}
    with runtime().reading() as connection:
        for row in read_saved_views(connection, actor(), name):
            try:
                if name == "tasks":
                    count, more = count_inbox(runtime(), connection, actor(), inbox_wish(row.wish))
                else:
                    count, more = count_complaint_list(runtime(), connection, actor(), complaint_wish(row.wish))
            except InvalidInputError:  # its words were worth a search once, and are not any more
                continue
            found[str(row.key)] = f"{count}+" if more else str(count)
    return jsonify(found)


def _known(name: str) -> None:
    if name not in LISTS:
        raise NotFoundError(f"Expected a list, but {name!r} is none")
