"""What refusals say to whoever reads the access log, as sentences with places for values."""

from __future__ import annotations

from app.web.pages.sentences.marking import _

SENTENCES = (
    _("Expected %(person)s to have the scope %(scope)s, but it does not"),
    _("Expected complaint %(number)s to have been given to %(person)s, but it was not"),
    _("Expected a customer whose complaint %(person)s may see, but none is"),
    _("Expected the assignee or a candidate of user task %(key)s, but %(person)s is none"),
    _("Expected somebody with a part in user task %(key)s, but %(person)s has none"),
    _("Expected %(person)s to lead %(other)s, but it is not so"),
    _("Expected %(person)s to have to do with document %(document)s, but it has not"),
    _("Expected a document that %(person)s may read, but got %(document)s"),
    _("Expected the author within %(minutes)s, but %(person)s is late or another"),
    _("Expected another security administrator to change this account, but it is one's own"),
    _("Expected another security administrator to reset it, but it is one's own second factor"),
    _("Expected one of the groups of %(person)s to share with, but got %(group)s"),
    _("Expected a %(what)s with the key %(key)s, but there is none"),
    _("Expected a user task with key %(key)s, but there is none"),
    _("Expected a complaint %(number)s, but there is none"),
)
