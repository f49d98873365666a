"""Procedures: which there are, their files, and deploying new ones, with everything that keeps one back in words."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from app.domain.access import require_scope
from app.errors import InvalidInputError
from app.services.deploy_resources import Deployment, deploy_resources
from app.services.read_deployed import read_process_file
from app.services.read_resource import ResourceFile
from app.storage.process_list import list_processes
from app.web.authentication import runtime
from app.web.pages.blueprint import actor, language, pages
from app.web.pages.presenting import step_name
from app.web.pages.sentences import in_words


@pages.route("/procedures", methods=["GET", "POST"])
def procedures() -> str | Answer | tuple[str, int]:
    """List the procedures, or deploy the files sent, all of them or none."""
    require_scope(actor(), "deploy")
    if request.method == "GET":
        return _page([])
    sent = [one for one in request.files.getlist("files") if one.filename]
    files = [ResourceFile(str(one.filename), one.stream.read()) for one in sent]
    try:
        deployed = runtime().perform(deploy_resources, actor(), files)
    except InvalidInputError as error:
        return _page(in_words(str(error)).split("\n")), 422
    flash(gettext("Deployed: %(what)s", what=_latest(deployed)), "success")
    return redirect(url_for("pages.procedures"))


@pages.route("/procedures/<int:key>.bpmn")
def procedure_file(key: int) -> Response:
    """Give a version's file, to be changed in a modeler."""
    require_scope(actor(), "deploy")
    with runtime().reading() as connection:
        content = read_process_file(connection, key)
    kept = {"Content-Disposition": "attachment"}  # under the name that the link gives
    return Response(content, content_type="text/xml; charset=utf-8", headers=kept)


def _page(problems: list[str]) -> str:
    with runtime().reading() as connection:
        found = list_processes(connection)
    names = {one.key: step_name(one.key, one.process_id, one.name) for one in found}
    return render_template("pages/procedures.html", procedures=found, names=names, problems=problems)


def _latest(deployed: Deployment) -> str:
    """Return what a deployment holds; files of which nothing changed keep the versions they had."""
    told = [f"{one.id} {gettext('version %(number)s', number=one.version)}" for one in deployed.definitions]
    return ("、" if language() == "zh" else ", ").join(told)
