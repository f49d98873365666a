"""Files that customers send: taken in, and told in plain words which kinds may be sent and which could not be taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import flash
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import FileStorage

from app.domain.media_types import TAKEN_FAMILIES
from app.errors import InvalidInputError, TooLargeError
from app.services.file_own_complaint import OwnFile
from app.services.receive_file import receive_file
from app.web.authentication import runtime
from app.web.pages.blueprint import language
from app.web.portal.blueprint import portal

MEGABYTE = 2**20
FAMILY_WORDS: Mapping[str, object] = {
    "picture": _("pictures"),
    "sound": _("sound"),
    "film": _("film"),
    "pdf": _("PDF"),
    "office": _("Word, Excel and other office documents"),
    "text": _("texts and web pages"),
    "mail": _("e-mails"),
    "archive": _("archives (zip, 7z, rar)"),
}


@portal.app_context_processor
def file_words() -> dict[str, object]:
    """Give the templates the words for the files that are taken."""
    return {"taken_files": taken_files}


def taken_files() -> str:
    """Return in words which files are taken, from the list of those that are."""
    return ("、" if language() == "zh" else ", ").join(str(FAMILY_WORDS[family]) for family in TAKEN_FAMILIES)


def receive_files(sent: Sequence[FileStorage]) -> tuple[list[OwnFile], list[str]]:
    """Store the sent files; returns those that were taken, and the names of those that cannot be."""
    taken, refused = [], []
    for file in sent:
        try:
            taken.append(OwnFile(file.filename or "", receive_file(runtime(), file.stream)))
        except (InvalidInputError, TooLargeError):
            refused.append(file.filename or "")
    return taken, refused


def say_refused(names: Sequence[str]) -> None:
    """Tell on the next page which files could not be taken, and what can be."""
    if names:
        words = gettext(
            "We could not take these files: %(names)s. What can be sent: %(kinds)s; each up to %(most)s MB.",
            names=", ".join(names),
            kinds=taken_files(),
            most=runtime().settings.max_file_bytes // MEGABYTE,
        )
        flash(words, "warning")
