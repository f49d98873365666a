"""Drafts of tasks' answers, and the same verb for several tasks at once."""

from __future__ import annotations

from typing import Any

from app.services.save_draft import Draft, read_draft, save_draft
from app.services.work_in_bulk import DEEDS, BulkWish, work_in_bulk
from app.web import wire
from app.web.api.blueprint import ProductBlueprint, asking
from app.web.api.task_shapes import LONGEST_REASON
from app.web.authentication import runtime

blueprint = ProductBlueprint("task_work", "Drafts of answers, and several tasks at once")

DRAFT = wire.result(
    "TaskDraft",
    {
        "version": wire.whole(),
        "savedBy": wire.text(null=True),
        "savedAt": wire.instant(null=True),
        "answers": wire.a_map(),
    },
)
NEW_DRAFT = wire.shape(
    "NewTaskDraft", {"seen": wire.whole(required=True, least=0), "answers": wire.a_map(required=True)}
)
VERSION = wire.result("TaskDraftVersion", {"version": wire.whole()})
BATCH = wire.shape(
    "TaskBatch",
    {
        "verb": wire.one_of(*DEEDS, required=True),
        "keys": wire.many(wire.key(), required=True),
        "to": wire.text(longest=255),
        "reason": wire.text(longest=LONGEST_REASON),
        "answers": wire.a_map(),
    },
)
RESULT = wire.result("TaskBatchResult", {"key": wire.key(), "done": wire.flag(), "failure": wire.text(null=True)})


@blueprint.operation("GET", "/tasks/<int:key>/draft", DRAFT)
def get_draft(key: int) -> dict[str, Any]:
    """Read a task's draft; version 0 is none."""
    draft: Draft = runtime().perform(read_draft, asking(), key)
    return {
        "version": draft.version,
        "savedBy": draft.saved_by,
        "savedAt": draft.saved_at,
        "answers": draft.answers,
    }


@blueprint.operation("PUT", "/tasks/<int:key>/draft", VERSION, body=NEW_DRAFT)
def put_draft(body: dict[str, Any], key: int) -> dict[str, Any]:
    """Save a task's draft over the version that was `seen`; 409 when somebody saved another one since."""
    return {"version": runtime().perform(save_draft, asking(), key, body["answers"], seen=body["seen"])}


@blueprint.operation("POST", "/task-batches", RESULT, many=True, body=BATCH)
def batch(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Do the same to each of up to 100 tasks, each by itself, and tell what became of each, in the order given."""
    wish = BulkWish(body.get("to", ""), body.get("reason", ""), body.get("answers", {}))
    results = work_in_bulk(runtime(), asking(), body["verb"], body["keys"], wish)
    return [
        {"key": one.key, "done": one.failure is None, "failure": None if one.failure is None else str(one.failure)}
        for one in results
    ]
