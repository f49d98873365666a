"""The list of complaints: those a person may see, as a filter, a search and an order ask for them."""

from __future__ import annotations

from flask import render_template, request

from app.errors import InvalidInputError
from app.services.list_values import COLUMNS
from app.services.read_complaint_list import ComplaintList, complaint_wish, read_complaint_list
from app.storage.search_complaints import SORTS
from app.web.authentication import runtime
from app.web.pages.blueprint import actor, pages
from app.web.pages.list_columns import cell, heading
from app.web.pages.list_page import choices, messages, read_list, words_of

PAGE_SIZE = 50


@pages.route("/complaints")
def complaints() -> str:
    """List complaints, the latest received first where nothing else is asked for."""
    after = request.args.get("after")
    wish = complaint_wish(words_of(request.args))
    with runtime().reading() as connection:
        listed = read_list(connection, "complaints", "complaints")
        try:
            page = read_complaint_list(runtime(), connection, actor(), wish, limit=PAGE_SIZE, after=after)
        except InvalidInputError as error:
            if "q" not in error.fields:
                raise
            listed.problems.update(messages({"q": error.fields["q"][0]}))
            page = ComplaintList((), None, None, False)
        offered = choices(connection, "complaints")
    return render_template(
        "pages/complaints.html",
        listed=listed,
        wish=wish,
        sorts=SORTS,
        page=page,
        choices=offered,
        all_columns=COLUMNS["complaints"],
        heading=heading,
        cell=cell,
        is_later=after is not None,
    )
