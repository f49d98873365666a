"""What is said of a wrong input to a verb of a task, as sentences with places for values."""

from __future__ import annotations

from app.web.pages.sentences.marking import _

SENTENCES = (
    _("Expected a person, but nobody was chosen"),
    _("Expected at least one person, but nobody was chosen"),
    _("Expected an active account, but nobody is called %(person)s"),
    _("Expected a person or a group to sign, but nobody is called %(person)s"),
    _("Expected a reason, since somebody else is affected, but there is none"),
    _("Expected a reason, because %(person)s is %(relation)s, but there is none: %(basis)s"),
    _("Expected a comment, but there is no text"),
    _("Expected an opinion on user task %(key)s, but there is none"),
    _("Expected 1 to %(most)s different people to sign, but got %(count)s"),
    _("Expected 1 to %(most)s people to show a task to, but got %(count)s"),
    _("Expected a priority from 0 to 100, but got another text"),
    _("Expected a priority from 0 to 100, but it is %(value)s"),
    _("Expected a day and a time, but got another text"),
    _("Expected a follow-up date that is still to come, but it is %(value)s"),
    _("Expected another person than %(person)s to transfer user task %(key)s to, but %(holder)s has it"),
    _("Expected another person than %(person)s to delegate user task %(key)s to, but %(holder)s has it"),
    _("Expected signers that user task %(key)s does not have yet, but %(person)s is one"),
    _("Expected user task %(key)s to go to others in turn, but task listeners decide who gets it: transfer it instead"),
    _("Expected a signer who is not in the round yet, but %(person)s is"),
)
