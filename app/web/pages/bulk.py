"""Several tasks at once from the inbox, and the page that says what became of each."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from app.errors import ConflictError, ForbiddenError, NotFoundError, RedressError, TooLateError
from app.services.await_listeners import DeniedError
from app.services.check_recusal import RecusalReasonError
from app.services.read_task import read_task
from app.services.work_in_bulk import BulkResult, BulkWish, work_in_bulk
from app.web.authentication import runtime
from app.web.pages.blueprint import actor, pages
from app.web.pages.inbox import task_names
from app.web.pages.list_page import list_address, words_of
from app.web.pages.tasks import why_denied

REASONS = (
    (TooLateError, lazy_gettext("It is still being checked. Look at it again later.")),
    (RecusalReasonError, lazy_gettext("You may have an interest in it: claim it by itself, and say why.")),
    (ConflictError, lazy_gettext("Somebody else has it, or it is done. Open your inbox again.")),
    (ForbiddenError, lazy_gettext("It is not yours to work on.")),
    (NotFoundError, lazy_gettext("It is not there any more.")),
)


@pages.route("/inbox/bulk", methods=["POST"])
def bulk() -> str | Response:
    """Do one thing to the tasks selected; when all went well, go back to the list."""
    back = list_address("tasks", words_of(request.form))
    keys = request.form.getlist("key", type=int)
    if not keys:
        flash(gettext("Select at least one task first"), "warning")
        return redirect(back)
    wish = BulkWish(request.form.get("to", "").strip(), request.form.get("reason", "").strip())
    action = request.form.get("action", "")
    if action == "transfer" and not (wish.to and wish.reason):
        flash(gettext("Choose who is to have them, and say why"), "warning")
        return redirect(back)
    results = work_in_bulk(runtime(), actor(), action, keys, wish)
    failed = [one for one in results if one.failure is not None]
    if not failed:
        flash(gettext("Done for %(count)s tasks", count=len(results)), "success")
        return redirect(back)
    lines = [(one, *_names(one.key), _reason(one)) for one in results]
    return render_template("pages/bulk.html", lines=lines, done=len(results) - len(failed), back=back)


def _reason(one: BulkResult) -> str | None:
    if one.failure is None:
        return None
    if one.needs_answers:
        return str(gettext("Its form must be answered: open it."))
    if isinstance(one.failure, DeniedError):
        return why_denied(one.failure.reason)
    return next((str(words) for family, words in REASONS if isinstance(one.failure, family)), str(one.failure))


def _names(key: int) -> tuple[str, str]:
    """The step and complaint of a task, a dash where it cannot be seen any more."""
    try:
        with runtime().reading() as connection:
            record = read_task(connection, actor(), key).record
    except RedressError:
        return "—", "—"
    return task_names(record)[0], record["businessId"] or "—"
