"""One task: taking it, giving it back, answering its form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.domain.forms import FormError
from app.errors import ForbiddenError, NotFoundError
from app.services.answer_task import answer_task
from app.services.assign_user_task import assign_user_task
from app.services.await_listeners import LISTENERS_SECONDS, DeniedError, await_listeners
from app.services.cc_task import mark_task_read
from app.services.check_recusal import RecusalReasonError
from app.services.find_stand_in import WrongStandInError
from app.services.get_complaint import ComplaintView, get_complaint
from app.services.read_earlier_answers import EarlierStep, read_earlier_answers
from app.services.read_task import TaskToWork, form_environment, read_task
from app.services.save_draft import read_draft
from app.storage.jobs import find_denial
from app.storage.step_limits import Paused, list_still_since
from app.web.authentication import runtime
from app.web.pages.blueprint import actor, language, pages
from app.web.pages.form_files import TakenFiles, sent_words, take_files
from app.web.pages.form_sheet import refuse_answers, send_on, sheet_of, viewer_words, wants_json
from app.web.pages.form_view import Drawing, change_rows, hidden_numbers, read_answers
from app.web.pages.inbox import task_names
from app.web.pages.task_deeds import read_deeds, why_nobody
from app.web.refusals import note_refusal
from app.web.uploads import takes_files

STATE_HEADER = "X-Form-State"


@pages.route("/tasks/<int:key>")
def task(key: int) -> str:
    """Show a task with its form, as far as it was filled in before, and its complaint; who watches it has read it."""
    page = task_page(_read(key))
    runtime().perform(mark_task_read, actor(), key)
    return page


@pages.route("/tasks/<int:key>", methods=["POST"])
@takes_files
def answer(key: int) -> str | Response | tuple[str | Response, int]:
    """Complete the task with the answers sent; with the state header only say what they hide."""
    found = _read(key)
    people = (found.record["assignee"], found.record["candidateGroups"], found.record["candidateUsers"])
    if not actor().may_work_on(*people):  # before any file of it is stored
        raise ForbiddenError(f"Expected the assignee or a candidate of user task {key}, but {actor().username} is none")
    answers = {} if found.form is None else read_answers(found.form, sent_words(), str(runtime().zone))
    if STATE_HEADER in request.headers:
        return jsonify(hidden=hidden_numbers(_draw(found, answers, {}).widgets()) if found.form else [])
    files = None if found.form is None else take_files(runtime(), found.form, answers, actor().username, language())
    if change_rows(answers, request.form):
        return _page(found, answers, {}, files)
    try:
        sent = [] if files is None else files.checked()
        held = runtime().perform(answer_task, actor(), key, answers, files=sent, language=language())
        is_done = held is None or await_listeners(runtime(), held, LISTENERS_SECONDS)
    except DeniedError as error:
        return _refuse_denied(key, answers, files, error)
    except WrongStandInError as error:
        return _refuse_stand_in(key, error)
    except FormError as error:
        if wants_json():
            return refuse_answers(error.fields)
        return _page(found, answers, error.fields, files), 422
    step = task_names(found.record)[0]
    if is_done:
        flash(gettext("Done: %(step)s", step=step), "success")
    else:
        flash(
            gettext("Sent: %(step)s. It is still being checked; if it is refused, the task comes back.", step=step),
            "info",
        )
    following = url_for("pages.inbox")
    return send_on(following) if wants_json() else redirect(following)


def _refuse_denied(
    key: int, answers: Mapping[str, Any], files: TakenFiles | None, error: DeniedError
) -> Response | tuple[str, int]:
    """Say why the task was not accepted, with the answers as they were sent; the form's viewer asks for that page."""
    if wants_json():
        return send_on(url_for("pages.task", key=key))
    return _page(_read(key), answers, {}, files, {"told": why_denied(error.reason)}), 409


def why_denied(reason: str) -> str:
    """Tell in the page's language that task listeners denied something, and why."""
    return str(gettext("This was not accepted: %(why)s", why=reason or gettext("no reason was given")))


