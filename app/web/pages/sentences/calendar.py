"""What is said of days for a calendar that cannot be read or applied, as sentences with places for values."""

from __future__ import annotations

from app.web.pages.sentences.marking import _

SENTENCES = (
    _("Expected a file ending in .csv, .json or .ics, but got %(file)s"),
    _("Expected one kind for each day in %(file)s, but %(day)s is both"),
    _("Expected at most %(most)s days in %(file)s, but there are more"),
    _("Expected at least one day in %(file)s, but there is none"),
    _("Expected the columns date, kind and name in %(file)s, but got %(names)s"),
    _("Expected JSON in %(file)s, but %(problem)s"),
    _("Expected a list of days in %(file)s, but got %(kind)s"),
    _("Expected an object with date and kind in %(file)s, entry %(row)s, but got %(value)s"),
    _("Expected holiday or working in %(file)s, line %(line)s, but the kind is %(kind)s"),
    _("Expected holiday or working in %(file)s, entry %(row)s, but the kind is %(kind)s"),
    _("Expected a date as YYYY-MM-DD in %(file)s, line %(line)s, but got %(text)s"),
    _("Expected a date as YYYY-MM-DD in %(file)s, entry %(row)s, but got %(text)s"),
    _("Expected an event of 1 to %(most)s days in %(file)s, event %(row)s, but it runs from %(first)s to %(last)s"),
    _("Expected a date in %(file)s, event %(row)s, but got %(text)s"),
    _("Expected a text file in UTF-8, but it is none"),
    _("Expected at most %(most)s characters, but the file is longer"),
    _("Expected years such as 2027, but got %(years)s"),
    _(
        "Expected the calendar %(name)s still to be at version %(number)s, but it has changed since; "
        "look at the preview again"
    ),
)
