"""A complaint's section "Diagram": the picture of where its procedure stands, and the same as a list of steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from typing import Any, NamedTuple

from flask import jsonify, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import Row
from werkzeug.wrappers import Response

from app.domain.actor import Actor
from app.engine.model import INNER_INSTANCE, ElementType
from app.services.deployed_models import DeployedProcess
from app.services.get_complaint import ComplaintView
from app.services.read_diagram import CallTree, Diagram, list_failures, list_passages, read_diagram, read_tree
from app.services.see_complaint import see_complaint
from app.services.unit_of_work import UnitOfWork
from app.web.authentication import runtime
from app.web.pages.blueprint import actor, language, pages

FRAMES = frozenset(
    {ElementType.PROCESS, ElementType.MULTI_INSTANCE_BODY, ElementType.AD_HOC_SUB_PROCESS_INNER_INSTANCE}
)
"""What goes around steps and is no step itself."""

STANDINGS: Mapping[str, object] = {
    "waiting": _("waits now"),
    "failed": _("has failed"),
    "done": _("done"),
    "ended": _("broken off"),
}


class Step(NamedTuple):
    """One step as it is told: how deep in the call tree, how it stands (waiting, failed, done, ended), and when."""

    depth: int
    name: str
    standing: str
    began_at: datetime
    ended_at: datetime | None


@pages.route("/complaints/<number>/diagram.json")
def diagram_data(number: str) -> Response:
    """Answer with one instance of a complaint's call tree, the root where none is named."""
    asked = request.args.get("instance", type=int)
    return jsonify(runtime().perform(_read_one, actor(), number, asked))


def read_steps(work: UnitOfWork, actor: Actor, view: ComplaintView) -> Mapping[str, Any]:  # noqa: ARG001 - a section's
    """Return what the section shows: its steps in order, and the words of its picture."""
    tree = read_tree(work, view.row.instance_key)
    failures = list_failures(work.connection, list(tree.instances))
    steps = _steps(tree, list_passages(work.connection, list(tree.instances)), {row.element_key for row in failures})
    return {"steps_taken": steps, "standings": STANDINGS, "failures": failures, "words": _words()}


def _read_one(work: UnitOfWork, actor: Actor, number: str, instance_key: int | None) -> dict[str, Any]:
    return _present(read_diagram(work, see_complaint(work, actor, number, only_read=True), instance_key))


def _present(diagram: Diagram) -> dict[str, Any]:
    steps = [row for row in diagram.passages if row.type not in FRAMES]
    passes = Counter(row.element_id for row in steps if row.state != "ACTIVE")
    elements = {row.key: row.element_id for row in diagram.passages}
    return {
        "xml": diagram.xml,
        "active": sorted({row.element_id for row in steps if row.state == "ACTIVE"}),
        "completed": sorted({row.element_id for row in steps if row.state == "COMPLETED"}),
        "flows": list(diagram.instance.flows),
        "incidents": [
            {"element": row.element_id.removesuffix(INNER_INSTANCE), "message": row.message}
            for row in diagram.incidents
        ],
        "passes": {name: count for name, count in passes.items() if count > 1},
        "calls": [
            {
                "element": elements[row.parent_element_key],
                "instance": str(row.key),
                "name": _process_name(diagram.tree, row.key),
                "running": row.status == "ACTIVE",
            }
            for row in diagram.calls
        ],
        "path": [
            {"instance": str(key), "name": _process_name(diagram.tree, key)}
            for key in diagram.tree.path_to(diagram.instance.key)
        ],
    }


def _steps(tree: CallTree, passages: Sequence[Row[Any]], failed: Set[int | None]) -> list[Step]:
    steps = []
    for row in passages:
        process = tree.process_of(row.instance_key)
        element = process.definition.elements.get(row.element_id)
        if row.type in FRAMES or element is None or element.name is None:
            continue
        standing = {"ACTIVE": "waiting", "COMPLETED": "done"}.get(row.state, "ended")
        depth = len(tree.path_to(row.instance_key)) - 1
        if row.key in failed:
            standing = "failed"
        steps.append(Step(depth, _name(process, row.element_id), standing, row.started_at, row.ended_at))
    return steps


def _name(process: DeployedProcess, element_id: str) -> str:
    element = process.definition.elements[element_id]
    return (element.properties.get("name:en") if language() == "en" else None) or element.name or ""


def _process_name(tree: CallTree, instance_key: int) -> str:
    process = tree.process_of(instance_key)
    return _name(process, process.definition.process_id) or process.definition.process_id


def _words() -> dict[str, str]:
    return {
        "path": gettext("Called by"),
        "tools": gettext("Diagram tools"),
        "passes": gettext("Passes"),
        "open": gettext("Open"),
        "zoomIn": gettext("Zoom in"),
        "zoomOut": gettext("Zoom out"),
        "fit": gettext("Show the whole diagram"),
        "where": gettext("Show where it stands"),
    }