@pages.route("/tasks/<int:key>/claim", methods=["POST"])
def claim(key: int) -> str | Response | tuple[str, int]:
    """Take a task that nobody has; who may have an interest in its complaint is asked for the reason."""
    me, reason = actor(), request.form.get("reason")
    try:
        held = runtime().perform(
            assign_user_task, me, key, me.username, allow_override=False, action="claim", reason=reason
        )
        if held is not None:
            await_listeners(runtime(), held, LISTENERS_SECONDS)
    except DeniedError as error:
        return task_page(_read(key), told=why_denied(error.reason)), 409
    except RecusalReasonError as error:
        return render_template("pages/recusal_reason.html", key=key, basis=error.basis), 422
    except WrongStandInError as error:
        return _refuse_stand_in(key, error)
    return redirect(url_for("pages.task", key=key))


def _refuse_stand_in(key: int, error: WrongStandInError) -> tuple[str, int]:
    """Say on the task's page why a stand-in may not do it; the form's viewer asks for that page."""
    note_refusal(error)
    told = gettext("You cannot do this in their place: %(why)s", why=why_nobody(error.why))
    return task_page(_read(key), told=told), 403


@pages.route("/tasks/<int:key>/release", methods=["POST"])
def release(key: int) -> Response:
    """Give a task back to its group."""
    runtime().perform(assign_user_task, actor(), key, None, action="release")
    flash(gettext("The task is back with its group"), "success")
    return redirect(url_for("pages.inbox", view="groups"))


def task_page(found: TaskToWork, **tried: Any) -> str:
    """Return a task's page with its draft. `tried`: the verb and inputs that were refused, and what was `told`."""
    draft = runtime().perform(read_draft, actor(), int(found.record["userTaskKey"]))
    return _page(found, draft.answers, {}, tried=tried)


def read_page_task(key: int) -> TaskToWork:
    """Return a task that is this person's to see; NotFoundError."""
    return _read(key)


def _read(key: int) -> TaskToWork:
    with runtime().reading() as connection:
        return read_task(connection, actor(), key)


def _draw(
    found: TaskToWork, answers: Mapping[str, Any], errors: Mapping[str, list[str]], files: TakenFiles | None = None
) -> Drawing:
    assert found.form is not None
    words = {} if files is None else files.words
    return Drawing(found.form, answers, found.variables, language(), form_environment(runtime()), errors, words)


def task_values(
    found: TaskToWork, answers: Mapping[str, Any], errors: Mapping[str, list[str]], files: TakenFiles | None = None
) -> dict[str, Any]:
    """Return what the form of a task shows: the task in words, its widgets, and what this person may do."""
    record = found.record
    step, process = task_names(record)
    is_open = record["state"] == "CREATED"
    return {
        "task": record,
        "step": step,
        "process": process,
        "widgets": _draw(found, answers, errors, files).widgets() if found.form is not None else [],
        "sheet": None if found.form is None else sheet_of(found.form, answers, found.variables, language(), errors),
        "viewer_words": viewer_words(),
        "errors": errors,
        "may_claim": is_open and record["assignee"] is None,
        "may_answer": is_open and record["assignee"] in {actor().username, *actor().stands_in_for},
    }


def _page(
    found: TaskToWork,
    answers: Mapping[str, Any],
    errors: Mapping[str, list[str]],
    files: TakenFiles | None = None,
    tried: Mapping[str, Any] | None = None,
) -> str:
    return render_template(
        "pages/task.html",
        **task_values(found, answers, errors, files),
        denied=_denied(found),
        paused=_paused(found),
        complaint=_complaint(found.record["businessId"]),
        earlier=_earlier(found.record["processInstanceKey"]),
        **read_deeds(int(found.record["userTaskKey"])),
        **(tried or {}),
    )


def _denied(found: TaskToWork) -> str | None:
    """Return why what was last asked of the task was denied, perhaps long after who asked had left the page."""
    record = found.record
    if record["state"] != "CREATED":
        return None
    with runtime().reading() as connection:
        reason = find_denial(connection, int(record["processInstanceKey"]), int(record["userTaskKey"]))
    return None if reason is None else why_denied(reason)


def _paused(found: TaskToWork) -> Paused:
    if found.record["dueDate"] is not None:
        return {}
    with runtime().reading() as connection:
        return list_still_since(connection, [int(found.record["userTaskKey"])])


def _earlier(instance_key: int) -> list[EarlierStep]:
    with runtime().reading() as connection:
        return read_earlier_answers(connection, instance_key)


def _complaint(number: str | None) -> ComplaintView | None:
    if number is None:
        return None
    try:
        return runtime().perform(get_complaint, actor(), number)
    except (NotFoundError, ForbiddenError):  # a process may carry the number of a complaint of others
        return None
