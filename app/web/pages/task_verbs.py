"""Doing something with a task besides completing it, and keeping what is typed into its form as a draft."""

from __future__ import annotations

from flask import flash, jsonify, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.domain.task_verbs import Verb
from app.engine import HeldTransition
from app.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError, RedressError
from app.services.await_listeners import LISTENERS_SECONDS, DeniedError, await_listeners
from app.services.check_recusal import RecusedError
from app.services.read_task_actions import read_task_actions
from app.services.return_task import ReturnUnconfirmedError
from app.services.save_draft import DraftConflictError, save_draft
from app.web.authentication import runtime
from app.web.pages.blueprint import actor, pages
from app.web.pages.form_view import read_answers
from app.web.pages.people_called import person_called
from app.web.pages.presenting import instant
from app.web.pages.sentences import known_words
from app.web.pages.task_deeds import BY_NAME, Deed, tell_refusal, verb_name
from app.web.pages.tasks import read_page_task, task_page, why_denied
from app.web.refusals import note_refusal

STATUSES = ((ForbiddenError, 403), (NotFoundError, 404), (ConflictError, 409), (InvalidInputError, 422))


@pages.route("/tasks/<int:key>/do/<verb>", methods=["POST"])
def do_verb(key: int, verb: str) -> str | Response | tuple[str, int]:
    """Use a verb on a task; what is refused is told on the task's page, with what was typed."""
    deed = BY_NAME.get(verb)
    if deed is None:
        raise NotFoundError(f"Expected something to do with a task, but {verb!r} is nothing")
    read_page_task(key)  # who may not see the task learns nothing of it
    try:
        opened = runtime().perform(lambda work: deed.do(work, key, request.form))
        is_done = not isinstance(opened, HeldTransition) or await_listeners(runtime(), opened, LISTENERS_SECONDS)
    except (ForbiddenError, ConflictError, InvalidInputError) as error:
        note_refusal(error)
        status = next(status for family, status in STATUSES if isinstance(error, family))
        return task_page(read_page_task(key), told=_why(key, deed, error), tried=request.form, tried_verb=verb), status
    if is_done:
        flash(gettext("Done: %(step)s", step=verb_name(verb)), "success")
    else:
        flash(gettext("It is still being checked. Look at it again later."), "info")
    if deed.leaves:
        return redirect(url_for("pages.inbox"))
    following = opened if deed.verb is Verb.WITHDRAW and isinstance(opened, int) else key
    return redirect(url_for("pages.task", key=following))


@pages.route("/tasks/<int:key>/draft", methods=["POST"])
def keep_draft(key: int) -> Response | tuple[Response, int]:
    """Keep what is typed into a task's form; 409 with who saved another version since, unless that one was `seen`.

    With `back` it comes from a button, and the answer is the task's page.
    """
    found = read_page_task(key)
    answers = {} if found.form is None else read_answers(found.form, request.form, str(runtime().zone))
    seen = request.form.get("draft_version", 0, type=int)
    try:
        version = runtime().perform(save_draft, actor(), key, answers, seen=seen)
    except DraftConflictError as error:
        draft = error.draft
        words = gettext(
            "%(person)s saved another draft at %(time)s.",
            person=person_called(draft.saved_by or ""),
            time=instant(draft.saved_at),
        )
        if "back" not in request.form:
            return jsonify(version=draft.version, told=words), 409
        flash(words + " " + gettext("Yours was not kept; theirs is shown."), "warning")
        return redirect(url_for("pages.task", key=key))
    except RedressError as error:
        if "back" in request.form:
            raise
        note_refusal(error)
        refusal = runtime().perform(read_task_actions, actor(), key).refusals[Verb.SAVE_DRAFT]
        return jsonify(told=tell_refusal(refusal) or str(error)), 409
    if "back" not in request.form:
        return jsonify(version=version, told=gettext("Draft saved"))
    flash(gettext("Draft saved"), "success")
    return redirect(url_for("pages.task", key=key))


def _why(key: int, deed: Deed, error: RedressError) -> str:
    """What somebody can do about a failure, in the page's language."""
    if isinstance(error, ReturnUnconfirmedError):
        return str(gettext("Read what would end, and confirm it."))
    if isinstance(error, DeniedError):
        return why_denied(error.reason)
    told = known_words(str(error))
    if told is not None and not isinstance(error, ForbiddenError):
        return told
    if isinstance(error, InvalidInputError):
        return str(gettext("Something is missing or cannot be accepted. Correct it and send it again."))
    if isinstance(error, RecusedError):
        return str(gettext("This person has an interest in the complaint, and is recused. Choose somebody else."))
    if deed.verb is Verb.URGE and isinstance(error, ConflictError):
        return str(gettext("They were reminded less than an hour ago. Try again later."))
    refusal = runtime().perform(read_task_actions, actor(), key).refusals[deed.verb]
    return tell_refusal(refusal) or str(gettext("It cannot be done as the task stands now. Look at it again."))
