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
    _("Expected %(person)s to handle complaint %(number)s, but it only watches it"),
    _("Expected somebody without an interest in the complaint, but %(person)s is %(relation)s: %(basis)s"),
    _("Expected the assignee or a candidate of user task %(key)s, but %(person)s is none: %(holder)s has it"),
    _("Expected %(person)s to have completed user task %(key)s, but %(holder)s did"),
    _("Expected %(person)s to have the scope %(scope)s or %(other)s, but it does not"),
    _("Expected %(person)s to have stored document %(document)s, but another did"),
    _("Expected the round's owner (%(owners)s) to return the whole round, but %(person)s is a member"),
    _("Expected another person than %(person)s to decide on the proposal, but it is their own"),
    _("Expected %(person)s to take the proposal back, but it is somebody else"),
    _("Expected the session's CSRF token in %(place)s, but it is missing or of another session"),
    _("Expected a page of this site to send this, but it comes from %(place)s"),
    _("Expected the old password, but this is not it, or the account is locked"),
    _("Expected one's own password to be changed with the old one, but it was to be set anew"),
    _("Expected scopes that %(person)s has, but got %(scopes)s"),
    _("Expected test or demo mode to move the clock, but this is production"),
    _("Expected the customer or an operator to say %(message)s of complaint %(number)s, but %(person)s is neither"),
    _(
        "Expected an operator or a superior of who has user task %(key)s to change its due date, candidates or "
        "priority, or to assign it to another, but %(person)s is neither: transfer the task, with a reason"
    ),
)
