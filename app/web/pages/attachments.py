"""The attachments of a complaint's page: taking files in, showing, playing and downloading them, deleting one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_babel import format_decimal, gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as Answer

from app.domain.actor import Actor
from app.errors import InvalidInputError, TooLargeError
from app.services.add_attachment import add_attachment
from app.services.attach_file import NewAttachment
from app.services.get_complaint import ComplaintView
from app.services.open_attachment import get_attachment
from app.services.read_attachments import read_attachments
from app.services.receive_file import receive_file
from app.services.remove_attachment import remove_attachment
from app.services.see_complaint import see_complaint
from app.services.unit_of_work import UnitOfWork
from app.web.authentication import runtime
from app.web.file_answers import answer_file
from app.web.pages.blueprint import actor, pages
from app.web.uploads import sent_files, takes_files

PURPOSES: Mapping[str, object] = {
    "evidence": _("Evidence"),
    "power_of_attorney": _("Power of attorney"),
    "answer": _("Our answer"),
}
FAMILIES: Mapping[str, object] = {
    "image": _("Picture"),
    "audio": _("Recording"),
    "video": _("Film"),
    "text": _("Text"),
    "application": _("Document"),
    "message": _("Mail"),
}
UNITS = ("B", "KB", "MB", "GB")


def read_section(work: UnitOfWork, who: Actor, complaint: ComplaintView) -> Mapping[str, Any]:
    """Return what the section's template shows."""
    return {
        "attachments": read_attachments(work, who, complaint.row.number),
        "purposes": PURPOSES,
        "families": FAMILIES,
        "size_words": size_words,
        "may_erase": "erase" in who.scopes,
        "may_attach": "work" in who.scopes,
        "most_bytes": work.runtime.settings.max_file_bytes,
    }


@pages.route("/complaints/<number>/attachments", methods=["POST"])
@takes_files
def attach(number: str) -> Answer:
    """Attach the files sent; what cannot be taken is told file by file, and keeps nothing else back."""
    runtime().perform(see_complaint, actor(), number)  # before the files are stored, not only after
    purpose = request.form.get("purpose", "evidence")
    files = sent_files("files")
    if not files:
        flash(gettext("Choose a file first"), "warning")
    taken = sum(_attach(number, purpose, file) for file in files)
    if taken:
        flash(gettext("Files attached: %(count)d", count=taken), "success")
    return redirect(url_for("pages.complaint_section", number=number, section="attachments"))


@pages.route("/complaints/<number>/attachments/<int:key>")
def attachment(number: str, key: int) -> Response:
    """Give a file: as a download, or with `show` for this page to show or play."""
    part = request.headers.get("Range", "all")[:60]
    found = runtime().perform(get_attachment, actor(), number, key, wanted=part)
    return answer_file(found, show="show" in request.args)


@pages.route("/complaints/<number>/attachments/<int:key>/delete", methods=["POST"])
def erase_attachment(number: str, key: int) -> Answer:
    """Delete a file, with the reason sent."""
    runtime().perform(remove_attachment, actor(), number, key, request.form.get("reason", ""))
    flash(gettext("The file is deleted; who deleted it and why stays on record"), "success")
    return redirect(url_for("pages.complaint_section", number=number, section="attachments"))


def size_words(size: int) -> str:
    """Return a length in bytes as people read it: 1.4 MB."""
    value, unit = float(size), 0
    while value >= 1024 and unit < len(UNITS) - 1:
        value, unit = value / 1024, unit + 1
    return f"{format_decimal(round(value, 1 if unit else 0))} {UNITS[unit]}"


def _attach(number: str, purpose: str, file: FileStorage) -> bool:
    try:
        received = receive_file(runtime(), file.stream)
    except TooLargeError:
        most = size_words(runtime().settings.max_file_bytes)
        flash(gettext("%(name)s is too large: a file may have %(most)s", name=file.filename, most=most), "danger")
        return False
    except InvalidInputError:
        flash(
            gettext("%(name)s is empty, or neither picture, recording, film nor document", name=file.filename), "danger"
        )
        return False
    runtime().perform(add_attachment, actor(), number, received, NewAttachment(file.filename or "", purpose))
    return True
