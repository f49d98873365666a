"""Calendars: which there are, and new days for one: shown with the deadlines that they would move, then applied."""

from __future__ import annotations

import re
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.domain.access import require_scope
from app.errors import ConflictError, InvalidInputError
from app.services.apply_calendar import apply_calendar
from app.services.preview_calendar import CALENDARS, CalendarChange, preview_calendar
from app.storage.calendars import list_latest_calendars
from app.web.authentication import runtime
from app.web.pages.blueprint import actor, pages
from app.web.pages.sentences import in_words

LONGEST_TEXT = 200_000
"""Characters; a year's special days are some two thousand."""


@pages.route("/calendars")
def calendars() -> str:
    """List the calendars, each with the form for new days."""
    return _page()


@pages.route("/calendars/<name>/preview", methods=["POST"])
def preview_days(name: str) -> str | tuple[str, int]:
    """Show what the days of a file would change; nothing is changed."""
    try:
        change = _change(name)
        shown = runtime().perform(preview_calendar, actor(), change)
    except InvalidInputError as error:
        return _page(name=name, problem=in_words(str(error))), 422
    return render_template("pages/calendar_preview.html", change=change, shown=shown)


@pages.route("/calendars/<name>/versions", methods=["POST"])
def apply_days(name: str) -> str | Response | tuple[str, int]:
    """Make the days that were shown the calendar's next version; open clocks follow, ended ones never."""
    base = request.form.get("base", type=int) or 0
    try:
        version = runtime().perform(apply_calendar, actor(), _change(name), base)
    except (InvalidInputError, ConflictError) as error:
        return _page(name=name, problem=in_words(str(error))), 422
    flash(gettext("Version %(number)s is in force; open deadlines follow", number=version), "success")
    return redirect(url_for("pages.calendars"))


def _page(**more: Any) -> str:
    require_scope(actor(), CALENDARS)
    with runtime().reading() as connection:
        rows = list_latest_calendars(connection)
    return render_template("pages/calendars.html", calendars=rows, **{"name": "", "problem": "", **more})


def _change(name: str) -> CalendarChange:
    """Read what was sent: a file the first time, its text when it was shown; raises InvalidInputError."""
    sent = request.files.get("file")
    try:
        text = sent.stream.read().decode("utf-8-sig") if sent is not None and sent.filename else None
    except UnicodeDecodeError as error:
        raise InvalidInputError("Expected a text file in UTF-8, but it is none") from error
    file = sent.filename if sent is not None and sent.filename else request.form.get("file_name", "")
    text = request.form.get("text", "") if text is None else text
    if len(text) > LONGEST_TEXT:
        raise InvalidInputError(f"Expected at most {LONGEST_TEXT:,} characters, but the file is longer")
    years = re.findall(r"\d+", request.form.get("years", ""))
    if any(not 1900 <= int(year[:9]) <= 2200 for year in years):
        raise InvalidInputError(f"Expected years such as 2027, but got {request.form.get('years')!r}")
    return CalendarChange(name, text, file, [int(year) for year in years])
