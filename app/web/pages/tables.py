"""Decision tables: the list, one with its versions, proposing a version, and deciding on what another proposed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as Answer

from app.domain.access import require_scope
from app.domain.table_releases import PROPOSE, PROPOSED, RELEASE, blockers
from app.errors import ConflictError, InvalidInputError
from app.services.approve_table import approve_table
from app.services.propose_table import TableProposal, propose_table
from app.services.read_deployed import read_requirements_file
from app.services.read_tables import ReleaseView, read_release, read_table, read_tables
from app.services.reject_table import reject_table
from app.services.review_table import TableFiles
from app.services.withdraw_table import withdraw_table
from app.web.authentication import runtime
from app.web.pages.blueprint import actor, pages
from app.web.pages.sentences import in_words

STANDINGS: Mapping[str, tuple[object, str]] = {
    "in-force": (_("In force"), "green"),
    "scheduled": (_("Takes effect later"), "blue"),
    "past": (_("Replaced"), "secondary"),
    "taken-back": (_("Taken back"), "secondary"),
}
RELEASE_STATES: Mapping[str, tuple[object, str]] = {
    "PROPOSED": (_("Waits for a decision"), "yellow"),
    "APPROVED": (_("Approved"), "green"),
    "REJECTED": (_("Rejected"), "red"),
    "WITHDRAWN": (_("Taken back"), "secondary"),
}
SEVERITIES: Mapping[str, tuple[object, str]] = {
    "error": (_("error"), "red"),
    "warning": (_("warning"), "yellow"),
    "note": (_("note"), "secondary"),
}
RULE_CHANGES: Mapping[str, object] = {
    "added": _("row added"),
    "removed": _("row removed"),
    "changed": _("row changed"),
    "moved": _("row moved"),
}
WORDS = {
    "table_standings": STANDINGS,
    "release_states": RELEASE_STATES,
    "severities": SEVERITIES,
    "rule_changes": RULE_CHANGES,
    "said": in_words,
}


@pages.route("/tables")
def tables() -> str:
    """List the decision tables."""
    found = runtime().perform(read_tables, actor())
    return render_template("pages/tables.html", tables=found, may_propose=PROPOSE in actor().scopes)


@pages.route("/tables/<table_id>")
def table(table_id: str) -> str:
    """Show a table's versions and the proposals there were."""
    found = runtime().perform(read_table, actor(), table_id)
    return render_template("pages/table.html", table=found, may_propose=PROPOSE in actor().scopes, **WORDS)


@pages.route("/tables/versions/<int:key>.dmn")
def table_file(key: int) -> Response:
    """Give a version's file, to be changed in a modeler."""
    runtime().perform(read_tables, actor())  # whoever may not see tables may not have them
    with runtime().reading() as connection:
        content = read_requirements_file(connection, key)
    return Response(
        content,
        content_type="text/xml; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename={key}.dmn"},
    )


@pages.route("/tables/propose", methods=["GET", "POST"])
def propose() -> str | Answer | tuple[str, int]:
    """Show the form for a new version of a table, or keep what was sent as a proposal."""
    require_scope(actor(), "propose")
    if request.method == "GET":
        return render_template("pages/propose_table.html", problem=None, sent={})
    try:
        key = runtime().perform(propose_table, actor(), _proposal())
    except (InvalidInputError, ConflictError) as error:
        return render_template("pages/propose_table.html", problem=in_words(str(error)), sent=request.form), 422
    flash(gettext("Proposed: another person decides on it now"), "success")
    return redirect(url_for("pages.table_release", key=key))


@pages.route("/tables/releases/<int:key>")
def table_release(key: int) -> str:
    """Show a proposal: what changes, what the analysis says, what the tests gave."""
    return _release_page(runtime().perform(read_release, actor(), key))


@pages.route("/tables/releases/<int:key>", methods=["POST"])
def decide_release(key: int) -> str | Answer | tuple[str, int]:
    """Approve, reject or take back, as the button says."""
    action, reason = request.form.get("action"), request.form.get("reason", "")
    try:
        if action == "approve":
            base = request.form.get("base", "")
            base_key = int(base) if base.isascii() and base.isdecimal() else None
            runtime().perform(approve_table, actor(), key, base_key=base_key, reason=reason)
        elif action == "reject":
            runtime().perform(reject_table, actor(), key, reason)
        else:
            runtime().perform(withdraw_table, actor(), key, reason)
    except (InvalidInputError, ConflictError) as error:
        return _release_page(runtime().perform(read_release, actor(), key), problem=in_words(str(error))), 422
    flash(gettext("Your decision is recorded"), "success")
    return redirect(url_for("pages.table_release", key=key))


def _proposal() -> TableProposal:
    """Read the form; raises InvalidInputError."""
    file, tests = request.files.get("file"), request.files.get("tests")
    if file is None or not file.filename:
        raise InvalidInputError(gettext("Choose the table's file"))
    wanted = request.form.get("effective_at", "").strip()
    try:
        effective_at = datetime.fromisoformat(wanted).replace(tzinfo=runtime().zone) if wanted else None
        texts = tests.stream.read().decode() if tests is not None and tests.filename else None
    except ValueError as error:
        raise InvalidInputError(gettext("The date or the tests cannot be read")) from error
    files = TableFiles(
        file.filename, file.stream.read(), tests.filename if texts is not None and tests else None, texts
    )
    return TableProposal(files, request.form.get("reason", ""), effective_at)


def _release_page(view: ReleaseView, problem: str | None = None) -> str:
    row, me = view.row, actor()
    is_open, is_mine = row.state == PROPOSED, row.proposed_by == me.username
    is_ahead = row.state == "APPROVED" and row.effective_at > runtime().now()
    return render_template(
        "pages/table_release.html",
        release=row,
        review=view.review,
        blockers=blockers(view.review),
        problem=problem,
        may_decide=is_open and RELEASE in me.scopes and not is_mine,
        may_withdraw=(is_open and is_mine and PROPOSE in me.scopes) or (is_ahead and RELEASE in me.scopes),
        waits_for_another=is_open and is_mine,
        as_instant=datetime.fromisoformat,
        **WORDS,
    )
